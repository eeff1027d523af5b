import { refuse } from '../domain/refusal.js';
import {
  KeyturnError,
  refusalToError,
  VerificationFailedError,
  type CheckFailure,
} from '../errors.js';
import type { Clock } from '../ports/clock.js';
import type { VerificationCheck, VerificationSubject } from '../ports/verification-check.js';
import { isSignInCheck, signInCheck } from './sign-in-check.js';

/**
 * The list with the sign-in first. A list without it gets it, since no credential is ever promoted that was
 * not signed in with; so does one with a check of that name which is not the sign-in.
 * @throws `KEYTURN_INVALID_SETTING` for two checks of one name
 */
export function orderChecks(checks: readonly VerificationCheck[]): readonly VerificationCheck[] {
  const names = checks.map(({ name }) => name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw sameName(repeated);
  return [signInCheck(), ...checks.filter((check) => !isSignInCheck(check))];
}

function sameName(name: string): Error {
  return refusalToError(
    refuse({
      code: 'KEYTURN_INVALID_SETTING',
      field: 'checks',
      message: `Two checks are named ${JSON.stringify(name)}.`,
      remedy: 'Give each check a name of its own, so that a report can tell them apart.',
    }),
  );
}

/** How the reasons of failed checks are told, and how long a list may take. */
export interface CheckRun {
  /** Takes secrets out of a text. */
  readonly hide: (text: string) => string;
  readonly clock: Clock;
  /** Of the whole list but its sign-in, in milliseconds; Infinity for no limit. */
  readonly limitMs: number;
}

/**
 * Runs an ordered list of checks: a failed sign-in ends it, all others are run and reported together. A check that has not
 * ended when the time of the list is over is left to itself and reported by name; those after it are not run.
 * @throws VerificationFailedError naming every check that failed; a keyturn error of the sign-in itself, such
 * as an unreachable database, is thrown as it is.
 */
export async function runChecks(
  checks: readonly VerificationCheck[],
  subject: VerificationSubject,
  { hide, clock, limitMs }: CheckRun,
): Promise<void> {
  const failures: CheckFailure[] = [];
  let deadline = Infinity;
  for (const check of checks) {
    const signIn = isSignInCheck(check);
    try {
      const result = await endingBy(deadline, clock, check.verify(subject));
      if (clock.now() > deadline) throw TOO_LONG;
      if (result === false || result instanceof Error) failures.push(returned(check, hide, result));
    } catch (error) {
      if (signIn && KeyturnError.is(error)) throw error;
      const reason = error === TOO_LONG ? tooLong(limitMs) : hide(reasonOf(error));
      failures.push({ check: check.name, reason });
      if (signIn || error === TOO_LONG) break;
    }
    if (signIn) deadline = clock.now() + limitMs;
  }
  if (failures.length > 0) throw new VerificationFailedError(failures);
}

/** Whoever returns what went wrong instead of throwing it means that the check failed. */
function returned(
  { name: check }: VerificationCheck,
  hide: (text: string) => string,
  result: false | Error,
): CheckFailure {
  const what = result === false ? 'false' : `an error: ${result.message}`;
  return { check, reason: hide(`the check returned ${what}`) };
}

const TOO_LONG = new Error('the time of the list of checks is over');

function tooLong(limitMs: number): string {
  return `it had not passed when the ${limitMs} ms were over that the whole list of checks has`;
}

/** Waits for a check until its time is over, and no longer: a check may never end. */
async function endingBy(deadline: number, clock: Clock, check: Promise<unknown>): Promise<unknown> {
  if (deadline === Infinity) return check;
  let cancel: (() => void) | undefined;
  const over = new Promise<never>((_, reject) => {
    cancel = clock.after(Math.max(0, deadline - clock.now()), () => reject(TOO_LONG));
  });
  try {
    return await Promise.race([check, over]);
  } finally {
    cancel?.();
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
