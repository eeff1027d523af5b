/** Why a request to Secrets Manager failed, as far as it matters here. */
export type FaultKind =
  /** Too many requests; this one did nothing. */
  | 'throttled'
  /** No connection came about, so nothing was done. */
  | 'not-sent'
  /** Broken off, or failed inside the service: it may have been done or not. */
  | 'in-doubt'
  | 'access-denied'
  | 'key-access-denied'
  | 'key-unusable'
  /** The request was not signed: the client knows no region. */
  | 'no-region'
  /** The request was not signed: no provider had credentials. */
  | 'no-credentials'
  /** The request was not signed: the profile's SSO session is not there or over. */
  | 'sso-session'
  /** The credentials were good once. */
  | 'credentials-expired'
  /** The service does not know the access key. */
  | 'key-unknown'
  /** The signature does not fit, or the request could not be signed for another reason. */
  | 'credentials'
  | 'no-secret'
  | 'no-version'
  | 'marked-for-deletion'
  | 'value-exists'
  /** RotateSecret: another rotation has not come to its end; the service says that it will be tried again. */
  | 'rotation-under-way'
  | 'quota'
  /** The service refused the request for another reason. */
  | 'refused'
  | 'unforeseen';

/** A failure without the words it came in: messages of services, proxies and parsers may quote a secret value. */
export interface ServiceFault {
  readonly kind: FaultKind;
  /** The error's name or code, such as `ThrottlingException`. */
  readonly name: string;
  readonly status?: number;
  /** Finds the request in CloudTrail. */
  readonly requestId?: string;
}

const NETWORK_BEFORE_SENDING = [
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
];
const NETWORK = [...NETWORK_BEFORE_SENDING, 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED'];

const BY_NAME: Readonly<Record<string, FaultKind>> = {
  ThrottlingException: 'throttled',
  Throttling: 'throttled',
  ThrottledException: 'throttled',
  RequestLimitExceeded: 'throttled',
  RequestThrottledException: 'throttled',
  SlowDown: 'throttled',
  TooManyRequestsException: 'throttled',
  InternalServiceError: 'in-doubt',
  InternalFailure: 'in-doubt',
  ServiceUnavailable: 'in-doubt',
  TimeoutError: 'in-doubt',
  AbortError: 'in-doubt',
  AccessDeniedException: 'access-denied',
  AccessDenied: 'access-denied',
  EncryptionFailure: 'key-unusable',
  DecryptionFailure: 'key-unusable',
  KMSAccessDeniedException: 'key-access-denied',
  KMSDisabledException: 'key-unusable',
  KMSInvalidStateException: 'key-unusable',
  KMSNotFoundException: 'key-unusable',
  CredentialsProviderError: 'no-credentials',
  TokenProviderError: 'sso-session',
  ExpiredToken: 'credentials-expired',
  ExpiredTokenException: 'credentials-expired',
  IncompleteSignature: 'credentials',
  InvalidClientTokenId: 'key-unknown',
  InvalidSignatureException: 'credentials',
  MissingAuthenticationToken: 'no-credentials',
  MissingAuthenticationTokenException: 'no-credentials',
  RequestExpired: 'credentials',
  UnrecognizedClientException: 'key-unknown',
  ResourceExistsException: 'value-exists',
  LimitExceededException: 'quota',
};

/** Texts of the service that change what a name means. Everything else in a message is ignored. */
const BY_TEXT: readonly (readonly [name: RegExp, text: RegExp, kind: FaultKind])[] = [
  // A denial of another call quotes names, which may have "kms" in them; so only the two texts of a key's denial count.
  [/^AccessDenied/, /^Access to KMS is not allowed/i, 'key-access-denied'],
  [/^AccessDenied/, /not authorized to perform: kms:/i, 'key-access-denied'],
  [/^ResourceNotFound/, /can't find the specified secret\.?$/i, 'no-secret'],
  // Anything else that is not found is a label or version without a value; the text for it is not published.
  [/^ResourceNotFound/, /(?:)/, 'no-version'],
  [/^InvalidRequest/, /VersionStage that is not associated/i, 'no-version'],
  [/^InvalidRequest/, /marked for deletion/i, 'marked-for-deletion'],
  [/^InvalidRequest/, /previous rotation isn.t complete/i, 'rotation-under-way'],
  [/^InvalidRequest/, /default KMS service key/i, 'key-unusable'],
  [/./, /^Region is missing/i, 'no-region'],
  // Two wordings of one provider in @aws-sdk/client-secrets-manager 3.1163.0.
  [/^CredentialsProviderError/, /\bSSO session\b/i, 'sso-session'],
  [/^CredentialsProviderError/, /\bexpired\b/i, 'credentials-expired'],
];

/** Reads what was thrown by a client; nothing of its message, stack or response is kept. */
export function parseServiceFault(thrown: unknown): ServiceFault {
  const error = unwrap(typeof thrown === 'object' && thrown !== null ? thrown : {});
  const status = error.$metadata?.httpStatusCode;
  const requestId = plainWord(error.$metadata?.requestId);
  const code = plainWord(error.code);
  return {
    kind: kindOf(error, code),
    name: (NETWORK.includes(code ?? '') ? code : plainWord(error.name)) ?? 'Error',
    ...(typeof status === 'number' && { status }),
    ...(requestId !== undefined && { requestId }),
  };
}

/** Whether what was thrown is a fault of that kind. */
export function isFault(thrown: unknown, kind: FaultKind): boolean {
  return parseServiceFault(thrown).kind === kind;
}

/** The SDK hides an error of Node whose class is not this realm's, as under Jest, in the text of another one. */
function unwrap(error: Thrown): Thrown {
  const [, name, text] =
    /^AWS SDK error wrapper for (\w+): (.*)/s.exec(String(error.message)) ?? [];
  if (name === undefined) return error;
  const code = NETWORK.find((known) => text?.includes(known));
  const { $metadata } = error;
  return { name, code, ...($metadata && { $metadata }) };
}

interface Thrown {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly code?: unknown;
  readonly $fault?: unknown;
  readonly $metadata?: {
    readonly httpStatusCode?: number;
    readonly requestId?: string;
    readonly clockSkewCorrected?: boolean;
  };
}

function kindOf(error: Thrown, code: string | undefined): FaultKind {
  const { $metadata } = error;
  // The client has corrected its clock by what the service told it; the next signature will be right.
  if ($metadata?.clockSkewCorrected === true) return 'throttled';
  if (code !== undefined && NETWORK_BEFORE_SENDING.includes(code)) return 'not-sent';
  if (code !== undefined && NETWORK.includes(code)) return 'in-doubt';
  const name = typeof error.name === 'string' ? error.name : '';
  const text = typeof error.message === 'string' ? error.message : '';
  const special = BY_TEXT.find(([names, texts]) => names.test(name) && texts.test(text));
  if (special !== undefined) return special[2];
  if (Object.hasOwn(BY_NAME, name)) return BY_NAME[name] ?? 'unforeseen';
  const status = $metadata?.httpStatusCode ?? 0;
  if (status === 429) return 'throttled';
  if (status >= 500) return 'in-doubt';
  return error.$fault === 'client' || status >= 400 ? 'refused' : 'unforeseen';
}

/** Names, codes and request ids are single words; anything else could be a text with a value in it. */
function plainWord(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\w.-]{1,64}$/.test(value) ? value : undefined;
}
