export { askService, type AskServiceOptions, type ServiceRotation } from './ask-service.js';
export { clientFrom, type ClientOptions, type SecretsManagerLike } from './client.js';
export {
  RedshiftEndpoints,
  type RedshiftEndpointsOptions,
} from './endpoints/redshift-endpoints.js';
export type { EndpointClientConfig } from './endpoints/redshift-facts.js';
export type { FollowedRotation, FollowOptions } from './follow-rotation.js';
export type { RequestOptions } from './requests.js';
export { DEFAULT_RETRY_LIMITS, type RetryLimits } from './retry.js';
export {
  SECRET_FILTER_KEYS,
  SecretsManagerDirectory,
  type SecretFilter,
  type SecretsManagerDirectoryOptions,
} from './secrets-manager-directory.js';
export {
  SecretsManagerPasswords,
  type SecretsManagerPasswordsOptions,
} from './secrets-manager-passwords.js';
export { SecretsManagerStore, type SecretsManagerStoreOptions } from './secrets-manager-store.js';
export { serviceRotator, type ServiceRotatorOptions } from './service-rotator.js';
