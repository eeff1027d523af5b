import { CLEAR_PENDING } from '../domain/decide-pending.js';
import { refuse } from '../domain/refusal.js';
import type { ResolvedSettings } from '../domain/rotation-settings.js';
import { KeyturnError, refusalToError } from '../errors.js';
import type { DatabaseSession, DatabaseUser } from '../ports/database-admin.js';

/**
 * Looks up a user before anything is changed.
 * @throws `KEYTURN_USER_NAME_TOO_LONG` where the server would cut the name, saying how to go on
 */
export async function lookUpUser(
  session: DatabaseSession,
  user: string,
): Promise<DatabaseUser | undefined> {
  try {
    return await session.describeUser({ user });
  } catch (error) {
    const code = 'KEYTURN_USER_NAME_TOO_LONG';
    if (!KeyturnError.is(error, code)) throw error;
    const remedy = `This attempt changed nothing in the database. ${CLEAR_PENDING}`;
    throw refusalToError(refuse({ code, field: 'username', message: error.message, remedy }));
  }
}

/**
 * What a user must not be, for its permissions to be copied: its own password is left alone.
 * @throws `KEYTURN_USER_IS_SUPERUSER`, unless the settings allow it
 */
export function checkSource(
  { name, superuser }: DatabaseUser,
  { allowSuperuserSource }: ResolvedSettings,
): void {
  if (!superuser || allowSuperuserSource) return;
  throw refused('KEYTURN_USER_IS_SUPERUSER', neverCopied(name));
}

/** What a user must not be, for its password to be worth changing. Throws a `RotationRefusedError`. */
export function checkRotatable(
  user: DatabaseUser,
  options: { readonly now: number; readonly allowSuperuser: boolean },
): void {
  const shown = JSON.stringify(user.name);
  if (user.external) {
    throw refused(
      'KEYTURN_USER_IS_EXTERNAL',
      `User ${shown} has an EXTERNALID, so it has no password here.`,
    );
  }
  if (user.superuser && !options.allowSuperuser) {
    throw refused('KEYTURN_USER_IS_SUPERUSER', neverCopied(user.name));
  }
  if (user.validUntil <= options.now) {
    throw refused(
      'KEYTURN_USER_EXPIRED',
      `The password of user ${shown} has expired (VALID UNTIL), and a new one would be expired too.`,
    );
  }
}

function neverCopied(name: string): string {
  return `User ${JSON.stringify(name)} is a superuser, and alternating users neither clones nor takes over one.`;
}

const REMEDIES = {
  KEYTURN_USER_IS_EXTERNAL: 'Rotate a user with a password of its own.',
  KEYTURN_USER_IS_SUPERUSER: 'Use single user for a superuser, or an ordinary user.',
  KEYTURN_USER_EXPIRED: "Extend it with ALTER USER ... VALID UNTIL 'infinity'.",
} as const;

function refused(code: keyof typeof REMEDIES, message: string): Error {
  const remedy = `${REMEDIES[code]} This attempt changed nothing in the database. ${CLEAR_PENDING}`;
  return refusalToError(refuse({ code, field: 'username', message, remedy }));
}

/**
 * A user that changes its own password needs a second session to prove it by, beside the one that can take it back.
 * @throws `KEYTURN_DATABASE_FULL`, before anything is changed
 */
export function requirePlaceToProve({ name, freePlaces }: DatabaseUser): void {
  if (freePlaces === undefined || freePlaces >= 1) return;
  throw refusalToError(
    refuse({
      code: 'KEYTURN_DATABASE_FULL',
      message: `User ${JSON.stringify(name)} may open no second session now, so a new password could not be proved. This attempt changed nothing in the database.`,
      remedy:
        'Raise its CONNECTION LIMIT to at least two more than the application uses, or end idle sessions.',
      retryable: true,
    }),
  );
}
