import { isMembership, revocationKey } from '../../domain/permissions/compare-pair.js';
import { isPolicy } from '../../domain/permissions/decide-permission-work.js';
import {
  changesAnything,
  countRevocations,
  workOf,
  type PermissionWork,
  type WorkOf,
} from '../../domain/permissions/permission-work.js';
import { KeyturnError } from '../../errors.js';
import type { DatabaseSession } from '../../ports/database-admin.js';
import type { DatabaseLook } from './look-at-pair.js';
import { stopped } from './permission-errors.js';
import { isTooMany } from './revocation-limit.js';
import { statementsFor } from './work-statements.js';

/** What is kept of the first look at one database. */
export interface Examined {
  readonly database: string;
  /** What stops the rotation before anything is changed. */
  readonly obstacle?: KeyturnError | undefined;
  /** Why nothing is done here. */
  readonly notCompared?: string | undefined;
  readonly grants: boolean;
  readonly gainsMembership: boolean;
  readonly changes: boolean;
  /** How many permissions would be taken away here. */
  readonly revocations: number;
  /** What a second look has to find again before it is taken away. */
  readonly revocable: ReadonlySet<string>;
  /** Whether row-level security or masking is attached to the source here. */
  readonly hasPolicies: boolean;
}

/** Looks for whatever would stop a rotation here later. Changes nothing. */
export async function examineDatabase(
  session: DatabaseSession,
  { facts, work }: DatabaseLook,
  database: string,
): Promise<Examined> {
  const grants = workOf(work, 'grant');
  const revocations = countRevocations(work);
  const [stop] = workOf(work, 'stop');
  const { settings, target } = facts;
  return {
    database,
    obstacle:
      stop === undefined
        ? await unwritable(session, { target, own: facts.own, grants })
        : stopped(target, stop.because),
    notCompared: workOf(work, 'not-compared')[0]?.reason,
    grants: grants.length > 0,
    gainsMembership: grants.some(({ permissions }) => permissions.some(isMembership)),
    changes: changesAnything(work),
    revocations,
    revocable: isTooMany(settings, revocations) ? new Set<string>() : keysOf(work),
    hasPolicies: facts.wanted.permissions.some(isPolicy),
  };
}

/**
 * What cannot be put into a statement is found out before anything is changed. In another database that is thrown and
 * not the rotation's end, unless it is about policies, without which the target would see what it must not.
 */
async function unwritable(
  session: DatabaseSession,
  {
    target,
    own,
    grants,
  }: {
    readonly target: string;
    readonly own: boolean;
    readonly grants: readonly WorkOf<'grant'>[];
  },
): Promise<KeyturnError | undefined> {
  const policies = grants.map((item) => ({
    ...item,
    permissions: item.permissions.filter(isPolicy),
  }));
  try {
    await statementsFor(session, target, own ? grants : policies);
  } catch (error) {
    if (KeyturnError.is(error, 'KEYTURN_DATABASE_STATEMENT_FAILED')) return error;
    throw error;
  }
  if (!own) await statementsFor(session, target, grants);
  return undefined;
}

function keysOf(work: readonly PermissionWork[]): ReadonlySet<string> {
  const revocations = workOf(work, 'revoke').flatMap((item) => item.revocations);
  return new Set(revocations.map(revocationKey));
}
