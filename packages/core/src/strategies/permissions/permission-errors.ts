import { describeUnchecked } from '../../domain/permissions/decide-permission-work.js';
import { describeOwned } from '../../domain/permissions/describe-permission.js';
import type { StopReason } from '../../domain/permissions/permission-work.js';
import { refuse } from '../../domain/refusal.js';
import { refusalToError, type KeyturnError } from '../../errors.js';

const shown = (name: string): string => JSON.stringify(name);

/** Permissions are still missing, or there was no time for them. */
export function incomplete(what: {
  readonly target: string;
  readonly database: string;
  readonly left: number;
  readonly granted: number;
  readonly outOfTime: boolean;
}): KeyturnError {
  const why = what.outOfTime ? 'when too little time was left' : 'after they were granted';
  return refusalToError(
    refuse({
      code: 'KEYTURN_PERMISSIONS_INCOMPLETE',
      message: `User ${shown(what.target)} still lacks ${what.left} permissions in database ${shown(what.database)} ${why}; ${what.granted} were granted in this attempt.`,
      remedy: what.outOfTime
        ? 'The password of an existing user was not changed. What is granted stays, so the next attempt has less to do.'
        : 'The password of an existing user was not changed. The next attempt grants what is left; if it stays, look for something that revokes them.',
      retryable: true,
    }),
  );
}

/** There was no time left for some databases. */
export function notReached(what: {
  readonly target: string;
  readonly databases: readonly string[];
  /** Undefined as long as nothing has been changed. */
  readonly granted?: number;
}): KeyturnError {
  const { target, databases, granted } = what;
  const [where, so] =
    granted === undefined
      ? ['were not compared', '']
      : ['are not complete', `; ${granted} were granted in this attempt`];
  return refusalToError(
    refuse({
      code: 'KEYTURN_PERMISSIONS_INCOMPLETE',
      message: `The permissions of user ${shown(target)} ${where} in ${databases.length} of the databases, the next being ${shown(databases[0] ?? '')}, when too little time was left${so}.`,
      remedy: `${
        granted === undefined
          ? 'Nothing was changed.'
          : 'The password of an existing user was not changed, and what is granted stays.'
      } If the next attempt stops here too, raise the time-out of the function or name fewer databases in the setting permissionDatabases.`,
      settings: ['permissionDatabases'],
      retryable: true,
    }),
  );
}

/** Something holds a lock, and the rotation cannot go on without what it keeps from being granted. */
export function lockedOut(what: {
  readonly user: string;
  readonly database: string;
  readonly what: readonly string[];
  readonly sql: readonly string[];
  readonly because: 'hides-rows' | 'never-current';
}): KeyturnError {
  const why = {
    'hides-rows': 'without it the user might see rows that are hidden from the current one',
    'never-current': 'the user was not current before, so the application would lose it',
  }[what.because];
  return refusalToError(
    refuse({
      code: 'KEYTURN_PERMISSIONS_INCOMPLETE',
      message: `Something holds a lock in database ${shown(what.database)}, so user ${shown(what.user)} was not granted in time: ${some(what.what)}; ${why}.`,
      remedy: `The password of an existing user was not changed, and AWSCURRENT is what it was. End the transaction that holds the lock, or grant by hand: ${some(what.sql)}. The next delivery goes on from here.`,
      retryable: true,
    }),
  );
}

/** The beginning of a list. */
function some(texts: readonly string[]): string {
  const more = texts.length - MOST_NAMED;
  return [...texts.slice(0, MOST_NAMED), ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

const MOST_NAMED = 20;

/** The error of what no rotation goes on with. */
export function stopped(target: string, because: StopReason): KeyturnError {
  switch (because.kind) {
    case 'policies-unchecked':
      return unchecked(target, describeUnchecked(because.kinds));
    case 'owned':
      return ownedObjects(because);
  }
}

/** The code where nobody can say whether a user has the same policies. */
export const UNCHECKED = 'KEYTURN_PERMISSIONS_UNCHECKED';

/** Users that look alike without their policies would see different rows. */
export function unchecked(target: string, reasons: string): KeyturnError {
  return refusalToError(
    refuse({
      code: UNCHECKED,
      field: 'allowUncheckedPolicies',
      settings: ['allowUncheckedPolicies'],
      message: `Whether user ${shown(target)} has the same row-level security and masking policies could not be checked: ${reasons}.`,
      remedy:
        'Store the credential of a superuser in the superuser secret. If no such policies exist, set allowUncheckedPolicies to continue without this check.',
    }),
  );
}

/** The other user could not go on with these. */
function ownedObjects({ user, objects }: Extract<StopReason, { kind: 'owned' }>): KeyturnError {
  const some = objects.slice(0, 20).map(describeOwned);
  return refusalToError(
    refuse({
      code: 'KEYTURN_OWNED_OBJECTS',
      field: 'ownedObjects',
      settings: ['ownedObjects'],
      message: `${objects.length} objects belong to user ${shown(user)}, which the other user can neither change nor drop: ${some.join(', ')}.`,
      remedy:
        'Transfer them to a user without a password (ALTER TABLE ... OWNER TO); docs/permissions.md shows how. The setting ownedObjects decides whether they stop a rotation.',
    }),
  );
}
