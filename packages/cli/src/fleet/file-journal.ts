import { open, readFile, type FileHandle } from 'node:fs/promises';
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
    const { head, bytes } = await this.#read();
    if (head !== undefined) this.#check(head);
    const handle = await open(this.#file, 'a', 0o600);
    // What a crash has torn off would spoil the next line.
    await handle.truncate(bytes);
    if (head === undefined) {
      await handle.appendFile(headLine(this.#owner, Date.now()));
      await syncFolder(dirname(this.#file));
    }
    return handle;
  }

  async #read() {
    const text = await readFile(this.#file, 'utf8').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
      throw error;
    });
    return parseJournal(text, this.#file);
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

/** A new file survives a power cut only once its folder is written; not every system can be asked for that. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
