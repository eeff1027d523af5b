import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SETTINGS, type SettingRow } from '../../src/index.js';

const root = join(__dirname, '..', '..', '..', '..');
export const settingsFile = join(root, 'docs', 'settings.md');

/** Where the rows are, whose comments are the meanings. */
const sources = [
  'packages/lambda-entry/src/parts/function-settings.ts',
  'packages/core/src/domain/rotation-settings.ts',
];

const BEGIN = `<!-- Made from the rows of ROTATION_SETTINGS and FUNCTION_SETTINGS by: UPDATE_DOCS=1 npx jest settings-table -->
<!-- prettier-ignore-start -->`;
const END = '<!-- prettier-ignore-end -->';

/** The document with its table as the sources say it. */
export function withCurrentTable(document: string): string {
  const [before, after] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (before === -1 || after < before) throw new Error('docs/settings.md has lost its markers');
  return `${document.slice(0, before)}${BEGIN}\n\n${table()}\n\n${document.slice(after)}`;
}

/** The comment above each row, by the row's key. */
export function meanings(): ReadonlyMap<string, string> {
  const text = sources.map((file) => readFileSync(join(root, file), 'utf8')).join('\n');
  const rows = text.matchAll(/^ {2}\/\*\*((?:(?!\*\/).)*)\*\/\n {2}(\w+): \{$/gms);
  return new Map(
    [...rows].map(([, comment = '', key = '']) => [
      key,
      comment
        .replaceAll(/^ *\* ?/gm, '')
        .replaceAll(/\s+/g, ' ')
        .trim(),
    ]),
  );
}

function table(): string {
  const meaningOf = meanings();
  const rows = Object.entries<SettingRow<unknown>>(SETTINGS).map(([key, row]) => [
    `\`${key}\``,
    `\`${row.variable}\``,
    row.form.words,
    row.shown ?? `\`${String(row.default)}\``,
    [row.strategy && `Only ${row.strategy}.`, meaningOf.get(key)].filter(Boolean).join(' '),
  ]);
  const head = [
    ['In code', 'Variable', 'Has to be', 'Default', 'Meaning'],
    ['---', '---', '---', '---', '---'],
  ];
  return [...head, ...rows].map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');
}

const cell = (text: string) => text.replaceAll('|', '\\|');
