export {
  describeDatabaseAdminContract,
  type DatabaseAdminContractOptions,
} from './database-admin-contract.js';
export type {
  DatabaseAdminSubject,
  DatabaseAdminSupport,
  SubjectUser,
} from './database-admin-subject.js';
export {
  describeSecretStoreContract,
  type SecretStoreContractOptions,
} from './secret-store-contract.js';
export type {
  MadeSecret,
  SecretStoreSubject,
  SecretStoreSupport,
  SubjectSecret,
} from './secret-store-subject.js';
export type { TestRunner } from './test-runner.js';
