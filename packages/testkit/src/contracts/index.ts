export {
  describeDatabaseAdminContract,
  type DatabaseAdminContractOptions,
} from './database-admin-contract.js';
export type {
  DatabaseAdminSubject,
  DatabaseAdminSupport,
  SubjectUser,
} from './database-admin-subject.js';
export type { TestRunner } from './test-runner.js';
