import {
  countRevocations,
  workOf,
  type ExtraReason,
  type PermissionWork,
  type WorkOf,
} from '../../domain/permissions/permission-work.js';
import type {
  OwnedObject,
  Permission,
  PermissionSnapshot,
  Revocation,
} from '../../domain/permissions/permission.js';
import { KeyturnError } from '../../errors.js';
import type { DatabaseSession } from '../../ports/database-admin.js';
import { decideAgain, type DatabaseLook } from './look-at-pair.js';
import { revokeFromBoth, statementsFor, wholly } from './work-statements.js';

/** What a rotation would do in one database, with the SQL. */
export interface DatabasePermissionPlan {
  readonly database: string;
  /** Why this database could not be compared; a rotation reports that, and does nothing here. */
  readonly notCompared?: string;
  readonly grant: readonly Permission[];
  /** Tightened limits and overwritten settings among them. */
  readonly revoke: readonly Revocation[];
  /** Permissions on columns that give way to the same permission on their whole table. */
  readonly replaced: readonly Revocation[];
  readonly extra: readonly Revocation[];
  /** Why `extra` stays. */
  readonly staysBecause: readonly ExtraReason[];
  readonly flattened: readonly Permission[];
  /** In the order in which they run; those of `mutual` come before. */
  readonly statements: readonly string[];
  /** Takes `extra` from both users: what one alone has is given back at the next rotation. */
  readonly revokeExtra: readonly string[];
  /** Takes `flattened` from both users. */
  readonly revokeFlattened: readonly string[];
  /** What each user would give the other on what it will make, where the settings ask for that. */
  readonly mutual: readonly MutualGrants[];
  /** What belongs to either user, so that the other can neither change nor drop it. */
  readonly owned: readonly OwnedByUser[];
  readonly notChecked: PermissionSnapshot['notChecked'];
  /** What would stop the rotation before it changed anything, here or elsewhere; absent where nothing would. */
  readonly stopsWith?: KeyturnError;
}

/** What belongs to one user of a pair. */
export interface OwnedByUser {
  readonly user: string;
  readonly objects: readonly OwnedObject[];
}

/** Default privileges that one user of a pair would give the other. */
export interface MutualGrants {
  readonly user: string;
  readonly permissions: readonly Permission[];
  readonly statements: readonly string[];
}

/** A database that could not be compared, and what of it could not be read where it was looked at. */
export function presentUnseen(
  database: string,
  notCompared: string,
  notChecked: PermissionSnapshot['notChecked'] = [],
): DatabasePermissionPlan {
  const none = { grant: [], revoke: [], replaced: [], extra: [], staysBecause: [], flattened: [] };
  const said = { statements: [], revokeExtra: [], revokeFlattened: [], mutual: [] };
  return { database, notCompared, ...none, ...said, owned: [], notChecked };
}

/** Whether too much would be taken away is known only once every database was looked at. */
export interface Presented {
  readonly taking: DatabasePermissionPlan;
  readonly takingNothing: DatabasePermissionPlan;
}

/** Writes out the work of one database, and what would be left of it if nothing were taken away. */
export async function presentLook(
  session: DatabaseSession,
  database: string,
  look: DatabaseLook,
  targetExists: boolean,
): Promise<Presented> {
  const taking = await present(session, database, look, targetExists);
  if (countRevocations(look.work) === 0) return { taking, takingNothing: taking };
  const less = await decideAgain(session, look, 'none');
  return { taking, takingNothing: await present(session, database, less, targetExists) };
}

async function present(
  session: DatabaseSession,
  database: string,
  { facts, work }: DatabaseLook,
  targetExists: boolean,
): Promise<DatabasePermissionPlan> {
  const { source, target } = facts;
  const both = { source, target, targetExists };
  const extras = workOf(work, 'extra');
  const extra = extras.flatMap(({ revocations }) => revocations);
  const flattened = workOf(work, 'flattened').flatMap(({ permissions }) => permissions);
  const own = work.filter((item) => !isMutual(item));
  const mutual: MutualGrants[] = [];
  for (const item of work.filter(isMutual)) {
    const { user, permissions } = item;
    mutual.push({ user, permissions, statements: await ifWritable(session, target, [item]) });
  }
  return {
    database,
    grant: workOf(own, 'grant').flatMap(({ permissions }) => permissions),
    revoke: revocationsOf(work, 'extra'),
    replaced: revocationsOf(work, 'replaced'),
    extra,
    staysBecause: extras.map(({ reason }) => reason),
    flattened,
    statements: await ifWritable(session, target, own),
    revokeExtra: await revokeFromBoth(session, both, extra),
    revokeFlattened: await revokeFromBoth(session, both, flattened.map(wholly)),
    mutual,
    owned: workOf(work, 'owned').map(({ user, objects }) => ({ user, objects })),
    notChecked: workOf(work, 'not-checked').flatMap(({ kinds }) => kinds),
  };
}

function isMutual(item: PermissionWork): item is WorkOf<'grant'> {
  return item.kind === 'grant' && item.mutual === true;
}

function revocationsOf(
  work: readonly PermissionWork[],
  why: WorkOf<'revoke'>['because'],
): readonly Revocation[] {
  return workOf(work, 'revoke')
    .filter(({ because }) => because === why)
    .flatMap(({ revocations }) => revocations);
}

/** What cannot be put into a statement is what stops the rotation, and said there. */
async function ifWritable(
  session: DatabaseSession,
  target: string,
  work: readonly PermissionWork[],
): Promise<readonly string[]> {
  try {
    return await statementsFor(session, target, work);
  } catch (error) {
    if (KeyturnError.is(error, 'KEYTURN_DATABASE_STATEMENT_FAILED')) return [];
    throw error;
  }
}
