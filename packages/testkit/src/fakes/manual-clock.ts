import type { Clock } from '@keyturn/core';

/** How a {@link ManualClock} starts out. */
export interface ManualClockOptions {
  /** Epoch milliseconds. Default 2026-01-01T00:00:00Z. */
  readonly startAt?: number;
  /** What `random` gives: always this number, or what the function gives. Default 0.5. */
  readonly random?: number | (() => number);
}

/**
 * A clock that is moved by hand. Sleeping moves it too and takes no time, so nothing that waits on it is slow.
 *
 * @example
 * const clock = new ManualClock();
 * await clock.sleep(600);
 * clock.sleeps; // [600]
 */
export class ManualClock implements Clock {
  #now: number;
  readonly #random: () => number;
  readonly #sleeps: number[] = [];
  readonly #timers = new Set<{ readonly at: number; readonly act: () => void }>();

  constructor({ startAt = Date.UTC(2026, 0, 1), random = 0.5 }: ManualClockOptions = {}) {
    this.#now = startAt;
    this.#random = typeof random === 'number' ? () => random : random;
  }

  now(): number {
    return this.#now;
  }

  async sleep(milliseconds: number): Promise<void> {
    this.#sleeps.push(milliseconds);
    this.advance(Math.max(0, milliseconds));
  }

  after(milliseconds: number, act: () => void): () => void {
    const timer = { at: this.#now + milliseconds, act };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  random(): number {
    return this.#random();
  }

  /** Moves the clock; backwards too, as a wall clock may jump. What was to happen until then happens. */
  advance(milliseconds: number): void {
    this.#now += milliseconds;
    for (const timer of [...this.#timers].filter(({ at }) => at <= this.#now)) {
      this.#timers.delete(timer);
      timer.act();
    }
  }

  /** What was slept so far, in milliseconds, oldest first. */
  get sleeps(): readonly number[] {
    return this.#sleeps;
  }
}
