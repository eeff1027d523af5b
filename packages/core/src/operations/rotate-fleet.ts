import type { ErrorCode } from '../domain/error-code.js';
import { KeyturnError } from '../errors.js';
import type { Clock } from '../ports/clock.js';
import type { FleetEntry, FleetJournal } from '../ports/fleet-journal.js';
import { FleetQueue, type FleetMember } from './fleet-queue.js';
import { tokenBucket } from './token-bucket.js';

/** Timers are not much finer than this, in seconds: as many as fall into it may start together. */
const FINEST_PAUSE_S = 0.01;

/** What a fleet is rotated with. */
export interface RotateFleetOptions {
  /** A secret that is named twice is rotated once. */
  readonly members: readonly FleetMember[];
  /**
   * Rotates one secret and resolves when it is rotated. A function of one secret id and nothing else, so that
   * another engine can run the same. Must be safe to repeat.
   */
  readonly rotate: (secretId: string) => Promise<void>;
  readonly clock: Clock;
  /** How many at once. Default 8. */
  readonly concurrency?: number;
  /** How many are started per second. Default 10: a rotation writes twice, and the service's quota is 50 writes. */
  readonly perSecond?: number;
  /** Default: none, so that an interrupted run cannot be resumed. */
  readonly journal?: FleetJournal;
  /** Starts no more once aborted; those under way are waited for. */
  readonly signal?: AbortSignal;
  /** Is told after every start and every end. What it throws is ignored. */
  readonly onProgress?: (progress: FleetProgress) => void;
}

/** How far the fleet is. */
export interface FleetProgress {
  readonly total: number;
  readonly rotated: number;
  readonly failed: number;
  readonly running: number;
  readonly waiting: number;
}

/** A secret that was not rotated, and why. */
export interface FleetFailure {
  readonly secretId: string;
  /** Holds no secret value. */
  readonly reason: string;
  /** Of keyturn's own errors. */
  readonly code?: ErrorCode;
}

/** How it ended; every member is in exactly one list. */
export interface FleetReport {
  readonly rotated: readonly string[];
  /** Rotated by an earlier run, as the journal says. */
  readonly alreadyRotated: readonly string[];
  readonly failed: readonly FleetFailure[];
  /** Not begun, because of the signal. */
  readonly notStarted: readonly string[];
}

/**
 * Rotates many secrets, paced, one at a time per cluster. A failed secret never stops the others. With a journal
 * another run goes on where this one ended: what was rotated is left alone, the rest is rotated (again).
 * @throws RangeError for a concurrency or pace below what moves at all
 * @throws what the journal throws, after the rotations under way have ended
 */
export async function rotateFleet(options: RotateFleetOptions): Promise<FleetReport> {
  const { rotate, clock, concurrency = 8, perSecond = 10, journal, signal, onProgress } = options;
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new RangeError('concurrency has to be a whole number from 1');
  }
  if (!(perSecond > 0)) throw new RangeError('perSecond has to be more than 0');

  const done = rotatedAccordingTo((await journal?.read()) ?? []);
  const members = [...new Map(options.members.map((member) => [member.secretId, member])).values()];
  const queue = new FleetQueue(members.filter(({ secretId }) => !done.has(secretId)));
  const total = queue.waiting;
  const bucket = tokenBucket(clock, perSecond, Math.max(1, perSecond * FINEST_PAUSE_S));
  const rotated: string[] = [];
  const failed: FleetFailure[] = [];
  const started = new Set<string>();
  const running = new Set<Promise<void>>();
  let broken: { readonly error: unknown } | undefined;

  const progress = (): void => {
    const { waiting } = queue;
    const counts = { rotated: rotated.length, failed: failed.length, running: running.size };
    try {
      onProgress?.({ total, ...counts, waiting });
    } catch {
      // Watching never changes anything.
    }
  };
  const runOne = async (member: FleetMember): Promise<void> => {
    const { secretId } = member;
    try {
      await journal?.append({ secretId, state: 'started', at: clock.now() });
      const failure = await failureOf(() => rotate(secretId));
      if (failure === undefined) rotated.push(secretId);
      else failed.push({ secretId, ...failure });
      const outcome =
        failure === undefined
          ? ({ state: 'rotated' } as const)
          : ({ state: 'failed', reason: failure.reason } as const);
      await journal?.append({ secretId, ...outcome, at: clock.now() });
    } catch (error) {
      // Only the journal throws here, and without it nobody could go on after a crash.
      broken ??= { error };
    } finally {
      queue.ended(member);
    }
  };

  const stopped = (): boolean => broken !== undefined || signal?.aborted === true;
  while (!stopped() && queue.waiting > 0) {
    const member = running.size < concurrency ? queue.next() : undefined;
    if (member === undefined) {
      await Promise.race(running);
      continue;
    }
    await bucket.take();
    // It may have been stopped during the wait.
    if (stopped()) break;
    started.add(member.secretId);
    const run = runOne(member).finally(() => {
      running.delete(run);
      progress();
    });
    running.add(run);
    progress();
  }
  await Promise.all(running);
  if (broken !== undefined) throw broken.error;
  const ids = members.map(({ secretId }) => secretId);
  return {
    rotated,
    alreadyRotated: ids.filter((id) => done.has(id)),
    failed,
    notStarted: ids.filter((id) => !done.has(id) && !started.has(id)),
  };
}

/** The secrets that a journal knows to be rotated; the newest entry of a secret counts. */
export function rotatedAccordingTo(entries: readonly FleetEntry[]): ReadonlySet<string> {
  const newest = new Map(entries.map(({ secretId, state }) => [secretId, state]));
  return new Set([...newest].flatMap(([id, state]) => (state === 'rotated' ? [id] : [])));
}

/** Why it failed; errors that are not keyturn's own may hold anything, so only their name is told. */
async function failureOf(
  work: () => Promise<void>,
): Promise<Omit<FleetFailure, 'secretId'> | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (KeyturnError.is(error)) {
      return { reason: `${error.code}: ${error.message}`, code: error.code };
    }
    return { reason: error instanceof Error ? error.name : 'unknown' };
  }
}
