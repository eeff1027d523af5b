// Sorts what survived the last `npm run mutation` into docs/mutation-survivors.md, where each has its reason.
//
//   npm run mutation:survivors             writes the document
//   npm run mutation:survivors -- --check  fails where it is not what the report says, or something is not judged yet
//
// A survivor is known by its file, mutator, text and replacement, so that lines may shift.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../files/replace-file.cjs';
import prettier from 'prettier';
import { root } from '../build/workspace.mjs';
import { NOT_JUDGED, parseDocument, printDocument, withSurvivors } from './survivors/document.mjs';
import { survivorsIn } from './survivors/survivor.mjs';

const REPORT = join(root, 'reports', 'mutation', 'mutation.json');
const DOCUMENT = join(root, 'docs', 'mutation-survivors.md');

const report = JSON.parse(readFileSync(REPORT, 'utf8'));
const before = readFileSync(DOCUMENT, 'utf8');
const document = withSurvivors(parseDocument(before), survivorsIn(report, 'packages/core/src/'));
const after = await prettier.format(printDocument(document), {
  ...(await prettier.resolveConfig(DOCUMENT)),
  filepath: DOCUMENT,
});
const unjudged = document.groups.find(({ title }) => title === NOT_JUDGED)?.rows.length ?? 0;

if (!process.argv.includes('--check')) replaceFile(DOCUMENT, after);
else if (after !== before) console.error('docs/mutation-survivors.md is not what the report says.');
if (unjudged > 0) console.error(`${unjudged} survivors are not judged yet.`);
if (process.argv.includes('--check') && (after !== before || unjudged > 0)) process.exitCode = 1;
