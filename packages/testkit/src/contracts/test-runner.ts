/**
 * The few functions a contract suite needs of a test runner. The globals of Jest, Vitest and Mocha fit as they
 * are; assertions are made with `node:assert`.
 *
 * @example
 * const runner = { describe, it, beforeEach, afterEach };
 */
export interface TestRunner {
  describe(name: string, define: () => void): void;
  it(name: string, test: () => Promise<void>): void;
  beforeEach(prepare: () => Promise<void>): void;
  afterEach(cleanUp: () => Promise<void>): void;
}
