import type { DatabaseAdminSubject, DatabaseAdminSupport } from './database-admin-subject.js';
import { describePasswords } from './database-admin/passwords.js';
import { describePermissions } from './database-admin/permissions.js';
import { describeSignIn } from './database-admin/sign-in.js';
import { describeUsers } from './database-admin/users.js';
import { ContractFixture } from './database-admin/contract-fixture.js';
import type { TestRunner } from './test-runner.js';

/** What {@link describeDatabaseAdminContract} needs. */
export interface DatabaseAdminContractOptions {
  /** Named in the report. */
  readonly name: string;
  readonly runner: TestRunner;
  /** Gives a fresh, isolated subject for every test. */
  create(): Promise<DatabaseAdminSubject>;
  readonly supports: DatabaseAdminSupport;
}

/**
 * The tests that every `DatabaseAdmin` must pass, for any test runner.
 *
 * @example
 * describeDatabaseAdminContract({
 *   name: 'my adapter',
 *   runner: { describe, it, beforeEach, afterEach },
 *   create: () => createMySubject(),
 *   supports: { externalUsers: false, anyUserName: true },
 * });
 */
export function describeDatabaseAdminContract(options: DatabaseAdminContractOptions): void {
  const { runner, create, supports, name } = options;
  runner.describe(`the DatabaseAdmin contract, kept by ${name}`, () => {
    const fixture = new ContractFixture(create);
    runner.beforeEach(() => fixture.setUp());
    runner.afterEach(() => fixture.tearDown());

    describeSignIn(runner, fixture);
    describeUsers(runner, fixture, supports);
    describePasswords(runner, fixture);
    describePermissions(runner, fixture);
  });
}
