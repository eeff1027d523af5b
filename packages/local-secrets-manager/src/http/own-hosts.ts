import { BlockList, isIP, isIPv4 } from 'node:net';

/** Which hosts a service answers to; see {@link createOwnHosts}. */
export interface OwnHosts {
  /**
   * @param authority a Host header or the authority of a request's target, with or without a port
   * @param localAddress the address of this machine that the request came in on
   */
  include(authority: string, localAddress: string | undefined): boolean;
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

const NAME = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/;
const MOST_CHARACTERS = 300;

/**
 * The hosts that a service on this machine is asked by: `localhost`, loopback addresses, the address that the request
 * came in on, what the service was told to listen on, and the names in `allowed`. A name that somebody else can point
 * at this machine is none of them, so that a web page which does so (DNS rebinding) is not answered. Ports do not
 * count: a container's port may have another number outside.
 *
 * @throws TypeError for an allowed host that is neither a name nor an address
 * @example
 * createOwnHosts('0.0.0.0', ['secrets-manager']).include('secrets-manager:5100', '172.17.0.2'); // true
 */
export function createOwnHosts(listenHost: string, allowed: readonly string[] = []): OwnHosts {
  const names = new Set(['localhost', hostIn(listenHost), ...allowed.map(allowedHost)]);
  const addresses = new BlockList();
  for (const host of names) if (host !== undefined) addAddress(addresses, host);
  return {
    include(authority, localAddress) {
      const host = hostIn(authority);
      if (host === undefined) return false;
      if (isIP(host) === 0) return names.has(host);
      return isIn(LOOPBACK, host) || isIn(addresses, host) || isIn(addressList(localAddress), host);
    },
  };
}

/** The name in lower case without its last dot, or the address without brackets; undefined where it is neither. */
function hostIn(authority: string): string | undefined {
  if (authority.length > MOST_CHARACTERS) return undefined;
  if (isIP(authority) !== 0) return authority;
  const [, bracketed, plain, port = ''] =
    /^(?:\[([^\]]*)\]|([^:]*))(?::(\d*))?$/.exec(authority) ?? [];
  if (port.length > 5 || Number(port) > 65_535) return undefined;
  if (bracketed !== undefined) return isIP(bracketed) === 6 ? bracketed : undefined;
  if (plain === undefined) return undefined;
  if (isIPv4(plain)) return plain;
  const name = plain.toLowerCase().replace(/\.$/, '');
  // A name that ends in a number is an address in a form that not everybody reads alike, such as 127.1.
  return NAME.test(name) && !/(^|\.)(\d+|0x[\da-f]*)$/.test(name) ? name : undefined;
}

function allowedHost(given: string): string {
  const host = typeof given === 'string' ? hostIn(given) : undefined;
  const hasPort = typeof given === 'string' && isIP(given) === 0 && /:\d*$/.test(given);
  if (host !== undefined && !hasPort) return host;
  throw new TypeError(
    `an allowed host has to be a host name or an IP address without a port, not ${JSON.stringify(given)}`,
  );
}

function addressList(address: string | undefined): BlockList {
  const list = new BlockList();
  if (address !== undefined) addAddress(list, address);
  return list;
}

function addAddress(list: BlockList, host: string): void {
  const address = plain(host);
  const version = isIP(address);
  if (version !== 0) list.addAddress(address, version === 4 ? 'ipv4' : 'ipv6');
}

function isIn(list: BlockList, host: string): boolean {
  const address = plain(host);
  return list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}

/** Without the zone of an address of one link, and an IPv4 address that is written as IPv6 as what it is. */
const plain = (address: string) =>
  address.replace(/%.*$/, '').replace(/^::ffff:(\d+\.\d+\.\d+\.\d+)$/i, '$1');
