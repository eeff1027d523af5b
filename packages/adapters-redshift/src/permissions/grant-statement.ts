import { DatabaseError } from '@keyturn/core';
import { quoteIdentifier } from '../quoting.js';

/** One privilege on one object, ready to be put together with others. */
export interface ObjectGrant {
  /** As SQL text, quoted. */
  readonly object: string;
  readonly privilege: string;
  readonly grantable: boolean;
}

/** How {@link grantStatements} puts grants together. */
export interface GrantShape {
  /** Keywords before the object, such as `ON TABLE`. */
  readonly on: string;
  readonly user: string;
  /** Privileges that may be written into a statement. */
  readonly known: readonly string[];
  /** Objects in one statement at most. */
  readonly objectsAtOnce: number;
}

/** One statement for all objects that get the same set of privileges, grantable or not. */
export function grantStatements(grants: readonly ObjectGrant[], shape: GrantShape): string[] {
  const sets = new Map<string, { clause: [string, string]; objects: string[] }>();
  for (const grantable of [false, true]) {
    const byObject = new Map<string, Set<string>>();
    for (const grant of grants.filter((each) => each.grantable === grantable)) {
      const privileges = byObject.get(grant.object) ?? new Set();
      byObject.set(grant.object, privileges.add(checked(grant.privilege, shape)));
    }
    for (const [object, privileges] of byObject) {
      const clause: [string, string] = [
        [...privileges].sort().join(', '),
        grantable ? ' WITH GRANT OPTION' : '',
      ];
      const set = sets.get(clause.join('')) ?? { clause, objects: [] };
      set.objects.push(object);
      sets.set(clause.join(''), set);
    }
  }
  const to = quoteIdentifier(shape.user);
  return [...sets.values()].flatMap(({ clause: [privileges, option], objects }) =>
    chunks(objects, shape.objectsAtOnce).map(
      (some) => `GRANT ${privileges} ${shape.on} ${some.join(', ')} TO ${to}${option}`,
    ),
  );
}

/** Privileges are keywords and cannot be quoted, so only known ones get into a statement. */
function checked(privilege: string, { known }: GrantShape): string {
  if (known.includes(privilege)) return privilege;
  throw new DatabaseError({
    code: 'KEYTURN_DATABASE_STATEMENT_FAILED',
    message: `The privilege ${JSON.stringify(privilege)} is not one that keyturn can grant.`,
    remedy: 'Grant it by hand.',
  });
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}
