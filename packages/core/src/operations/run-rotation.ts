import { decideOwnRotation } from '../domain/decide-own-rotation.js';
import { ROTATION_STEPS, type RotationStep } from '../domain/rotation-request.js';
import type { Refusal } from '../domain/refusal.js';
import type { VersionId } from '../domain/secret-description.js';
import { AWSPENDING } from '../domain/staging-label.js';
import { systemClock } from '../defaults/system-clock.js';
import { RotationEngine, type RotationEngineOptions } from '../engine/rotation-engine.js';
import { redactError } from '../engine/redact-error.js';
import { requireSettings } from '../engine/require-settings.js';
import { KeyturnError } from '../errors.js';
import type { Clock } from '../ports/clock.js';
import type { SecretStore } from '../ports/secret-store.js';
import { ownVersionStore, type OwnVersion } from './own-version-store.js';

/** What {@link runRotation} is given: the parts of an engine, and what to rotate. */
export interface RunRotationOptions extends RotationEngineOptions {
  readonly secretId: string;
  /** Goes on although another rotation is under way or the secret has a rotation function. Default false. */
  readonly force?: boolean;
  /**
   * Asks it to stop. Before setSecret nothing is left behind; from setSecret on the running step is ended, and
   * AWSPENDING stays, because its credential may be the one that works.
   */
  readonly signal?: AbortSignal;
  /** How often the four steps are gone through in all, where a failure is retryable. Default 3. */
  readonly attempts?: number;
  /** The first pause between attempts, in milliseconds; each further one is twice as long. Default 1,000. */
  readonly backoffMs?: number;
  /** The new version's id, 32 to 64 characters. Default: a new UUID. */
  readonly versionId?: VersionId;
}

/** How a rotation in process ended. `pendingLeft` says whether AWSPENDING is still on the version. */
export type RotationRun =
  | { readonly kind: 'rotated'; readonly versionId: VersionId; readonly attempts: number }
  /** Nothing was done. */
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** Another rotation took AWSPENDING; nothing was changed in the database, or it was given back. */
  | { readonly kind: 'yielded'; readonly versionId: VersionId; readonly error: KeyturnError }
  | {
      readonly kind: 'aborted';
      readonly versionId: VersionId;
      readonly before: RotationStep;
      readonly pendingLeft: boolean;
    }
  | {
      readonly kind: 'failed';
      readonly versionId: VersionId;
      readonly error: KeyturnError;
      readonly attempts: number;
      readonly pendingLeft: boolean;
    };

/**
 * Rotates a secret in process, for tooling without a rotation function: the same four steps, guards and order as
 * in a function, with retries on the clock port. Progress is told to the observer. Not safe to run twice at the
 * same time, but harmless: one of the two yields.
 * @returns how it ended; only a programming mistake is thrown.
 * @throws `KEYTURN_INVALID_SETTING` before anything is read, for a setting that is unknown or not fit
 *
 * @example
 * const run = await runRotation({ store, database, strategy: singleUser(), secretId: 'orders' });
 * if (run.kind !== 'rotated') process.exitCode = 1;
 */
export async function runRotation(options: RunRotationOptions): Promise<RotationRun> {
  const { store, secretId, force = false } = options;
  requireSettings(options);
  const versionId = options.versionId ?? crypto.randomUUID();
  let takesOver: VersionId | undefined;
  try {
    const decision = decideOwnRotation(await store.describe({ secretId }), force);
    if (decision.kind === 'refused') return { kind: 'refused', refusal: decision };
    ({ takesOver } = decision);
  } catch (error) {
    const safe = redactError(error, []);
    return { kind: 'failed', versionId, error: safe, attempts: 0, pendingLeft: false };
  }
  return carryThrough(options, { versionId, takesOver });
}

/**
 * Goes through the four steps for one version, and takes AWSPENDING off it once it is current. With a version
 * that is staged already this goes on where another rotation stopped.
 */
export async function carryThrough(
  options: RunRotationOptions,
  own: OwnVersion,
): Promise<RotationRun> {
  const { secretId, signal, attempts: most = 3, backoffMs = 1_000 } = options;
  const { versionId } = own;
  const clock = options.clock ?? systemClock;
  const wrapped = ownVersionStore(options.store, own, clock);
  const engine = new RotationEngine({ ...options, store: wrapped.store });
  const clear = (): Promise<boolean> => removePending(options.store, secretId, versionId);
  let setBegan = false;
  for (let attempt = 1; ; attempt++) {
    try {
      for (const step of ROTATION_STEPS) {
        if (signal?.aborted) {
          const pendingLeft = setBegan || (wrapped.put() && !(await clear()));
          return { kind: 'aborted', versionId, before: step, pendingLeft };
        }
        setBegan ||= step === 'setSecret';
        await engine.run({ step, secretId, versionId });
      }
      await clear();
      return { kind: 'rotated', versionId, attempts: attempt };
    } catch (thrown) {
      const error = redactError(thrown, []);
      if (YIELDED.has(error.code)) return { kind: 'yielded', versionId, error };
      if (!error.retryable || attempt >= most) {
        const pendingLeft = setBegan || (wrapped.put() && !(await clear()));
        return { kind: 'failed', versionId, error, attempts: attempt, pendingLeft };
      }
      await pause(clock, backoffMs * 2 ** (attempt - 1), signal);
    }
  }
}

/** Codes which say that the version has lost AWSPENDING to somebody else. */
const YIELDED: ReadonlySet<string> = new Set([
  'KEYTURN_TOKEN_SUPERSEDED',
  'KEYTURN_TOKEN_UNKNOWN',
  'KEYTURN_TOKEN_NOT_PENDING',
]);

/** Whether AWSPENDING is off the version now. */
async function removePending(
  store: SecretStore,
  secretId: string,
  versionId: VersionId,
): Promise<boolean> {
  try {
    await store.moveLabel({ secretId, label: AWSPENDING, from: versionId });
    return true;
  } catch (error) {
    // Whoever took it, it is off this version.
    return KeyturnError.is(error, 'KEYTURN_STORE_REFUSED');
  }
}

async function pause(clock: Clock, longest: number, signal: AbortSignal | undefined) {
  const slept = clock.sleep(longest * (1 - clock.random() / 2));
  if (signal === undefined) return slept;
  await Promise.race([
    slept,
    new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true })),
  ]);
}
