import type { LocalSecretsManager } from './local-secrets-manager.js';
import type { SecretsManagerOptions } from './options.js';
import { startSecretsManager } from './start-secrets-manager.js';

type Hook = (run: () => unknown) => unknown;

/** The hooks of a test runner. In node:test `beforeAll` and `afterAll` are called `before` and `after`. */
export interface TestHooks {
  readonly beforeAll: Hook;
  readonly afterAll: Hook;
  readonly beforeEach: Hook;
}

export interface UseSecretsManagerOptions extends SecretsManagerOptions {
  /** Default: the global hooks of Jest, or of Vitest with `globals: true`. */
  readonly hooks?: TestHooks;
  /** Default true: each test begins without secrets. */
  readonly resetBeforeEach?: boolean;
}

/**
 * Starts a local Secrets Manager before the tests of a file or a `describe`, empties it before each and ends it
 * after the last.
 *
 * @returns a function that gives the running Secrets Manager; call it inside hooks and tests.
 * @throws TypeError without global hooks, when none were given.
 * @example
 * // Jest, or Vitest with globals
 * const secretsManager = useSecretsManager({ functions: { rotate: handler } });
 * // node:test
 * import { after, before, beforeEach } from 'node:test';
 * const secretsManager = useSecretsManager({ hooks: { beforeAll: before, afterAll: after, beforeEach } });
 */
export function useSecretsManager({
  hooks = globalHooks(),
  resetBeforeEach = true,
  ...options
}: UseSecretsManagerOptions = {}): () => LocalSecretsManager {
  let manager: LocalSecretsManager | undefined;
  hooks.beforeAll(async () => {
    manager = await startSecretsManager(options);
  });
  hooks.beforeEach(() => {
    if (resetBeforeEach) manager?.reset();
  });
  hooks.afterAll(() => manager?.close());
  return () => {
    if (!manager) throw new TypeError('the local Secrets Manager runs only inside tests and hooks');
    return manager;
  };
}

function globalHooks(): TestHooks {
  const { beforeAll, afterAll, beforeEach } = globalThis as Partial<TestHooks>;
  if (!beforeAll || !afterAll || !beforeEach) {
    throw new TypeError(
      'this test runner has no global hooks: give them as useSecretsManager({ hooks })',
    );
  }
  return { beforeAll, afterAll, beforeEach };
}
