import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { FleetEntry } from '@keyturn/core';
import { FileJournal } from '../../src/index.js';

const owner = { where: 'arn:aws:secretsmanager:eu-west-1:123456789012', selection: ['name=prod/'] };
const started: FleetEntry = { secretId: 'ä', state: 'started', at: 1 };
const rotated: FleetEntry = { secretId: 'ä', state: 'rotated', at: 2 };
const failed: FleetEntry = { secretId: 'b', state: 'failed', at: 3, reason: 'x' };

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keyturn-journal-'));
  file = join(folder, 'fleet.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function write(...entries: FleetEntry[]): Promise<void> {
  const journal = new FileJournal(file, owner);
  await Promise.all(entries.map((entry) => journal.append(entry)));
  await journal.close();
}
const read = () => new FileJournal(file, owner).read();

describe('FileJournal', () => {
  it('gives back what was appended, in order, to another process', async () => {
    await write(started, rotated);
    await write(failed);
    expect(await read()).toEqual([started, rotated, failed]);
    expect(readFileSync(file, 'utf8').match(/keyturn fleet/g)).toHaveLength(1);
  });

  it('is empty before the file is there, and makes it for its owner alone', async () => {
    expect(await read()).toEqual([]);
    expect(await new FileJournal(file, owner).begunAt()).toBeUndefined();
    await write(started);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await new FileJournal(file, owner).begunAt()).toMatch(/^\d{4}-/);
  });

  it('goes on wherever a crash has torn the file off', async () => {
    await write(started, rotated, failed);
    const whole = readFileSync(file);
    const lineOf = (bytes: number) => whole.subarray(0, bytes).toString().split('\n').length - 2;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.length }), async (bytes) => {
        writeFileSync(file, whole.subarray(0, bytes));
        const kept = [started, rotated, failed].slice(0, Math.max(0, lineOf(bytes)));
        expect(await read()).toEqual(kept);
        await write(failed);
        expect(await read()).toEqual([...kept, failed]);
      }),
    );
  });

  it.each([
    ['another account', { ...owner, where: 'arn:aws:secretsmanager:eu-west-1:210987654321' }],
    ['another selection', { ...owner, selection: ['name=stage/'] }],
  ])('is refused for %s', async (_, other) => {
    await write(started);
    const before = readFileSync(file, 'utf8');
    const journal = new FileJournal(file, other);
    const refusal = { code: 'KEYTURN_INVALID_SETTING', field: '--journal' };
    await expect(journal.read()).rejects.toMatchObject(refusal);
    await expect(journal.append(failed)).rejects.toMatchObject(refusal);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it.each([
    ['a text without a line', 'dear diary'],
    ['lines of another kind', '{"secretId":"a"}\n'],
  ])('leaves another file alone: %s', async (_, text) => {
    writeFileSync(file, text);
    await expect(write(started)).rejects.toMatchObject({ code: 'KEYTURN_INVALID_SETTING' });
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it.each(['null\n', '{"secretId":"a","state":"lost","at":1}\n', 'torn{\n'])(
    'is refused with a line in it such as %j',
    async (line) => {
      await write(started);
      appendFileSync(file, line);
      await expect(read()).rejects.toThrow('Line 3 of');
    },
  );

  it('takes nothing more after it could not be written', async () => {
    const journal = new FileJournal(join(folder, 'no', 'folder'), owner);
    await expect(journal.append(started)).rejects.toThrow('ENOENT');
    await expect(journal.append(rotated)).rejects.toThrow('ENOENT');
  });
});
