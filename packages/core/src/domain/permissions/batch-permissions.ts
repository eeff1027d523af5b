import { groupBy } from '../group-by.js';
import { objectKey } from './permission-key.js';
import type { Permission } from './permission.js';

/**
 * Divides permissions into batches of so many objects that all get the same permissions: what one statement can give is given
 * by one statement, in whatever order the permissions were read. Kinds keep their order.
 */
export function batchPermissions(
  permissions: readonly Permission[],
  objectsAtOnce: number,
): readonly (readonly Permission[])[] {
  const objects = [...groupBy(permissions, objectKey).values()];
  const batches: Permission[][] = [];
  for (const alike of groupBy(objects, permissionsOn).values()) {
    for (let done = 0; done < alike.length; done += objectsAtOnce) {
      batches.push(alike.slice(done, done + objectsAtOnce).flat());
    }
  }
  return batches;
}

/** The kind of an object and all that is to be given on it. */
function permissionsOn(permissions: readonly Permission[]): string {
  const parts = permissions.map((permission) => {
    const privilege = 'privilege' in permission ? permission.privilege : '';
    return `${permission.kind} ${privilege} ${permission.grantable}`;
  });
  return parts.sort().join();
}
