import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(__dirname, '..', '..', '..');
const documents = [
  'README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file)),
  ...readdirSync(join(root, 'packages'))
    .filter((name) => existsSync(join(root, 'packages', name, 'package.json')))
    .map((name) => join('packages', name, 'README.md')),
];

/** A comment that names a file of docs/snippets, and the code block after it. */
const SHOWN = /<!-- (docs\/snippets\/[\w-]+\.ts) -->\s+```ts\n(.*?)```/gs;

const shown = documents.flatMap((document) =>
  [...readFileSync(join(root, document), 'utf8').matchAll(SHOWN)].map(
    ([, snippet = '', code = '']) => ({ document, snippet, code }),
  ),
);

it('includes the first example of the README', () => {
  expect(shown).toContainEqual(
    expect.objectContaining({ document: 'README.md', snippet: 'docs/snippets/readme-example.ts' }),
  );
});

it.each(documents)('%s links to files that are there', (document) => {
  const links = [...readFileSync(join(root, document), 'utf8').matchAll(/\]\(([^)#:\s]+)/g)];
  const gone = links
    .map(([, target = '']) => target)
    .filter((target) => !/^https?$/.test(target))
    .filter((target) => !existsSync(join(root, dirname(document), target)));

  expect(gone).toEqual([]);
});

// What is in docs/snippets is type-checked with the rest of the workspace.
it.each(shown)('$snippet is what $document shows', ({ snippet, code }) => {
  expect(code).toBe(readFileSync(join(root, snippet), 'utf8'));
});
