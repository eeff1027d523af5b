import type { FleetProgress } from '@keyturn/core';
import type { Screen } from '../terminal.js';
import { progressLine } from './progress-line.js';
import { show, showLines } from '../output/shown.js';

const REDRAW_MS = 250;
/** Where lines cannot be drawn over, they would fill a log. */
const LINE_MS = 10_000;

/** Shows on standard error how far a fleet is, until it is stopped. */
export interface ProgressDisplay {
  update(progress: FleetProgress): void;
  stop(): void;
}

/** Draws one line over and over on a terminal, and writes a line now and then elsewhere. */
export function showProgress(terminal: Screen): ProgressDisplay {
  const { live, columns, interrupted, err } = terminal;
  const startedAt = performance.now();
  let latest: FleetProgress | undefined;
  const clear = live ? show`\r\u001b[K` : show``;
  const draw = (): void => {
    if (latest === undefined) return;
    const line = progressLine(latest, performance.now() - startedAt, columns);
    err(live ? show`${clear}${showLines(line)}` : show`${showLines(line)}\n`);
  };
  const onInterrupt = (): void => {
    err(
      show`${clear}Stopping: ${latest?.running ?? 0} under way are waited for. Ctrl-C again ends at once.\n`,
    );
  };
  const timer = setInterval(draw, live ? REDRAW_MS : LINE_MS);
  interrupted.addEventListener('abort', onInterrupt, { once: true });
  return {
    update(progress) {
      latest = progress;
    },
    stop() {
      clearInterval(timer);
      interrupted.removeEventListener('abort', onInterrupt);
      err(clear);
    },
  };
}
