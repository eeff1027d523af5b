import { drawPassword } from '../domain/password-policy.js';
import { Sensitive } from '../domain/sensitive.js';
import type { PasswordSource } from '../ports/password-source.js';

/** New passwords from the runtime's own cryptographic generator, every character equally likely. */
export const localPasswords: PasswordSource = {
  generate: (policy) => Promise.resolve(new Sensitive(drawPassword(policy, randomBelow))),
};

/** A uniform integer in [0, n) for n up to 2^32: draws that would favour some results are thrown away. */
function randomBelow(n: number): number {
  const limit = 2 ** 32 - (2 ** 32 % n);
  const draw = new Uint32Array(1);
  do crypto.getRandomValues(draw);
  while ((draw[0] ?? 0) >= limit);
  return (draw[0] ?? 0) % n;
}
