import { extraNote } from '../../domain/permissions/describe-extra.js';
import type { PermissionWork } from '../../domain/permissions/permission-work.js';
import { fitting, MOST_SHOWN } from '../../domain/permissions/shown-permissions.js';
import type { RotationEventDetail } from '../../domain/rotation-event.js';
import type { DatabaseSession } from '../../ports/database-admin.js';
import type { UserCouple } from './look-at-pair.js';
import { UNCHECKED } from './permission-errors.js';
import { revokeFromBoth, wholly } from './work-statements.js';

/** Where the work belongs. */
export interface WorkPlace extends UserCouple {
  readonly session: DatabaseSession;
  readonly database: string;
  /** False where this delivery has created the target, which has nothing of its own to take away. Default true. */
  readonly targetExists?: boolean | undefined;
}

/** Tells what is left alone: nothing for work that changes something. */
export async function reportOn(
  item: PermissionWork,
  place: WorkPlace,
  report: (event: RotationEventDetail) => void,
): Promise<void> {
  const { session, database, target: user } = place;
  switch (item.kind) {
    case 'not-checked':
      return report({ name: 'permissions.notChecked', user, database, kinds: item.kinds });
    case 'not-compared':
      return report({
        name: 'permissions.notCompared',
        user,
        database,
        code: UNCHECKED,
        reason: item.reason,
      });
    case 'owned': {
      const objects = item.objects.slice(0, MOST_SHOWN);
      const { length } = item.objects;
      const { user: owner } = item;
      return report({
        name: 'permissions.owned',
        database,
        user: owner,
        objects,
        ...leftOut(objects, length),
      });
    }
    case 'extra': {
      const told = fitting(item.revocations, ({ permission }) => permission);
      return report({
        name: 'permissions.extra',
        user,
        database,
        reason: item.reason,
        permissions: told.map(({ permission }) => permission),
        ...leftOut(told, item.revocations.length),
        revoke: await revokeFromBoth(session, place, told),
        note: extraNote(item.reason),
      });
    }
    case 'flattened': {
      const permissions = fitting(item.permissions, (each) => each);
      return report({
        name: 'permissions.flattened',
        user,
        database,
        permissions,
        ...leftOut(permissions, item.permissions.length),
        revoke: await revokeFromBoth(session, place, permissions.map(wholly)),
      });
    }
    case 'stop':
    case 'grant':
    case 'revoke':
  }
}

/** How many more there are than one event tells. */
export function leftOut(told: readonly unknown[], of: number): { readonly leftOut?: number } {
  return told.length === of ? {} : { leftOut: of - told.length };
}
