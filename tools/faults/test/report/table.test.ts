import { withTables } from '../../src/report/docs.js';
import { toMarkdown, toText, type Table } from '../../src/report/table.js';

const table: Table = {
  id: 'sheep',
  title: 'Sheep',
  head: ['name', 'legs'],
  rows: [
    ['Dolly | Molly', 4],
    ['Flock', 4000],
  ],
};

describe('a table', () => {
  it('is Markdown with numbers to the right and bars escaped', () => {
    expect(toMarkdown(table)).toBe(
      ['| name | legs |', '| --- | ---: |', '| Dolly \\| Molly | 4 |', '| Flock | 4,000 |'].join(
        '\n',
      ),
    );
  });

  it('is aligned text under its title', () => {
    expect(toText(table)).toBe(
      [
        'Sheep',
        '-----',
        'name           legs',
        'Dolly | Molly      4',
        'Flock          4,000',
      ].join('\n'),
    );
  });

  it('goes between its markers in a document, and again', () => {
    const empty = 'Before\n<!-- table sheep -->\n<!-- end of table -->\nAfter';
    const filled = withTables(empty, [table]);
    expect(filled).toMatch(/^Before\n<!-- table sheep -->\n/);
    expect(filled).toContain(`\n\n${toMarkdown(table)}\n\n`);
    expect(filled).toMatch(/\n<!-- end of table -->\nAfter$/);
    expect(withTables(filled, [table])).toBe(filled);
  });

  it('needs a place in the document', () => {
    expect(() => withTables('Before', [table])).toThrow('no place for sheep');
  });
});
