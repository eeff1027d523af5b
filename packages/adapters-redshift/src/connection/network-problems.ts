import { messageOf } from '../errors/sanitise-cause.js';
import type { ChannelError } from './channel-error.js';
import type { Quote, SignInProblem } from './sign-in-problem.js';

const NETWORK: Readonly<Record<string, { what: string; remedy: string }>> = {
  ENOTFOUND: {
    what: 'its name is unknown to DNS',
    remedy: 'Check host in the secret, and that the VPC of the function resolves names.',
  },
  EAI_AGAIN: {
    what: 'DNS gives no answer',
    remedy: 'Check that the VPC of the function has a working DNS resolver.',
  },
  ECONNREFUSED: {
    what: 'nothing listens there',
    remedy: 'Check port in the secret, and that the cluster is available and not paused.',
  },
  EHOSTUNREACH: {
    what: 'there is no route to it',
    remedy: 'Check the subnets, route tables and network ACLs of the function and the cluster.',
  },
};

const BROKEN = {
  what: 'the connection broke',
  remedy: 'Check security groups and network ACLs, and that the cluster is available.',
};

/** Which of the many ways not to reach a server it was. */
export function describeNetworkProblem(
  error: ChannelError,
  server: string,
  quote: Quote,
): SignInProblem {
  const code = codeOf(error.cause);
  const key = code === 'ENETUNREACH' ? 'EHOSTUNREACH' : code;
  const { what, remedy } = NETWORK[key] ?? BROKEN;
  const detail = code === '' ? quote(error.message) : code;
  return {
    code: 'KEYTURN_DATABASE_UNREACHABLE',
    message: `${server} cannot be reached: ${what} (${detail}).`,
    remedy,
    retryable: true,
  };
}

interface TlsProblem {
  readonly what: string;
  readonly remedy: string;
  readonly settings?: readonly string[];
}

const BUNDLE =
  "Give the bundle of the server's authority as tlsCa (for Redshift: amazon-trust-ca-bundle.crt).";
const UNTRUSTED: TlsProblem = {
  what: 'its certificate comes from an untrusted authority',
  remedy: BUNDLE,
  settings: ['tlsCa'],
};

const TLS: Readonly<Record<string, TlsProblem>> = {
  CERT_HAS_EXPIRED: {
    what: 'its certificate has expired',
    remedy: "Renew the server's certificate.",
  },
  CERT_NOT_YET_VALID: {
    what: 'its certificate is not valid yet',
    remedy: "Check the clocks, or the server's certificate.",
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    what: 'its certificate was made for another host',
    remedy: "Store the cluster's own host name in the secret, no alias and no IP address.",
  },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
};

/** Why the channel could not be trusted. No password was sent. */
export function describeTlsProblem(
  error: ChannelError,
  server: string,
  quote: Quote,
): SignInProblem {
  const code = codeOf(error.cause);
  const problem: TlsProblem = TLS[code] ?? {
    what: `the handshake failed: ${quote(error.cause === undefined ? error.message : messageOf(error.cause))}`,
    remedy: 'The server must offer TLS 1.2 or newer.',
  };
  return {
    code: 'KEYTURN_DATABASE_TLS',
    message: `${server} is not trusted: ${problem.what}${code === '' ? '' : ` (${code})`}; no password was sent.`,
    remedy: problem.remedy,
    settings: problem.settings,
  };
}

function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : '';
}
