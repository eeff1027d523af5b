import { text } from './input.js';
import { invalidParameter, invalidRequest } from './service-error.js';

const MISSING = 'You must provide a ClientRequestToken value. We recommend a UUID-type value.';

/** ClientRequestToken becomes the id of a version. */
export const clientRequestToken = text({ min: 32, max: 64 });

/** @throws ServiceError when a raw request has no token; the code differs for RotateSecret (O). */
export function requireToken(token: string | undefined, forRotation = false): string {
  if (token !== undefined) return token;
  throw forRotation ? invalidParameter(MISSING) : invalidRequest(MISSING);
}
