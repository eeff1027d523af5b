import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import * as tls from 'node:tls';
import { InvalidInputError, type DatabaseAddress } from '@keyturn/core';
import { RecentMap } from './recent-map.js';
import { TlsSession } from './tls-session.js';

/** How connections are secured. */
export interface TlsSettings {
  /**
   * `verify-full`: trusted certificate for this very host. `verify-ca`: trusted certificate, whatever its host.
   * `disable`: no TLS. Default `verify-full`. There is nothing in between, and never a downgrade.
   */
  readonly mode?: TlsMode;
  /** PEM certificates that are trusted in addition to Node's own. */
  readonly ca?: string;
  /** Whether `ssl: false` in a secret switches TLS off. Default false: it is ignored. */
  readonly allowSecretOptOut?: boolean;
}

/** See {@link TlsSettings.mode}. */
export type TlsMode = 'verify-full' | 'verify-ca' | 'disable';

/** Of how many servers a session is kept. Whoever writes secrets chooses their addresses, so it must have an end. */
export const MOST_SERVERS = 64;

const minVersion = 'TLSv1.2';

/** How one server is secured. */
export interface TlsPlan {
  readonly options: tls.ConnectionOptions;
  /** Shared by all connections that are secured in exactly the same way. */
  readonly session: TlsSession;
}

/** The plan for one address; undefined for no TLS. */
export type TlsPlanFor = (address: DatabaseAddress) => TlsPlan | undefined;

/**
 * Parses the settings once, for all connections.
 * @param now epoch milliseconds, for the age of sessions
 * @throws `KEYTURN_INVALID_SETTING` naming `tlsCa` or `tlsMode`
 */
export function prepareTls(
  { mode = 'verify-full', ca, ...rest }: TlsSettings = {},
  now: () => number = Date.now,
): TlsPlanFor {
  if (!['verify-full', 'verify-ca', 'disable'].includes(mode)) {
    refuse('tlsMode', 'is unknown', 'Use verify-full, verify-ca or disable.');
  }
  const added = ca === undefined ? undefined : parseCertificates(ca);
  let secureContext: tls.SecureContext | undefined;
  const sessions = new RecentMap<string, TlsSession>(MOST_SERVERS);
  const sessionFor = (...place: readonly (string | number)[]): TlsSession =>
    sessions.getOrMake(JSON.stringify(place), () => new TlsSession(now));

  return ({ host, port, ssl }) => {
    const wanted = modeFor(mode, ssl, rest.allowSecretOptOut ?? false);
    if (wanted === 'disable') return undefined;
    if (added !== undefined) secureContext ??= contextTrusting(added);
    const options: tls.ConnectionOptions = {
      // Said out loud so that NODE_TLS_REJECT_UNAUTHORIZED cannot switch it off.
      rejectUnauthorized: true,
      minVersion,
      // The name that is checked. Without it Node would check an IP address against `localhost`.
      host,
      // RFC 6066: the server name indication is never an IP address.
      ...(isIP(host) === 0 && { servername: host }),
      ...(secureContext !== undefined && { secureContext }),
      ...(wanted === 'verify-ca' && { checkServerIdentity: () => undefined }),
    };
    return { options, session: sessionFor(wanted, host, port) };
  };
}

function modeFor(mode: TlsMode, ssl: boolean | undefined, optOut: boolean): TlsMode {
  if (ssl === true && mode === 'disable') return 'verify-full';
  if (ssl === false && optOut) return 'disable';
  return mode;
}

/**
 * Node's own authorities and these. Adding to a context that has Node's own already takes 1 ms where handing over all
 * of them as PEM takes 20; where Node no longer has that, they are handed over.
 */
function contextTrusting(added: readonly string[]): tls.SecureContext {
  const own = tls.createSecureContext({ minVersion });
  const native = own.context as { addCACert?: (pem: string) => void };
  if (typeof native.addCACert !== 'function') {
    return tls.createSecureContext({ ca: [...ownRoots(), ...added], minVersion });
  }
  for (const pem of added) native.addCACert(pem);
  return own;
}

/** What Node trusts unasked; newer versions can tell, with what NODE_EXTRA_CA_CERTS adds. */
function ownRoots(): readonly string[] {
  const { getCACertificates } = tls as { getCACertificates?: (kind: 'default') => string[] };
  return getCACertificates?.('default') ?? tls.rootCertificates;
}

function parseCertificates(pem: string): readonly string[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    if (blocks.length > 0) return blocks.filter((block) => new X509Certificate(block));
  } catch {
    // Said below, without the text.
  }
  return refuse(
    'tlsCa',
    'holds no readable certificate',
    'Give one or more certificates in PEM, or the path of a file that has them.',
  );
}

function refuse(field: string, problem: string, remedy: string): never {
  throw new InvalidInputError({
    code: 'KEYTURN_INVALID_SETTING',
    field,
    settings: [field],
    message: `The setting ${field} ${problem}.`,
    remedy,
  });
}
