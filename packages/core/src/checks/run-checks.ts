import { refuse } from '../domain/refusal.js';
import {
  KeyturnError,
  refusalToError,
  VerificationFailedError,
  type CheckFailure,
} from '../errors.js';
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

/**
 * Runs an ordered list of checks: a failed sign-in ends it, all others are run and reported together.
 * @param hide takes secrets out of a text
 * @throws VerificationFailedError naming every check that failed; a keyturn error of the sign-in itself, such
 * as an unreachable database, is thrown as it is.
 */
export async function runChecks(
  checks: readonly VerificationCheck[],
  subject: VerificationSubject,
  hide: (text: string) => string,
): Promise<void> {
  const failures: CheckFailure[] = [];
  for (const check of checks) {
    try {
      const result: unknown = await check.verify(subject);
      if (result === false || result instanceof Error) failures.push(returned(check, hide, result));
    } catch (error) {
      const signIn = isSignInCheck(check);
      if (signIn && KeyturnError.is(error)) throw error;
      failures.push({ check: check.name, reason: hide(reasonOf(error)) });
      if (signIn) break;
    }
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

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
