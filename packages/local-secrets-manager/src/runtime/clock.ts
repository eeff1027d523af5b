/** Where dates come from; never used for waiting. Epoch milliseconds. */
export interface ServiceClock {
  readonly kind: 'system' | 'manual';
  now(): number;
  /** Called once per request, so that a manual clock gives each change its own date. */
  tick(): void;
  /** Moves a manual clock forward. @throws RangeError for the system clock and for steps back. */
  set(instant: number): void;
}

export const machineClock = (): ServiceClock => ({
  kind: 'system',
  now: () => Date.now(),
  tick: () => undefined,
  set: () => {
    throw new RangeError('the system clock cannot be set: start with a manual clock or a seed');
  },
});

/** Stands still but for one millisecond per request. */
export function manualClock(start: number): ServiceClock {
  let instant = start;
  return {
    kind: 'manual',
    now: () => instant,
    tick: () => {
      instant += 1;
    },
    set: (next) => {
      if (!(next >= instant)) throw new RangeError('a clock moves forward only');
      instant = next;
    },
  };
}
