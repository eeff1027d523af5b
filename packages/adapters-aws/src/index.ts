export type { ClientOptions, SecretsManagerLike } from './client.js';
export type { RequestOptions } from './requests.js';
export { DEFAULT_RETRY_LIMITS, type RetryLimits } from './retry.js';
export {
  SecretsManagerPasswords,
  type SecretsManagerPasswordsOptions,
} from './secrets-manager-passwords.js';
export { SecretsManagerStore, type SecretsManagerStoreOptions } from './secrets-manager-store.js';
