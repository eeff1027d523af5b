import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';

/** A file that is open, and is a plain file with one name. */
export interface OwnFile {
  readonly descriptor: number;
  /** Its whole text. */
  text(): string;
}

// Neither is there on Windows, where making a link takes an administrator's rights.
const { O_NOFOLLOW = 0, O_NONBLOCK = 0, O_RDONLY } = constants;

/** A name beside the file that nobody can know beforehand, with the process in it so that the dead ones can be told. */
export function draftOf(file: string): string {
  return `${file}.${process.pid}.${randomBytes(16).toString('hex')}.tmp`;
}

/**
 * Makes a new file, readable by its owner alone, and writes it to disk. Never writes into a file that is there.
 * @throws the error of the file system, EEXIST where anything of that name exists, a link to nothing included
 */
export function createPrivateFile(file: string, text: string): void {
  const descriptor = openSync(file, 'wx', 0o600);
  try {
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
  } catch (error) {
    // Cut short, as on a full disk: nobody would look for secrets there.
    rmSync(file, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Opens a file to read it, never through a link, and never one that has another name too or belongs to another user,
 * since whoever made that decides what it is.
 * @returns undefined where there is none
 * @throws Error for a link, a folder, a pipe, or a file with a second name or of another user
 */
export function openOwnFile(file: string): OwnFile | undefined {
  let descriptor: number;
  try {
    // A pipe would wait for somebody to write into it.
    descriptor = openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code === 'ELOOP' || code === 'EMLINK') throw notPlain(file);
    throw error;
  }
  const facts = fstatSync(descriptor);
  if (!facts.isFile() || facts.nlink > 1) {
    closeSync(descriptor);
    throw notPlain(file);
  }
  // There are no such numbers on Windows.
  if (process.geteuid !== undefined && facts.uid !== process.geteuid()) {
    closeSync(descriptor);
    throw new Error(
      `${file} belongs to another user: move it away, or have chown give it to this one`,
    );
  }
  return { descriptor, text: () => readFileSync(descriptor, 'utf8') };
}

/** From now on only its owner reads and writes it. */
export function makePrivate({ descriptor }: OwnFile): void {
  fchmodSync(descriptor, 0o600);
}

export function closeFile({ descriptor }: OwnFile): void {
  closeSync(descriptor);
}

function notPlain(file: string): Error {
  return new Error(`${file} is a link, or no plain file with one name: move it away`);
}
