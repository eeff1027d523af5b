/** What happened to one secret of a fleet. */
export interface FleetEntry {
  readonly secretId: string;
  /** `started` without an end is a secret whose rotation was under way when the process ended. */
  readonly state: 'started' | 'rotated' | 'failed';
  /** Epoch milliseconds. */
  readonly at: number;
  /** Why it failed; holds no secret value. */
  readonly reason?: string;
}

/** Remembers how far a fleet has come, so that another process can go on after a crash. */
export interface FleetJournal {
  /** Everything that was ever appended, oldest first. Safe to repeat. Throws where it cannot be read. */
  read(): Promise<readonly FleetEntry[]>;
  /** Resolves once the entry would survive a crash. Not safe to repeat, but a repeated entry does no harm. */
  append(entry: FleetEntry): Promise<void>;
}
