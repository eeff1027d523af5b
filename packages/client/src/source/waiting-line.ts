import type { ClientClock } from '../ports/client-clock.js';

/** A caller who waits for something until a deadline. */
interface Waiter<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

/** Callers in the order they came; each leaves by itself when its time is over. */
export class WaitingLine<T> {
  readonly #waiters = new Set<Waiter<T>>();
  readonly #clock: ClientClock;

  constructor(clock: ClientClock) {
    this.#clock = clock;
  }

  get length(): number {
    return this.#waiters.size;
  }

  /** Resolves when it is this caller's turn; rejects with `late()` at the deadline. */
  join(deadlineAt: number, late: () => Error): Promise<T> {
    return new Promise((resolve, reject) => {
      const left = Math.max(0, deadlineAt - this.#clock.now());
      const callOff = this.#clock.after(left, () => {
        this.#waiters.delete(waiter);
        reject(late());
      });
      const waiter: Waiter<T> = {
        resolve: (value) => {
          callOff();
          resolve(value);
        },
        reject: (error) => {
          callOff();
          reject(error);
        },
      };
      this.#waiters.add(waiter);
    });
  }

  /** Lets the caller in front go. */
  serve(value: T): void {
    const waiter = this.#front();
    if (waiter !== undefined) waiter.resolve(value);
  }

  /** Sends everybody away, each with an error of its own. @returns how many there were */
  dismiss(error: () => Error): number {
    const count = this.#waiters.size;
    for (let waiter = this.#front(); waiter !== undefined; waiter = this.#front()) {
      waiter.reject(error());
    }
    return count;
  }

  #front(): Waiter<T> | undefined {
    for (const waiter of this.#waiters) {
      this.#waiters.delete(waiter);
      return waiter;
    }
    return undefined;
  }
}
