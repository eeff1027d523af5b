import { parseHost, parsePort } from './database-secret.js';
import type { Sensitive } from './sensitive.js';

/**
 * Names the server that the credential of a secret belongs to, as `host:port`, so that two secrets of one server
 * can be told from two of different ones. The same server under two names counts as two.
 * @param defaultPort where the value has no port
 * @returns undefined where the value names no server
 */
export function clusterOf(text: Sensitive, defaultPort: number): string | undefined {
  const { host, port } = fieldsOf(text);
  const name = typeof host === 'string' ? parseHost(host) : undefined;
  if (name === undefined) return undefined;
  return `${name}:${parsePort(port, defaultPort) ?? defaultPort}`;
}

function fieldsOf(text: Sensitive): { readonly host?: unknown; readonly port?: unknown } {
  try {
    const value: unknown = JSON.parse(text.reveal());
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
