export { SecretsManagerStore, type SecretsManagerStoreOptions } from './secrets-manager-store.js';
export {
  SecretsManagerPasswords,
  type SecretsManagerPasswordsOptions,
} from './secrets-manager-passwords.js';
export type { SecretsManagerLike } from './client.js';
