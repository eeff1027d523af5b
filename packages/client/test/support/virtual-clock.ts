import { seededRandom } from '@keyturn/testkit/fakes';
import type { ClientClock } from '@keyturn/client';

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

/** Time that passes only where everybody waits for it, so that hours take no time. */
export class VirtualClock implements ClientClock {
  #now = Date.UTC(2026, 0, 1);
  #order = 0;
  readonly #timers = new Set<Timer>();
  readonly #random: () => number;

  constructor(seed = 1) {
    this.#random = seededRandom(seed);
  }

  now(): number {
    return this.#now;
  }

  random(): number {
    return this.#random();
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, milliseconds), order: this.#order++, callback };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.after(milliseconds, resolve));
  }

  /** How many timers are set; each would keep a process running. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Sets it back, as a wall clock may be. */
  jump(milliseconds: number): void {
    this.#now += milliseconds;
  }

  /** Lets time pass until `work` is over. @throws Error where nothing is left to wait for */
  async run<T>(work: Promise<T>): Promise<T> {
    let isOver = false;
    const over = () => void (isOver = true);
    work.then(over, over);
    for (;;) {
      await drainMicrotasks();
      if (isOver) return work;
      if (!this.#fireNext()) throw new Error('everybody waits, and no timer is set');
    }
  }

  /** Lets so much time pass. */
  async pass(milliseconds: number): Promise<void> {
    await this.run(this.sleep(milliseconds));
    await drainMicrotasks();
  }

  #fireNext(): boolean {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      const isEarlier =
        next === undefined ||
        timer.at < next.at ||
        (timer.at === next.at && timer.order < next.order);
      if (isEarlier) next = timer;
    }
    if (next === undefined) return false;
    this.#timers.delete(next);
    this.#now = Math.max(this.#now, next.at);
    next.callback();
    return true;
  }
}

async function drainMicrotasks(): Promise<void> {
  await new Promise(setImmediate);
}
