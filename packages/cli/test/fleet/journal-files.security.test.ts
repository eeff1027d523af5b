import { execFileSync } from 'node:child_process';
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileJournal } from '../../src/fleet/file-journal.js';

describe('12: the journal of a fleet is a file of its own', () => {
  let folder: string;
  let file: string;
  let victim: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'keyturn-journal-'));
    file = join(folder, 'journal.jsonl');
    victim = join(folder, 'victim');
    writeFileSync(victim, '');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const journal = () => new FileJournal(file, { where: 'here', selection: ['all'] });
  const entry = { secretId: 'orders', state: 'started', at: 0 } as const;

  it.each([
    ['a link', () => symlinkSync(victim, file)],
    ['a link to nothing', () => symlinkSync(join(folder, 'nothing'), file)],
    ['a second name of another file', () => linkSync(victim, file)],
    ['a folder', () => mkdirSync(file)],
    ['a pipe', () => execFileSync('mkfifo', [file])],
  ])('refuses %s, to read and to write, and changes nothing', async (_, make) => {
    make();
    const refused = { code: 'KEYTURN_INVALID_SETTING', field: '--journal' };
    await expect(journal().read()).rejects.toMatchObject(refused);
    await expect(journal().append(entry)).rejects.toMatchObject(refused);
    expect(readFileSync(victim, 'utf8')).toBe('');
  });

  it('is made readable by its owner alone, and goes on where it is', async () => {
    for (let run = 0; run < 2; run++) {
      const kept = journal();
      await kept.append(entry);
      await kept.close();
    }
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8').trimEnd().split('\n')).toHaveLength(3);
  });

  it.each([
    ['an empty file', ''],
    ['a journal', `${JSON.stringify({ x: 1 })}\n`],
  ])('refuses %s of another user, who could say what was rotated', async (_, text) => {
    writeFileSync(file, text);
    const { uid } = statSync(file);
    jest.spyOn(process, 'geteuid').mockReturnValue(uid + 1);
    try {
      const refused = { code: 'KEYTURN_INVALID_SETTING', field: '--journal' };
      await expect(journal().read()).rejects.toMatchObject(refused);
      await expect(journal().append(entry)).rejects.toMatchObject(refused);
    } finally {
      jest.restoreAllMocks();
    }
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('does not follow a link that takes its place between two runs', async () => {
    const first = journal();
    await first.append(entry);
    await first.close();
    rmSync(file);
    symlinkSync(victim, file);
    await expect(journal().append(entry)).rejects.toMatchObject({ field: '--journal' });
    expect(readFileSync(victim, 'utf8')).toBe('');
  });
});
