// docs/mutation-survivors.md: groups of survivors, each with the reason why no test notices them.
import { keyOf } from './survivor.mjs';

export const NOT_JUDGED = 'Not judged yet';
const REASON =
  'Found by a run and not looked at. Write a test, or move them to the group that says why there is none.';
const HEAD = ['file', 'mutator', 'from', 'to', 'places'];

/**
 * The head of the document, and its groups with their rows.
 *
 * @throws Error for a row that is none
 */
export function parseDocument(text) {
  const [head, ...parts] = text.split(/^## /m);
  const groups = parts.map((part) => {
    const [title, ...lines] = part.split('\n');
    const rows = lines.filter((line) => line.startsWith('|')).slice(2);
    const reason = lines.find((line) => /^\d+ survivors?\. /.test(line)) ?? '';
    return { title, reason: reason.replace(/^\d+ survivors?\. /, ''), rows: rows.map(parseRow) };
  });
  return { head, groups };
}

/**
 * What the document says of the survivors of a run. One that is known stays in its group, in as many places as survive
 * now; one that is gone leaves; the rest are not judged yet.
 */
export function withSurvivors({ head, groups }, survivors) {
  const left = new Map(survivors.map((survivor) => [keyOf(survivor), { ...survivor }]));
  const judged = groups
    .filter(({ title }) => title !== NOT_JUDGED)
    .map((group) => ({ ...group, rows: group.rows.flatMap((row) => take(left, row)) }))
    .filter(({ rows }) => rows.length > 0);
  const rows = [...left.values()].filter(({ places }) => places > 0);
  const unjudged = rows.length > 0 ? [{ title: NOT_JUDGED, reason: REASON, rows }] : [];
  return { head, groups: [...judged, ...unjudged] };
}

/** The document, for prettier to align its tables. */
export function printDocument({ head, groups }) {
  const printed = groups.map(({ title, reason, rows }) => {
    const places = rows.reduce((sum, row) => sum + row.places, 0);
    const count = `${places} survivor${places === 1 ? '' : 's'}. ${reason}`;
    return `## ${title}\n\n${count}\n\n${table([...rows].sort(byKey).map(cellsOf))}\n`;
  });
  return `${head.trimEnd()}\n\n${printed.join('\n')}`;
}

function take(left, row) {
  const now = left.get(keyOf(row));
  const places = Math.min(row.places, now?.places ?? 0);
  if (places === 0) return [];
  now.places -= places;
  return [{ ...row, places }];
}

const byKey = (a, b) => (keyOf(a) < keyOf(b) ? -1 : 1);

const cellsOf = ({ file, mutator, from, to, places }) => [
  code(file),
  mutator,
  code(from),
  code(to),
  String(places),
];

/** As code in a cell: more backticks around it than in it, and no bar that would end the cell. */
function code(text) {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  const space = longest > 0 ? ' ' : '';
  return `${fence}${space}${text.replaceAll('|', '\\|')}${space}${fence}`;
}

function parseRow(line) {
  const cells = line.split(/(?<!\\)\|/).slice(1, -1);
  if (cells.length !== HEAD.length) throw new Error(`Not a row of ${HEAD.join(', ')}: ${line}`);
  const [file, mutator, from, to, places] = cells.map(textOf);
  return { file, mutator, from, to, places: Number(places) };
}

function textOf(cell) {
  const [, fence, inside] = /^(`+)(.*)\1$/s.exec(cell.trim()) ?? [undefined, '', cell.trim()];
  const text = fence.length > 1 ? inside.slice(1, -1) : inside;
  return text.replaceAll('\\|', '|');
}

function table(rows) {
  const rule = HEAD.map((_, column) => (column === HEAD.length - 1 ? '--:' : '---'));
  return [HEAD, rule, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
