import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const read = (...path: string[]) => readFileSync(join(root, ...path), 'utf8');

const workflows = readdirSync(join(root, '.github', 'workflows'));
const actions = workflows.flatMap((file) =>
  [...read('.github', 'workflows', file).matchAll(/uses:.*/g)].map(([uses]) => ({ file, uses })),
);

const manifests = ['package.json'].concat(
  ['packages', 'tools', 'examples']
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder)).map((name) => join(folder, name, 'package.json')),
    )
    .filter((file) => existsSync(join(root, file))),
);

describe('13: Whatever builds and tests keyturn is pinned, and may do no more than it needs', () => {
  it('looks at every action once', () => {
    const different = new Set(actions.map(({ uses }) => uses));
    expect(actions.length).toBeGreaterThan(0);
    countTrials(actions.length);
    for (const uses of different) {
      // A tag can be moved to other code; a commit cannot. The comment is for people and for tools that update it.
      expect(uses).toMatch(/^uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  it.each(workflows)('gives no more than reading to %s', (file) => {
    const text = read('.github', 'workflows', file);
    const blocks = [...text.matchAll(/^( *)permissions:.*(?:\n\1 +\S.*)*/gm)].map(
      ([block]) => block,
    );
    expect(blocks).toEqual(['permissions:\n  contents: read']);
    expect(text).not.toMatch(/write-all|pull_request_target|workflow_run|secrets\./);
  });

  it.each(workflows)('leaves no token in the clone of %s', (file) => {
    const text = read('.github', 'workflows', file);
    const clones = [...text.matchAll(/uses: actions\/checkout@.*\n(.*)/g)];
    for (const [, next] of clones) expect(next).toContain('persist-credentials: false');
  });

  it.each(workflows)('puts nothing that others may write into a shell of %s', (file) => {
    const runs = [...read('.github', 'workflows', file).matchAll(/run:.*(?:\n {10,}.*)*/g)];
    for (const [run] of runs) expect(run).not.toContain('${{');
  });

  it.each([...workflows.map((file) => `.github/workflows/${file}`), '.ci/run'])(
    'lets %s run nothing that was downloaded past the lock file',
    (file) => {
      const commands = read(file).replaceAll(/^\s*#.*$/gm, '');
      // npx takes what is newest where nothing is installed; images and scripts change behind a name.
      expect(commands).not.toMatch(
        /\b(?:npx(?! --no\b)|pnpx|npm (?:i|install|exec)|corepack|curl|wget)\b/,
      );
      expect(commands).not.toMatch(/^\s*(?:image|container|services):(?!.*@sha256:)/m);
    },
  );

  it.each(manifests)('names exact versions in %s', (file) => {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
      read(file),
    ) as Record<string, Record<string, string> | undefined>;
    const all = { ...dependencies, ...devDependencies, ...optionalDependencies };
    for (const [name, version] of Object.entries(all)) {
      expect(`${name} ${version}`).toMatch(/ (\d+\.\d+\.\d+(-[\w.]+)?|workspace:\*)$/);
    }
  });

  it('has a SHA-512 hash for every package of the lock file', () => {
    const resolutions = [...read('pnpm-lock.yaml').matchAll(/^ +resolution: (.*)$/gm)].map(
      ([, found]) => found,
    );
    expect(resolutions.length).toBeGreaterThan(100);
    for (const resolution of resolutions) {
      expect(resolution).toMatch(/^\{integrity: sha512-[A-Za-z0-9+/]{86}==\}$/);
    }
  });

  it('lets only listed packages run scripts when they are installed', () => {
    const settings = read('pnpm-workspace.yaml');
    expect(settings).toMatch(/^allowBuilds:$/m);
    expect(settings).not.toMatch(/dangerouslyAllowAllBuilds|strictDepBuilds: false/);
  });
});
