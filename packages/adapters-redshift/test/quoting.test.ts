import fc from 'fast-check';
import { uniqueName } from '@keyturn/testkit/postgres';
import { quoteIdentifier, quoteLiteral } from '../src/quoting.js';
import { run, useDatabase } from './support/test-server.js';

const hostile = fc.string({
  unit: fc.constantFrom(
    ...['"', "'", '`', '$', ';', '-', '/', '*', '%', '{', '}', '(', ')', ' ', '.', ':', '@', '?'],
    ...['a', 'Z', '1', 'E', 'U', '&', 'ß', '羊', '🐑', '\u00a0', '\u0301'],
  ),
  maxLength: 12,
});
const refused = fc
  .tuple(hostile, fc.constantFrom('\\', '\0', '\n', '\t', '\u001b', '\u2028', '\ud800'), hostile)
  .map((parts) => parts.join(''));

describe('quoting', () => {
  it('refuses backslashes, control characters and halves of characters', () => {
    fc.assert(
      fc.property(refused, (text) => {
        expect(() => quoteIdentifier(text)).toThrow(/was not put into a statement/);
        expect(() => quoteLiteral(text)).toThrow(/was not put into a statement/);
      }),
    );
  });

  it('refuses identifiers that are empty or longer than 127 bytes', () => {
    expect(quoteIdentifier('x'.repeat(127))).toHaveLength(129);
    expect(() => quoteIdentifier('羊'.repeat(43))).toThrow(/longer than 127 bytes/);
    expect(() => quoteIdentifier('')).toThrow(/empty/);
  });

  describe.each([
    ['as an escape, like Redshift', false],
    ['as itself, like PostgreSQL', true],
  ])('on a server that reads a backslash %s', (_, standardConformingStrings) => {
    const database = useDatabase({ standardConformingStrings });

    it('keeps every literal as it is', async () => {
      await fc.assert(
        fc.asyncProperty(hostile, async (text) => {
          const rows = await run(database().client, `SELECT ${quoteLiteral(text)} AS text`);
          expect(rows).toEqual([{ text }]);
        }),
      );
    });

    it('keeps every identifier as it is, in all statements that name a user', async () => {
      const { client } = database();
      await fc.assert(
        fc.asyncProperty(hostile, async (part) => {
          const name = uniqueName('u') + part;
          const quoted = quoteIdentifier(name);
          await run(client, `CREATE USER ${quoted} PASSWORD ${quoteLiteral('x')}`);
          await run(client, `GRANT CREATE ON SCHEMA public TO ${quoted}`);
          const { rows } = await client.query<{ usename: string }>(
            "SELECT usename FROM pg_user WHERE has_schema_privilege(usename, 'public', 'CREATE')" +
              ' AND NOT usesuper',
          );
          await run(client, `REVOKE CREATE ON SCHEMA public FROM ${quoted}`);
          await run(client, `DROP USER ${quoted}`);
          expect(rows.map(({ usename }) => usename)).toContain(name);
        }),
        { numRuns: 40 },
      );
    });
  });
});
