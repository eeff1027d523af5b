import { accessSync, constants, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { makeVisible } from '../visible-text.js';
import type { Secret } from '../model/secret.js';
import { closeFile, createPrivateFile, draftOf, makePrivate, openOwnFile } from './own-files.js';

/** All secrets, by region. */
export type SavedState = Readonly<Record<string, readonly Secret[]>>;

const FORMAT = 'keyturn-secrets-manager/1';
const WRITE_AFTER_MS = 50;
/** A large state is written less often, so that writing takes a tenth of the time at most. */
const REST_AFTER_WRITE = 9;

/** Keeps the state in one file, in clear text and readable by its owner alone. */
export interface Persistence {
  /** @throws Error when the file is there but holds something else, or when nothing can be written beside it. */
  load(): SavedState;
  /** Writes soon; many changes make one write. What cannot be written is a warning, and tried with the next change. */
  changed(): void;
  /** Writes what is still to be written. @throws the error of the file system. */
  flush(): void;
}

export function createPersistence(path: string, state: () => SavedState): Persistence {
  const file = resolve(path);
  let timer: NodeJS.Timeout | undefined;
  let unsaved = false;
  let restMs = WRITE_AFTER_MS;
  const write = () => {
    const began = performance.now();
    // A file beside it and a rename, so that a crash leaves the old state or the new one.
    const draft = draftOf(file);
    createPrivateFile(draft, JSON.stringify({ format: FORMAT, regions: state() }));
    try {
      renameSync(draft, file);
    } catch (error) {
      rmSync(draft, { force: true });
      throw error;
    }
    unsaved = false;
    restMs = Math.max(WRITE_AFTER_MS, REST_AFTER_WRITE * (performance.now() - began));
  };
  const writeOrWarn = () => {
    timer = undefined;
    try {
      write();
    } catch (error) {
      const { message } = error as Error;
      process.emitWarning(`the secrets could not be saved: ${makeVisible(message)}`);
    }
  };
  return {
    load() {
      accessSync(dirname(file), constants.W_OK);
      removeDraftsOfTheDead(file);
      const open = openOwnFile(file);
      if (open === undefined) return {};
      try {
        const parsed = parse(open.text());
        if (!isState(parsed)) {
          throw new Error(`${file} is not a state file of the local Secrets Manager: move it away`);
        }
        // Only now that it is known to be ours.
        makePrivate(open);
        return parsed.regions;
      } finally {
        closeFile(open);
      }
    },
    changed() {
      unsaved = true;
      timer ??= setTimeout(writeOrWarn, restMs).unref();
    },
    flush() {
      clearTimeout(timer);
      timer = undefined;
      if (unsaved) write();
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isState(parsed: unknown): parsed is { regions: SavedState } {
  const { format, regions } = (parsed ?? {}) as { format?: unknown; regions?: unknown };
  if (format !== FORMAT || typeof regions !== 'object' || regions === null) return false;
  return Object.values(regions).every(
    (secrets: unknown) => Array.isArray(secrets) && secrets.every(isSecret),
  );
}

function isSecret(entry: unknown): boolean {
  const { arn, name, createdAt, versions } = (entry ?? {}) as Partial<Record<string, unknown>>;
  return (
    typeof arn === 'string' &&
    typeof name === 'string' &&
    typeof createdAt === 'number' &&
    Array.isArray(versions)
  );
}

/** How every file of ours begins. */
const HEAD = `{"format":${JSON.stringify(FORMAT)}`;

/** Takes away what a killed process had begun to write, since it holds secrets; and nothing that is not ours. */
function removeDraftsOfTheDead(file: string): void {
  for (const name of readdirSync(dirname(file))) {
    if (!name.startsWith(`${basename(file)}.`)) continue;
    const rest = name.slice(basename(file).length);
    const [, pid] = /^\.(\d+)(?:\.[0-9a-f]{32})?\.tmp$/.exec(rest) ?? [];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const draft = join(dirname(file), name);
    if (isOurs(draft)) rmSync(draft, { force: true });
  }
}

function isOurs(draft: string): boolean {
  try {
    const open = openOwnFile(draft);
    if (open === undefined) return false;
    try {
      // A write that was cut short may have left less than the beginning.
      const begun = open.text().slice(0, HEAD.length);
      return HEAD.startsWith(begun);
    } finally {
      closeFile(open);
    }
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
