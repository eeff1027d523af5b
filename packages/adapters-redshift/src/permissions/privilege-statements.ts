import { DatabaseError } from '@keyturn/core';
import { groupBy } from '@keyturn/core/adapter';

/** One privilege, ready to be put together with others. All but the privilege is SQL text, quoted. */
export interface Phrase {
  readonly privilege: string;
  /** Columns in parentheses, with a space before. */
  readonly columns?: string;
  /** Keywords before the object, such as `ON TABLE`. */
  readonly on: string;
  /** Nothing for a whole kind of objects. */
  readonly object?: string;
  /** Comes before the verb. */
  readonly before?: string;
  /** With the grant option, or about nothing else. */
  readonly option: boolean;
  readonly grantee: string;
}

/** How {@link privilegeStatements} puts phrases together. */
export interface StatementShape {
  readonly verb: 'GRANT' | 'REVOKE';
  /** Privileges that may be written into a statement. */
  readonly known: readonly string[];
  /** Objects in one statement at most. */
  readonly objectsAtOnce: number;
}

/** One statement for all objects with the same set of privileges, with the grant option or without. */
export function privilegeStatements(phrases: readonly Phrase[], shape: StatementShape): string[] {
  const byObject = groupBy(phrases, (phrase) =>
    JSON.stringify([phrase.option, frameOf(phrase), phrase.object]),
  );
  const sets = [...byObject.values()].map(([first, ...others]) => {
    const all = [first, ...others].map((each) => checked(each, shape) + (each.columns ?? ''));
    return { ...first, privileges: [...new Set(all)].sort().join(', ') };
  });
  const plainFirst = sets.sort((a, b) => Number(a.option) - Number(b.option));
  const statements = groupBy(plainFirst, (set) =>
    JSON.stringify([set.option, frameOf(set), set.privileges]),
  );
  return [...statements.values()].flatMap((some) =>
    chunks(some, shape.objectsAtOnce).map((chunk) => write(chunk, shape.verb)),
  );
}

function frameOf({ before, on, grantee }: Phrase): readonly unknown[] {
  return [before, on, grantee];
}

function write(
  sets: readonly (Phrase & { readonly privileges: string })[],
  verb: StatementShape['verb'],
): string {
  const [first] = sets;
  if (first === undefined) throw new TypeError('a statement needs an object');
  const { before = '', privileges, on, grantee, option } = first;
  const objects = sets.flatMap(({ object }) => (object === undefined ? [] : [object])).join(', ');
  const what = `${privileges} ${on}${objects === '' ? '' : ` ${objects}`}`;
  return verb === 'GRANT'
    ? `${before}GRANT ${what} TO ${grantee}${option ? ' WITH GRANT OPTION' : ''}`
    : `${before}REVOKE ${option ? 'GRANT OPTION FOR ' : ''}${what} FROM ${grantee}`;
}

/** Privileges are keywords and cannot be quoted, so only known ones get into a statement. */
function checked({ privilege }: Phrase, { known }: StatementShape): string {
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
