import { sameServer } from './database-address.js';
import type { DatabaseSecret } from './database-secret.js';
import { refuse, type Refusal } from './refusal.js';
import type { RotationStep } from './rotation-request.js';

/** How to get rid of a pending value, which can never be overwritten. */
export const CLEAR_PENDING =
  'Take AWSPENDING off that version with UpdateSecretVersionStage, then rotate again.';

/** What a stored pending value is good for. */
export type PendingVerdict =
  | { readonly kind: 'fit' }
  /**
   * It equals the current value in every field and testSecret was asked for: that is what RotateSecret does
   * with RotateImmediately=false. It is signed in with and checked, never set or promoted.
   */
  | { readonly kind: 'config-test' }
  | Refusal;

/**
 * Whether a stored pending value may be acted on: it has to name the user that the strategy would choose and
 * the address of the current version. This is what keeps somebody who may store values from having another
 * user's password set, or this user's sent elsewhere.
 */
export function decidePending(
  current: DatabaseSecret,
  pending: DatabaseSecret,
  nextUser: string,
  step: RotationStep,
): PendingVerdict {
  const field = differingAddressField(current, pending);
  if (field !== undefined) {
    return refuse({
      code: 'KEYTURN_TARGET_MISMATCH',
      field,
      message: `The AWSPENDING value names another ${field} than the AWSCURRENT value.`,
      remedy: CLEAR_PENDING,
    });
  }
  if (step === 'testSecret' && sameValue(current, pending)) return { kind: 'config-test' };
  if (pending.username === nextUser) return { kind: 'fit' };
  return refuse({
    code: 'KEYTURN_USER_MISMATCH',
    field: 'username',
    message: 'The AWSPENDING value names a user that this strategy would not rotate to.',
    remedy: CLEAR_PENDING,
  });
}

function differingAddressField(a: DatabaseSecret, b: DatabaseSecret): string | undefined {
  if (!sameServer(a.address, b.address)) return a.address.host === b.address.host ? 'port' : 'host';
  return a.address.database === b.address.database ? undefined : 'dbname';
}

function sameValue(a: DatabaseSecret, b: DatabaseSecret): boolean {
  return canonical(JSON.parse(a.text.reveal())) === canonical(JSON.parse(b.text.reveal()));
}

/** JSON with sorted keys, so that neither order nor white space matters. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
