// Node-postgres with the credential of a source. `pg` is a peer: the application's own is used.
export { credentialClient, type CredentialClientOptions } from './credential-client.js';
export { createSecretPool, type SecretPoolOptions } from './create-secret-pool.js';
export type { CredentialClientClass, PgModule } from './pg-module.js';
