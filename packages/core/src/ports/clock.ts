/**
 * Time as the engine sees it. All waiting and all jitter go through this port, so that tests decide both.
 */
export interface Clock {
  /** Epoch milliseconds. May jump; callers measure short spans only. */
  now(): number;
  /** Resolves after so many milliseconds. Never rejects. */
  sleep(milliseconds: number): Promise<void>;
  /** Calls `act` once, so many milliseconds from now, unless what it returns is called before. */
  after(milliseconds: number, act: () => void): () => void;
  /** A number in [0, 1), for jitter only, never for secrets. */
  random(): number;
}
