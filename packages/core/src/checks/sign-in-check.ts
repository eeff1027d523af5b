import type { VerificationCheck } from '../ports/verification-check.js';

/** The name of the check that comes first in every list. */
export const SIGN_IN = 'sign in';

/** The pending credential signs in. Comes first by default; when it fails, no other check is run. */
export function signInCheck(): VerificationCheck {
  return {
    name: SIGN_IN,
    async verify(subject) {
      await subject.signIn();
    },
  };
}
