import type { VerificationCheck, VerificationSubject } from '../ports/verification-check.js';

/** The name of the check that comes first in every list. */
export const SIGN_IN = 'sign in';

async function signIn(subject: VerificationSubject): Promise<void> {
  await subject.signIn();
}

/**
 * The pending credential signs in. Comes first in every list, asked for or not; when it fails, no other check is
 * run.
 */
export function signInCheck(): VerificationCheck {
  return { name: SIGN_IN, verify: signIn };
}

/** Whether it is that check, and not one of somebody's own that bears its name. */
export function isSignInCheck({ verify }: VerificationCheck): boolean {
  return verify === signIn;
}
