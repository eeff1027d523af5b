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
export type {
  Grantee,
  InMemorySurroundings,
  LockedRelation,
  SharedPermission,
} from './in-memory-surroundings.js';
export { IN_MEMORY_PROFILE } from './in-memory-profile.js';
export {
  InMemorySecretStore,
  type NewSecret,
  type VersionToPut,
} from './in-memory-secret-store.js';
export type {
  InMemorySecret,
  InMemorySecretStoreState,
  InMemoryValue,
  InMemoryVersion,
} from './in-memory-secret-store-state.js';
export { countingPasswords, FixedPasswords } from './fixed-passwords.js';
export { LOCKED_ANSWERS, type LockedAnswer, type LockRule, type LockState } from './lock-rule.js';
export { ManualClock, type ManualClockOptions } from './manual-clock.js';
export { RecordingObserver } from './recording-observer.js';
export { seededRandom } from './seeded-random.js';
