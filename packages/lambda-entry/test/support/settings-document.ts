import { join } from 'node:path';
import { SETTINGS, type SettingRow } from '../../src/index.js';

export const settingsFile = join(__dirname, '..', '..', '..', '..', 'docs', 'settings.md');

const BEGIN = `<!-- Made from settings-table.ts by: UPDATE_DOCS=1 npx jest settings-table -->
<!-- prettier-ignore-start -->`;
const END = '<!-- prettier-ignore-end -->';

/** The document with its table as the sources say it. */
export function withCurrentTable(document: string): string {
  const [before, after] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (before === -1 || after < before) throw new Error('docs/settings.md has lost its markers');
  return `${document.slice(0, before)}${BEGIN}\n\n${table()}\n\n${document.slice(after)}`;
}

function table(): string {
  const rows = Object.values<SettingRow>(SETTINGS).map((row) => [
    `\`${row.variable}\``,
    row.form,
    row.default,
    row.meaning,
  ]);
  const head = [
    ['Variable', 'Has to be', 'Default', 'Meaning'],
    ['---', '---', '---', '---'],
  ];
  return [...head, ...rows].map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');
}

const cell = (text: string) => text.replaceAll('|', '\\|');
