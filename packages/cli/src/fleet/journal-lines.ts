import { InvalidInputError, type FleetEntry } from '@keyturn/core';

/** What a journal belongs to; the secrets of another run must not be taken for its own. */
export interface JournalOwner {
  /** The first parts of the ARNs: partition, service, region and account. */
  readonly where: string;
  /** How the secrets were chosen, in words. */
  readonly selection: readonly string[];
}

/** The first line of a journal. */
export interface JournalHead extends JournalOwner {
  readonly journal: 'keyturn fleet 1';
  /** ISO 8601. */
  readonly begunAt: string;
}

const HEAD_START = '{"journal":"keyturn fleet 1",';

/** What a journal file holds. */
export interface JournalText {
  /** Absent in a file without a whole line. */
  readonly head: JournalHead | undefined;
  readonly entries: readonly FleetEntry[];
  /** How far the whole lines go, in bytes: what follows was torn off by a crash. */
  readonly bytes: number;
}

export function headLine(owner: JournalOwner, now: number): string {
  const { where, selection } = owner;
  const rest = { begunAt: new Date(now).toISOString(), where, selection };
  return `${HEAD_START}${JSON.stringify(rest).slice(1)}\n`;
}

/**
 * Reads the text of a journal. A line that was torn off at the end is left out.
 * @throws InvalidInputError for a text that is no journal
 */
export function parseJournal(text: string, file: string): JournalText {
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const [first, ...rest] = whole.split('\n').slice(0, -1);
  if (!(text.startsWith(HEAD_START) || HEAD_START.startsWith(text))) throw foreign(file, 1);
  return {
    head: first === undefined ? undefined : parseHead(first, file),
    entries: rest.map((line, i) => parseEntry(line, file, i + 2)),
    bytes: Buffer.byteLength(whole),
  };
}

function parseHead(line: string, file: string): JournalHead {
  const head = parseLine(line, file, 1) as Partial<JournalHead> | null;
  const { begunAt, where, selection } = head ?? {};
  const isText = (value: unknown): boolean => typeof value === 'string';
  if (![begunAt, where].every(isText) || !Array.isArray(selection) || !selection.every(isText)) {
    throw foreign(file, 1);
  }
  return head as JournalHead;
}

function parseEntry(line: string, file: string, number: number): FleetEntry {
  const entry = parseLine(line, file, number) as Partial<FleetEntry> | null;
  const { secretId, state, at } = entry ?? {};
  const known = state === 'started' || state === 'rotated' || state === 'failed';
  if (typeof secretId !== 'string' || !known || typeof at !== 'number') throw foreign(file, number);
  return entry as FleetEntry;
}

function parseLine(line: string, file: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw foreign(file, number);
  }
}

function foreign(file: string, line: number): InvalidInputError {
  return new InvalidInputError({
    code: 'KEYTURN_INVALID_SETTING',
    field: '--journal',
    message: `Line ${line} of ${file} is not an entry of a keyturn journal.`,
    remedy: 'Give a file that does not exist yet, or the journal of an earlier run.',
  });
}
