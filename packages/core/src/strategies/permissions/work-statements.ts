import { batchPermissions } from '../../domain/permissions/batch-permissions.js';
import type { PermissionWork, WorkOf } from '../../domain/permissions/permission-work.js';
import type { Permission, Revocation } from '../../domain/permissions/permission.js';
import { inFittingPieces } from '../../domain/permissions/shown-permissions.js';
import type { DatabaseSession } from '../../ports/database-admin.js';
import type { UserCouple } from './look-at-pair.js';

/** Permissions on so many objects are given before the time is looked at again. */
const OBJECTS_AT_ONCE = 100;

/** What one call to the database gives. */
export function grantSteps({ permissions }: WorkOf<'grant'>): readonly (readonly Permission[])[] {
  return batchPermissions(permissions, OBJECTS_AT_ONCE);
}

/** What one call to the database takes away; each is told in an event of its own, so that all can be given back. */
export function revokeSteps({ revocations }: WorkOf<'revoke'>): readonly (readonly Revocation[])[] {
  return inFittingPieces(revocations, ({ permission }) => permission);
}

/** The very statements that a rotation runs for these, in order. */
export async function statementsFor(
  session: DatabaseSession,
  target: string,
  work: readonly PermissionWork[],
): Promise<readonly string[]> {
  const statements: string[] = [];
  for (const item of work) {
    if (item.kind === 'grant') {
      for (const grant of grantSteps(item)) {
        for (const each of await session.writeOut({ user: item.user, grant }))
          statements.push(each);
      }
    } else if (item.kind === 'revoke') {
      for (const revoke of revokeSteps(item)) {
        for (const each of await session.writeOut({ user: target, revoke })) statements.push(each);
      }
    }
  }
  // A session makes a setting once, however many statements need it.
  return [...new Set(statements)];
}

/** The statements that take permissions from both users: what one alone has is given back at the next rotation. */
export async function revokeFromBoth(
  session: DatabaseSession,
  {
    source,
    target,
    targetExists = true,
  }: UserCouple & { readonly targetExists?: boolean | undefined },
  revoke: readonly Revocation[],
): Promise<readonly string[]> {
  return [
    ...(targetExists ? await session.writeOut({ user: target, revoke }) : []),
    ...(await session.writeOut({ user: source, revoke })),
  ];
}

/** The right and its grant option. */
export function wholly(permission: Permission): Revocation {
  return { permission, optionOnly: false };
}
