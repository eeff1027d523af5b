import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runModule, scriptUrl } from './support/run-module.js';

const root = join(__dirname, '..', '..');
const license = readFileSync(join(root, 'LICENSE'), 'utf8');

/** Long enough to be the text of a license. */
const mit = `Copyright (c) Somebody\n\n${'Permission is hereby granted, free of charge. '.repeat(8)}`;

type Files = Readonly<Record<string, string>>;

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'keyturn-notices-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(files: Files): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

/** What a call of one of the scripts gives, or the message of its error after "refused: ". */
function call(script: string, name: string, ...args: unknown[]): string {
  const code = `
    import { ${name} as called } from '${scriptUrl(script)}';
    try { output(String(await called(...input))); } catch (error) { output('refused: ' + error.message); }
  `;
  return runModule(code, args) as string;
}

const manifest = (more: object = {}) =>
  JSON.stringify({ name: 'left-pad', version: '1.0.0', license: 'MIT', ...more });
const sdk = { repository: { url: 'git://example/sdk' }, license: 'Apache-2.0' };

describe('13: Everything handed out has its licenses, its notices and the sources of its maps', () => {
  const notices = (files: Files) => {
    write(files);
    const inputs = Object.keys(files).filter((file) => file.endsWith('.js'));
    return call('build/third-party-notices.mjs', 'thirdPartyNotices', folder, inputs);
  };
  const at = 'node_modules/left-pad';

  it.each<[string, Files]>([
    ['in LICENSE', { [`${at}/LICENSE`]: mit }],
    ['in License.txt', { [`${at}/License.txt`]: mit }],
    ['in LICENCE.md', { [`${at}/LICENCE.md`]: mit }],
    ['in COPYING', { [`${at}/COPYING`]: mit }],
    ['in LICENSE-MIT', { [`${at}/LICENSE-MIT`]: mit }],
    [
      'in its README',
      { [`${at}/README.md`]: `# left-pad\n\n## License\n\n${mit}\n## More\n\nmore` },
    ],
    [
      'at the end of its README',
      { [`${at}/readme.markdown`]: `# left-pad\n\n### license\n${mit}` },
    ],
  ])('finds the license that a bundled package has %s', (_, files) => {
    const found = notices({ [`${at}/index.js`]: '', [`${at}/package.json`]: manifest(), ...files });
    expect(found).toMatch(/^left-pad 1\.0\.0 \(MIT\)\n\nCopyright \(c\) Somebody/);
    expect(found).not.toContain('more');
  });

  it.each<[string, Files]>([
    ['nothing', {}],
    ['an empty LICENSE', { [`${at}/LICENSE`]: ' \n' }],
    ['a LICENSE that only names it', { [`${at}/LICENSE`]: 'MIT' }],
    [
      'a README that only names it',
      { [`${at}/README.md`]: `## License\n\nMIT © Somebody\n\n## Usage\n\n${mit}` },
    ],
    ['a NOTICE alone', { [`${at}/NOTICE`]: mit }],
    ['a license of a dependency', { [`${at}/licenses/other.txt`]: mit }],
  ])('builds nothing with a package that has %s', (_, files) => {
    const said = notices({ [`${at}/index.js`]: '', [`${at}/package.json`]: manifest(), ...files });
    expect(said).toMatch(
      /^refused: these bundled packages come without the text .*left-pad 1\.0\.0 \(MIT\)/,
    );
  });

  it.each<[string, object, boolean]>([
    ['the same repository and license', sdk, true],
    ['another repository', { ...sdk, repository: { url: 'git://example/other' } }, false],
    ['another license', { ...sdk, license: 'MIT' }, false],
    ['no repository', { license: 'Apache-2.0' }, false],
  ])('takes the license of a neighbour from %s as it should', (_, neighbour, taken) => {
    const said = notices({
      'node_modules/@sdk/one/index.js': '',
      'node_modules/@sdk/one/package.json': manifest({ ...sdk, name: '@sdk/one' }),
      'node_modules/@sdk/two/index.js': '',
      'node_modules/@sdk/two/package.json': manifest({ ...neighbour, name: '@sdk/two' }),
      'node_modules/@sdk/two/LICENSE': mit,
    });
    expect(said.startsWith('refused')).toBe(!taken);
    if (taken) expect(said).toContain('@sdk/one 1.0.0 (Apache-2.0)\n@sdk/two 1.0.0');
  });

  it('adds what a NOTICE says', () => {
    const files = { [`${at}/LICENSE`]: mit, [`${at}/NOTICE`]: 'This product includes something.' };
    const said = notices({ [`${at}/index.js`]: '', [`${at}/package.json`]: manifest(), ...files });
    expect(said).toContain('This product includes something.');
  });

  it('sees packages within packages, and in stores of links', () => {
    const inner = `${at}/node_modules/@a/b`;
    const stored = 'node_modules/.pnpm/c@1.0.0/node_modules/c';
    const said = notices({
      [`${inner}/dist/index.js`]: '',
      [`${inner}/package.json`]: manifest({ name: '@a/b' }),
      [`${stored}/index.js`]: '',
      [`${stored}/package.json`]: manifest({ name: 'c' }),
    });
    expect(said).toContain('c 1.0.0 (MIT), @a/b 1.0.0 (MIT)');
  });

  it.each(['redshift-single-user', 'redshift-alternating-users'])(
    'hands out %s complete',
    (name) => {
      const code = `
      import { readFileSync } from 'node:fs';
      import { bundleFunction } from '${scriptUrl('build/bundle.mjs')}';
      import { checkArtefact } from '${scriptUrl('check-packages/artefact.mjs')}';
      const { directory } = await bundleFunction(input);
      checkArtefact(directory, { bundled: true });
      output(readFileSync(directory + '/THIRD-PARTY-NOTICES.txt', 'utf8'));
    `;
      const text = runModule(code, name) as string;
      const entries = text.split(`\n${'-'.repeat(80)}\n`);
      countTrials(entries.length);
      // Of each package in the lock file that must be in there, and of none without words.
      for (const known of [
        '@aws-sdk/client-secrets-manager',
        '@smithy/core',
        'pg',
        'pg-protocol',
        'pg-types',
        'tsyringe',
      ]) {
        expect(text).toMatch(new RegExp(`^${known} \\d`, 'm'));
      }
      // What the bundles leave out is not named as if it were in them.
      for (const leftOut of ['pgpass', 'pg-pool', 'pg-connection-string']) {
        expect(text).not.toMatch(new RegExp(`^${leftOut} \\d`, 'm'));
      }
      for (const entry of entries) expect(entry.trim().length).toBeGreaterThan(300);
    },
  );

  const complete: Files = { LICENSE: license, 'dist/index.js': 'exports.a = 1;\n' };
  const map = (more: object = {}) =>
    JSON.stringify({
      version: 3,
      sources: ['../src/index.ts'],
      sourcesContent: ['export {};'],
      mappings: '',
      ...more,
    });
  const linked = 'exports.a = 1;\n//# sourceMappingURL=index.js.map\n';
  const inline = (text: string) =>
    `//# sourceMappingURL=data:application/json;base64,${Buffer.from(text).toString('base64')}\n`;
  const artefact = (files: Files, bundled = false) => {
    write({ ...complete, ...files });
    return call('check-packages/artefact.mjs', 'checkArtefact', folder, { bundled });
  };

  it.each<[string, Files]>([
    ['no map', {}],
    ['a map with its sources', { 'dist/index.js': linked, 'dist/index.js.map': map() }],
    ['an inline map with its sources', { 'dist/index.js': inline(map()) }],
  ])('hands out an artefact with %s', (_, files) => {
    expect(artefact(files)).toBe('undefined');
  });

  it.each<[string, string, Files]>([
    ['another LICENSE', 'LICENSE is not the one', { LICENSE: mit }],
    ['an empty LICENSE', 'LICENSE is not the one', { LICENSE: '' }],
    [
      'bundled packages that nobody declared',
      'NOTICES.txt is missing',
      { 'dist/run.cjs': '// ../../node_modules/.pnpm/pg/index.js\n' },
    ],
    [
      'a map without sources',
      'whose text is nowhere',
      { 'dist/index.js.map': map({ sourcesContent: undefined }) },
    ],
    [
      'a map with a source too few',
      'whose text is nowhere',
      { 'dist/index.js.map': map({ sources: ['a', 'b'] }) },
    ],
    [
      'a map with an empty place for a source',
      'whose text is nowhere',
      { 'dist/index.js.map': map({ sourcesContent: [null] }) },
    ],
    [
      'a map in sections without sources',
      'whose text is nowhere',
      {
        'dist/index.js.map': JSON.stringify({
          version: 3,
          sections: [{ map: JSON.parse(map({ sourcesContent: [] })) as object }],
        }),
      },
    ],
    [
      'an inline map without sources',
      'whose text is nowhere',
      { 'dist/index.js': inline(map({ sourcesContent: [] })) },
    ],
    ['code that names a map that is not there', 'is not there', { 'dist/index.js': linked }],
    [
      'types that name a map that is not there',
      'is not there',
      { 'dist/index.d.ts': '//# sourceMappingURL=index.d.ts.map' },
    ],
  ])('hands out no artefact with %s', (_, complaint, files) => {
    expect(artefact(files)).toContain(complaint);
  });

  it.each<[string, string, string]>([
    ['their notices', mit, 'undefined'],
    ['empty notices', '\n', 'refused: THIRD-PARTY-NOTICES.txt is missing or empty'],
  ])('answers bundled packages with %s as it should', (_, text, answer) => {
    expect(artefact({ 'THIRD-PARTY-NOTICES.txt': text }, true)).toContain(answer);
  });

  it('hands out no bundled packages without notices', () => {
    expect(artefact({}, true)).toContain('THIRD-PARTY-NOTICES.txt is missing or empty');
  });

  it('hands out no artefact without a LICENSE', () => {
    write({ 'dist/index.js': '' });
    expect(call('check-packages/artefact.mjs', 'checkArtefact', folder)).toBe(
      'refused: LICENSE is missing',
    );
  });
});
