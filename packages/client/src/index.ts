// The consumer side of a rotation. The public surface, grouped.

// The credential of a secret
export { createCredentialSource } from './source/create-credential-source.js';
export type {
  CredentialSource,
  SignInAttempt,
  SignInGrant,
  SignInOptions,
} from './source/credential-source.js';
export type { CredentialSourceOptions } from './source/options.js';
export type {
  CredentialCounters,
  CredentialEvent,
  CredentialListener,
  RefreshReason,
} from './source/events.js';
export type { Credential, CredentialAddress, CredentialLabel } from './domain/credential.js';
export type { RotationKind } from './domain/decide-candidate.js';
export type { BackoffSettings } from './domain/backoff.js';
export type { BudgetSettings } from './domain/refusal-budget.js';
export { classifySignInError, type SignInVerdict } from './domain/classify-sign-in-error.js';
export { CredentialError } from './errors.js';

// Ports
export type { SecretReader, SecretReading, SecretReadRequest } from './ports/secret-reader.js';
export { systemClientClock, type ClientClock } from './ports/client-clock.js';

// Readers
export { storeReader } from './readers/store-reader.js';
export {
  secretsManagerReader,
  type SecretsManagerReaderOptions,
} from './readers/secrets-manager-reader.js';
export { extensionReader, type ExtensionReaderOptions } from './readers/extension-reader.js';
export { withReplicas } from './readers/with-replicas.js';

// Secrets that are no database credentials
export {
  createSecretCache,
  type CachedSecret,
  type SecretCache,
  type SecretCacheOptions,
} from './cache/create-secret-cache.js';
