import { setTimeout as sleep } from 'node:timers/promises';
import { serviceRotator, type RetryLimits } from '@keyturn/adapters-aws';
import { rotateFleet, systemClock, type Clock, type FleetMember } from '@keyturn/core';
import type { Parts } from '../build-parts.js';
import type { Screen } from '../terminal.js';
import type { FileJournal } from './file-journal.js';
import type { FoundFleet } from './find-fleet.js';
import type { FleetResult } from './fleet-report.js';
import { showProgress } from './show-progress.js';

/** How a fleet is rotated. */
export interface RunOptions {
  readonly json?: boolean;
  readonly concurrency: number;
  readonly perSecond: number;
  /** Seconds. */
  readonly timeout: number;
}

/** More patient than one rotation is: with a whole fleet being rotated, throttling lasts. Milliseconds. */
export const PATIENT: RetryLimits = {
  attempts: 10,
  baseMs: 200,
  maxPauseMs: 5_000,
  totalMs: 60_000,
};

/** What is rotated, and where it is written down. */
export interface FleetWork {
  readonly members: readonly FleetMember[];
  readonly found: FoundFleet;
  readonly journal: FileJournal | undefined;
}

/** Rotates the fleet, shows how far it is, and closes the journal. */
export async function runFleet(
  terminal: Screen,
  { client }: Parts,
  { members, found, journal }: FleetWork,
  { concurrency, perSecond, timeout, json }: RunOptions,
): Promise<FleetResult> {
  const startedAt = performance.now();
  const display = json ? undefined : showProgress(terminal);
  try {
    const report = await rotateFleet({
      members,
      rotate: serviceRotator({ client, timeoutMs: timeout * 1_000, retry: PATIENT }),
      clock: endingWith(terminal.interrupted),
      concurrency,
      perSecond,
      ...(journal !== undefined && { journal }),
      signal: terminal.interrupted,
      onProgress: (progress) => display?.update(progress),
    });
    return {
      ...report,
      failed: [...found.unseen, ...report.failed],
      skipped: found.skipped,
      interrupted: terminal.interrupted.aborted,
      elapsedMs: performance.now() - startedAt,
    };
  } finally {
    display?.stop();
    await journal?.close();
  }
}

/** A clock whose pauses between two starts end at once when the signal is aborted. */
function endingWith(signal: AbortSignal): Clock {
  return {
    ...systemClock,
    sleep: (ms) => sleep(ms, undefined, { signal }).catch(() => undefined),
  };
}
