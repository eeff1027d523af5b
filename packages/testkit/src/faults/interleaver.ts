import { setImmediate } from 'node:timers/promises';
import type { CallHook, CallOutcome, PortCall } from './with-call-points.js';

/** Something that makes port calls, over ports that it has wrapped with the hook it is given. */
export type InterleavedTask<T> = (hook: CallHook) => Promise<T>;

/** A call that a task has made, and what it learnt from it. */
export interface Observation {
  readonly call: PortCall;
  readonly outcome: CallOutcome;
}

/** How long a task may neither make a call nor end, in milliseconds of real time. */
const PATIENCE_MS = 30_000;

/** Runs tasks side by side; each goes from one port call to the next only when it is given a turn. */
export class Interleaver<T> {
  readonly #lanes: readonly Lane<T>[];

  constructor(tasks: readonly InterleavedTask<T>[]) {
    this.#lanes = tasks.map((task) => new Lane(task));
  }

  /** Lets every task come to its first call. */
  start(): Promise<void> {
    return this.#settle();
  }

  /** The tasks that have not ended. */
  get running(): readonly number[] {
    return [...this.#lanes.keys()].filter((i) => this.#lanes[i]?.result === undefined);
  }

  /** Lets a task make the call it waits for, or all calls that it makes in parallel, and come to the next. */
  async turn(task: number): Promise<void> {
    this.#lane(task).release();
    await this.#settle();
  }

  /** What a task has learnt so far. */
  observations(task: number): readonly Observation[] {
    return this.#lane(task).observations;
  }

  /** How each task ended, in their order. Throws `TypeError` while one is running. */
  results(): PromiseSettledResult<T>[] {
    return this.#lanes.map(({ result }) => {
      if (result === undefined) throw new TypeError('a task is still running');
      return result;
    });
  }

  #lane(task: number): Lane<T> {
    const lane = this.#lanes[task];
    if (lane === undefined) throw new RangeError(`there is no task ${task}`);
    return lane;
  }

  async #settle(): Promise<void> {
    const latest = Date.now() + PATIENCE_MS;
    do {
      // All promise callbacks run before this resolves, so a task over in-memory ports needs one round only.
      await setImmediate();
      if (Date.now() > latest) throw new Error('a task neither calls a port nor ends');
    } while (!this.#lanes.every((lane) => lane.atRest));
  }
}

class Lane<T> {
  readonly observations: Observation[] = [];
  result: PromiseSettledResult<T> | undefined;
  #waiting: (() => void)[] = [];
  #inFlight = 0;

  constructor(task: InterleavedTask<T>) {
    const hook: CallHook = {
      before: () => new Promise((resolve) => void this.#waiting.push(resolve)),
      after: (call, outcome) => {
        this.#inFlight -= 1;
        this.observations.push({ call, outcome });
      },
    };
    void Promise.allSettled([task(hook)]).then(([result]) => {
      this.result = result;
    });
  }

  get atRest(): boolean {
    return this.result !== undefined || (this.#inFlight === 0 && this.#waiting.length > 0);
  }

  release(): void {
    const released = this.#waiting;
    this.#waiting = [];
    this.#inFlight += released.length;
    for (const goOn of released) goOn();
  }
}
