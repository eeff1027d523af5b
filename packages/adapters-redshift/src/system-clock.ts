import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '@keyturn/core';

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds) => sleep(milliseconds),
  random: () => Math.random(),
};
