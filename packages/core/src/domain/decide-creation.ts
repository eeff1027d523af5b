import type { DatabaseSecret } from './database-secret.js';
import { decidePending } from './decide-pending.js';
import type { Refusal } from './refusal.js';

/** What createSecret has to do. */
export type Creation = { readonly kind: 'reuse' } | { readonly kind: 'generate' } | Refusal;

/** A pending value that is there is kept when it is fit, since it may be set in the database already. */
export function decideCreation(
  current: DatabaseSecret,
  pending: DatabaseSecret | undefined,
  nextUser: string,
): Creation {
  if (pending === undefined) return { kind: 'generate' };
  const verdict = decidePending(current, pending, nextUser, 'createSecret');
  return verdict.kind === 'refused' ? verdict : { kind: 'reuse' };
}
