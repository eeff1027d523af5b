import {
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { replaceFile } from '../files/replace-file.cjs';

const root = join(__dirname, '..', '..');

/** The files of a folder and of those in it, but for tests and what is installed or built. */
function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (!entry.isDirectory()) return [path];
    return ['node_modules', 'test', 'dist'].includes(entry.name) ? [] : filesIn(path);
  });
}

describe('12: pages and reports are written through no link', () => {
  let folder: string;
  let file: string;
  let victim: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'keyturn-report-'));
    file = join(folder, 'report.md');
    victim = join(folder, 'victim');
    writeFileSync(victim, 'precious');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    ['nothing', () => undefined],
    ['an older report', () => writeFileSync(file, 'old')],
    ['a link', () => symlinkSync(victim, file)],
    ['a link to nothing', () => symlinkSync(join(folder, 'nothing'), file)],
    ['a second name of another file', () => linkSync(victim, file)],
  ])('puts a new file in the place of %s', (_, make) => {
    make();
    replaceFile(file, 'new');
    expect(readFileSync(victim, 'utf8')).toBe('precious');
    expect(lstatSync(file).isFile()).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe('new');
    expect(readdirSync(folder).sort()).toEqual(['report.md', 'victim']);
  });

  it('leaves a folder as it is, and no draft beside it', () => {
    mkdirSync(file);
    expect(() => replaceFile(file, 'new')).toThrow();
    expect(readdirSync(folder).sort()).toEqual(['report.md', 'victim']);
  });

  /** They write into folders that they have made themselves just before, or make new files alone. */
  const OWN_FOLDER = [
    'scripts/build/compile.mjs',
    'scripts/check-packages/consumer.mjs',
    'scripts/check-packages/local-service.mjs',
    'scripts/files/replace-file.cjs',
    'scripts/jest/count-trials.cjs',
    'scripts/pnpm/untar.mjs',
    'tools/bench/local-secrets-manager.mjs',
  ];

  it('is the only way in which scripts and tools write files that stay', () => {
    const writing = ['scripts', 'tools']
      .flatMap(filesIn)
      .filter((found) => /\.(?:mjs|cjs|ts)$/.test(found))
      .filter((found) =>
        /\b(?:writeFile|appendFile|createWriteStream|copyFile|writeFileSync|appendFileSync|copyFileSync)\(/.test(
          readFileSync(join(root, found), 'utf8'),
        ),
      );
    expect(writing.sort()).toEqual(OWN_FOLDER);
  });
});
