import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { InvalidInputError, type FleetEntry, type FleetJournal } from '@keyturn/core';
import { headLine, parseJournal, type JournalHead, type JournalOwner } from './journal-lines.js';

/**
 * Keeps the journal of a fleet in a file: one JSON document per line, the first one says what it belongs to. The
 * file is made, readable by its owner alone, when the first entry is written. It holds no secret value. One process
 * at a time.
 */
export class FileJournal implements FleetJournal {
  readonly #file: string;
  readonly #owner: JournalOwner;
  #handle: FileHandle | undefined;
  #lines: string[] = [];
  /** The write that takes the lines along which come in now. */
  #next: Promise<void> | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(file: string, owner: JournalOwner) {
    this.#file = file;
    this.#owner = owner;
  }

  /**
   * When the run began that this journal is of; undefined for a new one.
   * @throws InvalidInputError for the journal of another account, region or selection, and for another file
   */
  async begunAt(): Promise<string | undefined> {
    const { head } = await this.#read();
    if (head !== undefined) this.#check(head);
    return head?.begunAt;
  }

  async read(): Promise<readonly FleetEntry[]> {
    const { head, entries } = await this.#read();
    if (head !== undefined) this.#check(head);
    return entries;
  }

  append(entry: FleetEntry): Promise<void> {
    this.#lines.push(`${JSON.stringify(entry)}\n`);
    // What comes in while others are being written goes out together, and is made safe together.
    if (this.#next === undefined) {
      this.#next = this.#last.then(() => this.#write());
      this.#last = this.#next;
    }
    return this.#next;
  }

  /** Safe to repeat. */
  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }

  async #write(): Promise<void> {
    this.#next = undefined;
    const handle = (this.#handle ??= await this.#open());
    await handle.appendFile(this.#lines.splice(0).join(''));
    await handle.datasync();
  }

  async #open(): Promise<FileHandle> {
    const found = await openPlain(this.#file, O_RDWR | O_APPEND);
    // Whatever has come to bear the name meanwhile is not written to.
    const handle = found ?? (await open(this.#file, O_RDWR | O_APPEND | O_CREAT | O_EXCL, 0o600));
    try {
      const { head, bytes } = parseJournal(await handle.readFile('utf8'), this.#file);
      if (head !== undefined) this.#check(head);
      // What a crash has torn off would spoil the next line.
      await handle.truncate(bytes);
      if (head === undefined) {
        await handle.appendFile(headLine(this.#owner, Date.now()));
        await syncFolder(dirname(this.#file));
      }
      return handle;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async #read() {
    const handle = await openPlain(this.#file, O_RDONLY);
    try {
      return parseJournal((await handle?.readFile('utf8')) ?? '', this.#file);
    } finally {
      await handle?.close();
    }
  }

  #check({ where, selection }: JournalHead): void {
    const owner = this.#owner;
    if (where === owner.where && isDeepStrictEqual(selection, owner.selection)) return;
    throw new InvalidInputError({
      code: 'KEYTURN_INVALID_SETTING',
      field: '--journal',
      message: `The journal ${this.#file} belongs to "${selection.join(', ')}" in ${where}, and this run to "${owner.selection.join(', ')}" in ${owner.where}.`,
      remedy: 'Give each fleet a journal of its own.',
    });
  }
}

// The last two are not there on Windows, where making a link takes an administrator's rights.
const { O_RDONLY, O_RDWR, O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;

/**
 * Opens a journal that is there, never through a link, and never one that has another name too or another owner.
 * @returns undefined where there is none
 */
async function openPlain(file: string, flags: number): Promise<FileHandle | undefined> {
  let handle: FileHandle;
  try {
    // A pipe would wait for somebody at its other end.
    handle = await open(file, flags | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (['ELOOP', 'EMLINK', 'EISDIR', 'ENXIO'].includes(code)) throw notPlain(file);
    throw error;
  }
  const facts = await handle.stat();
  // There are no such numbers on Windows.
  const isOurs = process.geteuid === undefined || facts.uid === process.geteuid();
  if (facts.isFile() && facts.nlink === 1 && isOurs) return handle;
  await handle.close();
  throw isOurs ? notPlain(file) : notOurs(file);
}

function notOurs(file: string): InvalidInputError {
  return new InvalidInputError({
    code: 'KEYTURN_INVALID_SETTING',
    field: '--journal',
    message: `The journal ${file} belongs to another user, who could falsify what was rotated.`,
    remedy: 'Name a file of your own; it is made where there is none.',
  });
}

function notPlain(file: string): InvalidInputError {
  return new InvalidInputError({
    code: 'KEYTURN_INVALID_SETTING',
    field: '--journal',
    message: `The journal ${file} is a link, or no plain file with one name.`,
    remedy: 'Name a file of its own; it is made where there is none.',
  });
}

/** A new file survives a power cut only once its folder is written; not every system can be asked for that. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
