import { toMarkdown, type Table } from './table.js';

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
    return `${text.slice(0, from)}${begin}\n\n${toMarkdown(table)}\n\n${text.slice(to)}`;
  }, document);
}
