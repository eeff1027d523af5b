export {
  InMemoryDatabase,
  type InMemoryDatabaseOptions,
  type NewServer,
  type NewUser,
  type ServerPlace,
} from './in-memory-database.js';
export type {
  InMemoryDatabaseState,
  InMemoryServer,
  InMemoryUser,
  SignInRecord,
} from './in-memory-database-state.js';
export { IN_MEMORY_PROFILE } from './in-memory-profile.js';
