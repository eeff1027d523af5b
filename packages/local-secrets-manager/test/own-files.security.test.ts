import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPrivateFile, draftOf } from '../src/runtime/own-files.js';
import { createPersistence } from '../src/runtime/persistence.js';

const STATE = JSON.stringify({ format: 'keyturn-secrets-manager/1', regions: {} });
/** No process has so high a number. */
const DEAD = 99_999_999;

describe('12: the state file is made and read as a file of its own', () => {
  let folder: string;
  let file: string;
  let victim: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'keyturn-files-'));
    file = join(folder, 'state.json');
    victim = join(folder, 'victim');
    writeFileSync(victim, 'precious');
    chmodSync(victim, 0o644);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const persistence = () => createPersistence(file, () => ({}));
  const save = () => {
    const kept = persistence();
    kept.changed();
    kept.flush();
  };
  const untouched = () => {
    expect(readFileSync(victim, 'utf8')).toBe('precious');
    expect(statSync(victim).mode & 0o777).toBe(0o644);
  };

  it.each([
    ['a link to another file', () => symlinkSync(victim, file)],
    [
      'a link to a state file',
      () => {
        writeFileSync(victim, STATE);
        symlinkSync(victim, file);
      },
    ],
    ['a second name of another file', () => linkSync(victim, file)],
    ['a folder', () => mkdirSync(file)],
    ['a pipe', () => execFileSync('mkfifo', [file])],
  ])('refuses %s, and changes neither its content nor its mode', (_, make) => {
    make();
    const before = statSync(victim).mode;
    expect(() => persistence().load()).toThrow(/move it away|EISDIR/);
    expect(statSync(victim).mode).toBe(before);
  });

  it('takes a link to nothing for a link', () => {
    symlinkSync(join(folder, 'nothing'), file);
    expect(() => persistence().load()).toThrow(/move it away/);
  });

  it('changes the mode of a file only after it was found to be a state file', () => {
    writeFileSync(file, 'something else');
    chmodSync(file, 0o644);
    expect(() => persistence().load()).toThrow(/not a state file/);
    expect(statSync(file).mode & 0o777).toBe(0o644);
    writeFileSync(file, STATE);
    persistence().load();
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('replaces a link that was put there later, and never writes through it', () => {
    symlinkSync(victim, file);
    save();
    untouched();
    expect(lstatSync(file).isFile()).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('writes through no draft that somebody has made beforehand', () => {
    symlinkSync(victim, `${file}.${process.pid}.tmp`);
    save();
    untouched();
    expect(readFileSync(file, 'utf8')).toBe(STATE);
  });

  it('gives every draft a name that was not there before', () => {
    save();
    save();
    expect(readdirSync(folder).sort()).toEqual(['state.json', 'victim']);
  });

  it.each([
    ['a file of somebody else', (draft: string) => writeFileSync(draft, 'notes')],
    ['a link', (draft: string) => symlinkSync(victim, draft)],
    ['a folder', (draft: string) => mkdirSync(draft)],
  ])('does not take away %s that is named like a draft', (_, make) => {
    const draft = `${file}.${DEAD}.tmp`;
    make(draft);
    persistence().load();
    expect(lstatSync(draft)).toBeDefined();
    untouched();
  });

  it('takes away the draft of a process that died, whole or cut short', () => {
    const drafts = [`${file}.${DEAD}.tmp`, `${file}.${DEAD}.${'ab'.repeat(16)}.tmp`];
    for (const [index, draft] of drafts.entries()) {
      writeFileSync(draft, index === 0 ? STATE : STATE.slice(0, 12));
    }
    persistence().load();
    expect(drafts.filter((draft) => existsSync(draft))).toEqual([]);
  });

  describe('to a process of another user', () => {
    beforeEach(() => {
      const { uid } = statSync(victim);
      jest.spyOn(process, 'geteuid').mockReturnValue(uid + 1);
    });
    afterEach(() => jest.restoreAllMocks());

    it.each([
      ['a state file', STATE],
      ['an empty file', ''],
    ])('%s of this one is none of its own', (_, text) => {
      writeFileSync(file, text);
      chmodSync(file, 0o666);
      expect(() => persistence().load()).toThrow(/belongs to another user/);
      expect(statSync(file).mode & 0o777).toBe(0o666);
    });

    it('a draft of this one is not to be taken away', () => {
      const draft = `${file}.${DEAD}.tmp`;
      writeFileSync(draft, STATE);
      persistence().load();
      expect(existsSync(draft)).toBe(true);
    });
  });

  it('leaves no half-written draft behind where it could not be written', () => {
    const draft = draftOf(file);
    const unwritable = { toString: () => '' } as unknown as string;
    expect(() => createPrivateFile(draft, unwritable)).toThrow(/must be of type string/);
    expect(existsSync(draft)).toBe(false);
  });

  it('leaves no draft behind where the file has become a folder meanwhile', () => {
    mkdirSync(file);
    writeFileSync(join(file, 'notes'), 'precious');
    expect(save).toThrow(/EISDIR|ENOTEMPTY|EEXIST|EPERM/);
    expect(readdirSync(folder).sort()).toEqual(['state.json', 'victim']);
  });

  it('never lets anybody else read a draft, whatever the umask', () => {
    const before = process.umask(0);
    try {
      const draft = draftOf(file);
      createPrivateFile(draft, STATE);
      expect(statSync(draft).mode & 0o777).toBe(0o600);
    } finally {
      process.umask(before);
    }
  });

  it.each([
    ['lists nested 100,000 levels deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['a state whose secrets are no secrets', STATE.replace('{}', '{"r":[null,1,"x"]}')],
    ['a state of another format', STATE.replace('/1', '/2')],
  ])('takes %s for a file of somebody else, and leaves its mode', (_, text) => {
    writeFileSync(file, text);
    chmodSync(file, 0o640);
    expect(() => persistence().load()).toThrow(/not a state file/);
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });
});
