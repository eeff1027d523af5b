import { parseHost, parseObject, parsePort } from './database-secret.js';
import { isRefusal } from './refusal.js';
import type { Sensitive } from './sensitive.js';

/**
 * Names the server that the credential of a secret belongs to, as `host:port`, so that two secrets of one server
 * can be told from two of different ones. The same server under two names counts as two.
 * @param defaultPort where the value has no port
 * @returns undefined where the value names no server
 */
export function clusterOf(text: Sensitive, defaultPort: number): string | undefined {
  const fields = parseObject(text, 'the secret');
  if (isRefusal(fields)) return undefined;
  const { host, port } = fields;
  const name = typeof host === 'string' ? parseHost(host) : undefined;
  return name && `${name}:${parsePort(port, defaultPort) ?? defaultPort}`;
}
