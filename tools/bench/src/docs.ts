import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../../../scripts/files/replace-file.cjs';
import type { Run } from './figures.js';
import { figuresToMarkdown } from './report.js';
import { targetsToMarkdown } from './targets.js';

/** Writes a run into docs/benchmarks.md. @throws Error where its markers are missing, or it cannot be formatted */
export function writeDocs(root: string, run: Run): void {
  const sections = { targets: targetsToMarkdown(run), figures: figuresToMarkdown(run) };
  writeSections(root, 'docs/benchmarks.md', sections);
}

/** Writes sections into a page. @throws Error where their markers are missing, or it cannot be formatted */
export function writeSections(
  root: string,
  page: string,
  sections: Readonly<Record<string, string>>,
): void {
  const file = join(root, page);
  let text = readFileSync(file, 'utf8');
  for (const [name, content] of Object.entries(sections))
    text = replaceSection(text, name, content);
  replaceFile(file, text);
  const prettier = join(root, 'node_modules/prettier/bin/prettier.cjs');
  const { status } = spawnSync(process.execPath, [prettier, '--write', file], { stdio: 'ignore' });
  if (status !== 0) throw new Error(`${page} could not be formatted`);
}

/**
 * Replaces what is between `<!-- bench: name -->` and `<!-- /bench: name -->`.
 * @throws Error where one of them is missing
 */
export function replaceSection(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- bench: ${name} -->`, `<!-- /bench: ${name} -->`];
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from);
  if (from === -1 || to === -1) throw new Error(`the text has no ${begin} followed by ${end}`);
  return `${text.slice(0, from)}${begin}\n\n${content}\n\n${text.slice(to)}`;
}
