import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Secret } from '../model/secret.js';

/** All secrets, by region. */
export type SavedState = Readonly<Record<string, readonly Secret[]>>;

const FORMAT = 'keyturn-secrets-manager/1';
const WRITE_AFTER_MS = 50;

/** Keeps the state in one file, in clear text and readable by its owner alone. */
export interface Persistence {
  /** @throws Error when the file is there but holds something else. */
  load(): SavedState;
  /** Writes soon; many changes make one write. */
  changed(): void;
  /** Writes what is still to be written. */
  flush(): void;
}

export function createPersistence(file: string, state: () => SavedState): Persistence {
  let timer: NodeJS.Timeout | undefined;
  const write = () => {
    timer = undefined;
    // A file beside it and a rename, so that a crash leaves the old state or the new one.
    const draft = `${file}.${process.pid}.tmp`;
    writeFileSync(draft, JSON.stringify({ format: FORMAT, regions: state() }), { mode: 0o600 });
    renameSync(draft, file);
  };
  return {
    load() {
      if (!existsSync(file)) return {};
      chmodSync(file, 0o600);
      const parsed = parseFile(file);
      if (parsed?.format !== FORMAT || !parsed.regions) {
        throw new Error(`${file} is not a state file of the local Secrets Manager: move it away`);
      }
      return parsed.regions;
    },
    changed() {
      timer ??= setTimeout(write, WRITE_AFTER_MS).unref();
    },
    flush() {
      if (!timer) return;
      clearTimeout(timer);
      write();
    },
  };
}

function parseFile(file: string): { format?: unknown; regions?: SavedState } | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as { format?: unknown; regions?: SavedState };
  } catch {
    return undefined;
  }
}
