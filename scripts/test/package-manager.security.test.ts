import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { integrityOf, startRegistry, tarball, type TarEntry } from './support/fake-registry.js';
import { runModule, scriptUrl } from './support/run-module.js';

const scripts = join(__dirname, '..');

const program = "require('node:fs').writeFileSync(process.argv[2], 'ran');";
const manifest = JSON.stringify({ name: 'pnpm', version: '1.2.3' });
const wanted: readonly TarEntry[] = [
  { path: 'package/package.json', content: manifest },
  { path: 'package/bin/pnpm.cjs', content: program, mode: 0o755 },
];
const withScript = JSON.stringify({
  name: 'pnpm',
  version: '1.2.3',
  scripts: { preinstall: 'node bin/pnpm.cjs ran', install: 'node bin/pnpm.cjs ran' },
});

describe('13: The package manager that setup runs is the pinned one', () => {
  let home: string;
  let registry: Awaited<ReturnType<typeof startRegistry>>;

  beforeAll(async () => {
    registry = await startRegistry('pnpm', '1.2.3');
  });
  afterAll(() => registry.stop());

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'keyturn-package-manager-'));
    mkdirSync(join(home, 'scripts', 'pnpm'), { recursive: true });
    cpSync(join(scripts, 'pnpm.mjs'), join(home, 'scripts', 'pnpm.mjs'));
    cpSync(join(scripts, 'pnpm'), join(home, 'scripts', 'pnpm'), { recursive: true });
    const pinned = {
      platforms: ['any'],
      package: 'pnpm',
      version: '1.2.3',
      integrity: integrityOf(tarball(wanted)),
      program: 'bin/pnpm.cjs',
    };
    writeFileSync(join(home, 'scripts', 'pnpm', 'pinned.json'), JSON.stringify([pinned]));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  const marker = () => join(home, 'ran');

  /** What the run printed to stderr, and how it ended; the registry lives in this process, so nothing here may block. */
  async function run(env: NodeJS.ProcessEnv) {
    const child = spawn(process.execPath, [join(home, 'scripts', 'pnpm.mjs'), marker()], {
      cwd: home,
      env: { ...process.env, ...env },
    });
    let printed = '';
    child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    const code = await new Promise((resolve) => child.on('close', resolve));
    return { code, printed };
  }

  /** A client that hands out what it is told to, at once; a registry of its own could do the same. */
  function client(entries: readonly TarEntry[] | undefined): NodeJS.ProcessEnv {
    const file = join(home, 'npm-cli.js');
    const source = JSON.stringify(join(home, 'served.tgz'));
    if (entries) writeFileSync(join(home, 'served.tgz'), tarball(entries));
    writeFileSync(
      file,
      `const to = process.argv[process.argv.indexOf('--pack-destination') + 1];
       require('node:fs').copyFileSync(${source}, require('node:path').join(to, 'pnpm-1.2.3.tgz'));`,
    );
    return { npm_execpath: file };
  }

  /** The npm of this Node, with the registry of this test. */
  const npm = (): NodeJS.ProcessEnv => ({
    npm_execpath: '',
    npm_config_registry: registry.address,
    npm_config_cache: join(home, 'cache'),
    npm_config_fetch_retries: '0',
  });

  it('is downloaded with npm, verified and run', async () => {
    registry.serve(tarball(wanted));
    expect(await run(npm())).toMatchObject({ code: 0 });
    expect(existsSync(marker())).toBe(true);
  }, 60_000);

  it('is refused from npm where its registry vouches for another one', async () => {
    registry.serve(tarball([...wanted, { path: 'package/more.js' }]));
    const { code, printed } = await run(npm());
    expect({ code, printed }).toMatchObject({
      code: 1,
      printed: expect.stringContaining('is not the pinned one'),
    });
    expect(existsSync(marker())).toBe(false);
  }, 60_000);

  it('runs again without any registry', async () => {
    expect(await run(client(wanted))).toMatchObject({ code: 0 });
    rmSync(marker());
    rmSync(join(home, 'served.tgz'));
    expect(await run(client(undefined))).toEqual({ code: 0, printed: '' });
    expect(existsSync(marker())).toBe(true);
  });

  it.each<[string, readonly TarEntry[]]>([
    ['another program', [wanted[0]!, { ...wanted[1]!, content: `${program}\n` }]],
    ['one more file', [...wanted, { path: 'package/.npmrc', content: 'ignore-scripts=false' }]],
    ['one file less', [wanted[1]!]],
    ['install scripts', [{ path: 'package/package.json', content: withScript }, wanted[1]!]],
    ['another mode', [wanted[0]!, { ...wanted[1]!, mode: 0o644 }]],
    ['the files in another order', [...wanted].reverse()],
    ['nothing in it', []],
  ])('is not a package with %s', async (_, entries) => {
    const { code, printed } = await run(client(entries));
    expect(code).toBe(1);
    expect(printed).toContain('is not the pinned one, and nothing of it was run');
    expect(existsSync(marker())).toBe(false);
    const verified = join(home, 'scripts', 'node_modules', '.pnpm-verified');
    expect(readdirSync(verified)).toEqual([]);
  });

  it('says so where it cannot be downloaded', async () => {
    const { code, printed } = await run(client(undefined));
    expect(code).toBe(1);
    expect(printed).toContain('npm could not download pnpm@1.2.3');
    expect(existsSync(marker())).toBe(false);
  });

  it.each<[string, TarEntry]>([
    ['a symbolic link', { path: 'package/bin', type: '2', linkName: '/tmp' }],
    ['a hard link', { path: 'package/bin', type: '1', linkName: '/etc/passwd' }],
    ['a device', { path: 'package/bin', type: '3' }],
    ['a path that leads out', { path: 'package/../../out', content: 'x' }],
    ['a file twice', { path: 'package/package.json', content: 'x' }],
  ])('is never unpacked from a tarball with %s', (_, entry) => {
    const file = join(home, 'any.tgz');
    writeFileSync(file, tarball([wanted[0]!, entry]));
    const code = `
      import { readFileSync } from 'node:fs';
      import { untar } from '${scriptUrl('pnpm/untar.mjs')}';
      try { untar(readFileSync(input.file), input.folder); output('unpacked'); } catch { output('refused'); }
    `;
    expect(runModule(code, { file, folder: join(home, 'a', 'b') })).toBe('refused');
    expect(existsSync(join(home, 'out'))).toBe(false);
  });

  const pins = JSON.parse(readFileSync(join(scripts, 'pnpm', 'pinned.json'), 'utf8')) as {
    package: string;
    version: string;
    integrity: string;
  }[];

  it.each(pins)(
    'pins $package by an exact version and a SHA-512 hash',
    ({ version, integrity }) => {
      expect(version).toMatch(/^\d+\.\d+\.\d+$/);
      expect(integrity).toMatch(/^sha512-[A-Za-z0-9+/]{86}==$/);
    },
  );
});
