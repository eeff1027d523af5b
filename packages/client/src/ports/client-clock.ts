import { systemClock, type Clock } from '@keyturn/core';

/** Time as the client sees it: what core's clock has, and calls that can be called off. */
export interface ClientClock extends Clock {
  /**
   * Calls `callback` once after so many milliseconds.
   * @param holds whether the process has to stay for it, as it does while somebody waits. Default true.
   * @returns calls it off; safe to repeat
   */
  after(milliseconds: number, callback: () => void, holds?: boolean): () => void;
}

/** The machine's own time. */
export const systemClientClock: ClientClock = {
  ...systemClock,
  after(milliseconds, callback, holds = true) {
    const timer = setTimeout(callback, milliseconds);
    if (!holds) timer.unref();
    return () => clearTimeout(timer);
  },
};
