import fc from 'fast-check';
import { wrapSql } from '../src/output/wrap-sql.js';

const name = fc.string({ minLength: 1, maxLength: 30 });
const identifier = name.map((text) => `"${text.replaceAll('"', '""')}"`);
const literal = name.map((text) => `'${text.replaceAll("'", "''")}'`);
const word = fc.oneof(fc.constantFrom('GRANT', 'SELECT,', 'ON', 'TO'), identifier, literal);

describe('a statement on a narrow terminal', () => {
  it('is the same statement once the lines are joined, whatever the names are', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 20 }), (words) => {
        const statement = words.join(' ');
        const [first = '', ...rest] = String(wrapSql(statement, 40, '  ')).split('\n');
        const joined = [first.slice(2), ...rest.map((line) => line.slice(4))].join(' ');
        expect(joined).toBe(statement);
      }),
    );
  });

  it('has no line that is too long, unless one name alone is', () => {
    const names = ['orders', 'order lines', 'a'.repeat(50)].map((each) => `"${each}"`);
    expect(String(wrapSql(`GRANT SELECT ON TABLE ${names.join(', ')} TO "sheep";`, 32, '  '))).toBe(
      [
        '  GRANT SELECT ON TABLE',
        '    "orders", "order lines",',
        `    "${'a'.repeat(50)}"`,
        '    TO "sheep";',
      ].join('\n'),
    );
  });
});
