import { describeDescriptions } from './secret-store/descriptions.js';
import { describeLabelMoves } from './secret-store/label-moves.js';
import { SecretStoreFixture } from './secret-store/secret-store-fixture.js';
import { describeReading } from './secret-store/reading.js';
import { describeStoring } from './secret-store/storing.js';
import type { SecretStoreSubject, SecretStoreSupport } from './secret-store-subject.js';
import type { TestRunner } from './test-runner.js';

/** What {@link describeSecretStoreContract} needs. */
export interface SecretStoreContractOptions {
  /** Named in the report. */
  readonly name: string;
  readonly runner: TestRunner;
  /** Gives a fresh, isolated subject for every test. No two versions it makes may be equally old. */
  create(): Promise<SecretStoreSubject>;
  readonly supports: SecretStoreSupport;
}

/**
 * The tests that every `SecretStore` must pass, for any test runner.
 *
 * @example
 * describeSecretStoreContract({
 *   name: 'my store',
 *   runner: { describe, it, beforeEach, afterEach },
 *   create: () => createMySubject(),
 *   supports: { owningService: false, tags: true },
 * });
 */
export function describeSecretStoreContract(options: SecretStoreContractOptions): void {
  const { runner, create, supports, name } = options;
  runner.describe(`the SecretStore contract, kept by ${name}`, () => {
    const fixture = new SecretStoreFixture(create);
    runner.beforeEach(() => fixture.setUp());
    runner.afterEach(() => fixture.tearDown());

    describeDescriptions(runner, fixture, supports);
    describeReading(runner, fixture);
    describeStoring(runner, fixture);
    describeLabelMoves(runner, fixture);
  });
}
