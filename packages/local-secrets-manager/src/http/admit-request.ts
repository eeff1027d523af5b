import type { IncomingMessage } from 'node:http';
import type { OwnHosts } from './own-hosts.js';

/** Whether a request is answered, and by which path; or why not. */
export type Admission =
  | { readonly kind: 'admitted'; readonly path: string }
  | { readonly kind: 'refused'; readonly reason: string };

type Asked = Pick<IncomingMessage, 'url' | 'headers' | 'headersDistinct'> & {
  readonly socket: Pick<IncomingMessage['socket'], 'localAddress'>;
};

/**
 * A web page may send requests to this machine, from its own origin or by a name that it points here. It may neither
 * read nor change anything: only requests to a host of our own are admitted, and none that a browser sends for a page.
 */
export function admitRequest(request: Asked, hosts: OwnHosts): Admission {
  const { headers, headersDistinct, socket } = request;
  if (headers.origin !== undefined || isFromPage(headersDistinct['sec-fetch-site'])) {
    return refused('Requests of web pages are refused.');
  }
  const [, targetHost, path = '/'] = splitTarget(request.url ?? '');
  const named = headersDistinct['host'] ?? [];
  if (named.length !== 1) return refused('A request has to have one Host header.');
  const asked = [...named, ...(targetHost === undefined ? [] : [targetHost])];
  const foreign = asked.find((host) => !hosts.include(host, socket.localAddress));
  return foreign === undefined
    ? { kind: 'admitted', path: path === '' ? '/' : path }
    : refused(notOurs(foreign));
}

/** `none` is what somebody typed into the address bar. */
const isFromPage = (sites: readonly string[] | undefined) =>
  sites !== undefined && sites.some((site) => site !== 'none');

/** A target such as `http://host/path`, which names the host once more and takes the place of the header. */
function splitTarget(target: string): readonly (string | undefined)[] {
  return /^[a-z][a-z\d+.-]*:\/\/([^/?#]*)(.*)$/i.exec(target) ?? [undefined, undefined, target];
}

const notOurs = (host: string) =>
  `${JSON.stringify(host.slice(0, 100))} is not a host of this service. Ask localhost or the address that it ` +
  'listens on, or start it with --allow-host and this name (allowHosts in code).';

const refused = (reason: string): Admission => ({ kind: 'refused', reason });
