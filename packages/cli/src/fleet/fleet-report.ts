import type { FleetFailure, FleetReport, ListedSecret, SkipReason } from '@keyturn/core';
import { EXIT_CODES, type ExitCode } from '../exit-codes.js';
import { styled } from '../output/style.js';
import { table } from '../output/table.js';
import { wrap } from '../output/wrap.js';
import type { Screen } from '../terminal.js';
import type { Skipped } from './find-fleet.js';
import { span } from './progress-line.js';
import { show } from '../output/shown.js';

/** All that is to be told about a fleet. */
export interface FleetResult extends FleetReport {
  readonly skipped: readonly Skipped[];
  readonly interrupted: boolean;
  readonly elapsedMs: number;
}

/** Why secrets were left out, in words. */
export const SKIP_REASONS = {
  'marked-for-deletion': 'marked for deletion',
  replica: 'a replica, which follows its primary',
  managed: 'managed by a service, which rotates it',
  'no-rotation': 'no rotation function',
  'rotation-off': 'rotation is turned off',
} as const satisfies Record<SkipReason, string>;

/** The secrets that were left out, counted by reason; empty where there are none. */
export function skippedInWords(skipped: readonly Skipped[]): string {
  const counts = new Map<SkipReason, number>();
  for (const { reason } of skipped) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => `${count} ${SKIP_REASONS[reason]}`).join('; ');
}

/** 0 only where nothing failed and nothing is left. */
export function exitCodeOf({ failed, interrupted }: FleetResult): ExitCode {
  if (interrupted) return EXIT_CODES.interrupted;
  if (failed.length === 0) return EXIT_CODES.ok;
  return failed.every(({ code }) => code === 'KEYTURN_ROTATION_UNFINISHED')
    ? EXIT_CODES.timeout
    : EXIT_CODES.failed;
}

/** The result as a table, and every failure. */
export function showResult(
  terminal: Screen,
  result: FleetResult,
  nameOf: (id: string) => string,
): void {
  const { rotated, alreadyRotated, failed, skipped, notStarted, elapsedMs, interrupted } = result;
  const rows = [
    ['rotated', rotated.length],
    ['rotated by an earlier run', alreadyRotated.length],
    ['failed', failed.length],
    ['skipped', skipped.length],
    ['not started', notStarted.length],
  ] as const;
  const lines = rows.filter(([, count], i) => i === 0 || count > 0);
  terminal.out(show`${table([['OUTCOME', 'SECRETS'], ...lines.map(([k, n]) => [k, `${n}`])])}\n\n`);
  if (skipped.length > 0) {
    terminal.out(show`${wrap(`Skipped: ${skippedInWords(skipped)}.`, terminal.columns)}\n\n`);
  }
  for (const { secretId, reason } of failed) {
    terminal.out(show`${styled(terminal, 'red', 'failed')}  ${nameOf(secretId)}\n`);
    terminal.out(show`${wrap(reason, terminal.columns, '        ')}\n`);
  }
  if (failed.length > 0) terminal.out(show`\n`);
  const word = interrupted
    ? styled(terminal, 'yellow', 'Interrupted')
    : failed.length > 0
      ? styled(terminal, 'red', 'Ended with failures')
      : styled(terminal, 'green', 'Done');
  terminal.out(show`${word} after ${span(elapsedMs)}.\n`);
}

/** The result as data. */
export function plainResult(result: FleetResult, nameOf: (id: string) => string) {
  const named = (secretId: string) => ({ secretId, name: nameOf(secretId) });
  const { rotated, alreadyRotated, failed, skipped, notStarted, elapsedMs, interrupted } = result;
  return {
    outcome: interrupted ? 'interrupted' : failed.length > 0 ? 'failed' : 'rotated',
    seconds: Math.round(elapsedMs) / 1_000,
    counts: {
      rotated: rotated.length,
      alreadyRotated: alreadyRotated.length,
      failed: failed.length,
      skipped: skipped.length,
      notStarted: notStarted.length,
    },
    rotated: rotated.map(named),
    alreadyRotated: alreadyRotated.map(named),
    failed: failed.map((failure: FleetFailure) => ({ ...named(failure.secretId), ...failure })),
    skipped: skipped.map(plainSkipped),
    notStarted: notStarted.map(named),
  };
}

/** A secret that was left out, as data. */
export function plainSkipped({ secret, reason }: Skipped) {
  return { secretId: secret.arn, name: secret.name, reason };
}

/** Gives the names of secrets back for their ARNs; what is not known keeps its id. */
export function namesOf(secrets: readonly ListedSecret[]): (id: string) => string {
  const names = new Map(secrets.map(({ arn, name }) => [arn, name]));
  return (id) => names.get(id) ?? id;
}
