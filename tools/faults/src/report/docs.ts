import { toMarkdown, type Table } from './table.js';

/** Cells are not padded, so that one longer cell does not change every line. */
const IGNORE_START = '<!-- prettier-ignore-start -->';
const IGNORE_END = '<!-- prettier-ignore-end -->';

/**
 * The document with the tables between their markers, `<!-- table <id> -->` and `<!-- end of table -->`.
 * @throws Error for a table without a place.
 */
export function withTables(document: string, tables: readonly Table[]): string {
  return tables.reduce((text, table) => {
    const begin = `<!-- table ${table.id} -->`;
    const from = text.indexOf(begin);
    const to = text.indexOf('<!-- end of table -->', from);
    if (from === -1 || to === -1) throw new Error(`the document has no place for ${table.id}`);
    const body = `${IGNORE_START}\n\n${toMarkdown(table)}\n\n${IGNORE_END}`;
    return `${text.slice(0, from)}${begin}\n${body}\n${text.slice(to)}`;
  }, document);
}
