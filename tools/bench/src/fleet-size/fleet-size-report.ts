import { table } from '../markdown.js';
import type { Spread } from '../statistics.js';
import type { FleetSizeRun } from './measure-fleet-size.js';

/** The run as a table. */
export function fleetSizeToMarkdown({ at, machine, barePeakKb, concurrency, sizes }: FleetSizeRun) {
  const bare = megabytes(barePeakKb).toFixed(0);
  return [
    `Measured ${at} on ${machine}. Medians, with the 10th and the 90th percentile in parentheses; ${concurrency} rotations at once; bare Node takes ${bare} MB.`,
    table(
      [
        'secrets',
        'rotated per second',
        'whole command, s',
        'peak memory, MB',
        'CPU per secret, ms',
      ],
      sizes.map(({ secrets, perSecond, seconds, peakKb, cpuMsPerSecret }) => [
        secrets.toLocaleString('en'),
        show(perSecond, 0),
        show(seconds, 1),
        show(peakKb, 0, megabytes),
        show(cpuMsPerSecret, 1),
      ]),
    ),
  ].join('\n\n');
}

export function megabytes(kb: number): number {
  return kb / 1_024;
}

function show({ median, low, high }: Spread, digits: number, unit = (n: number) => n): string {
  const [middle, from, to] = [median, low, high].map((n) => unit(n).toFixed(digits));
  return `${middle} (${from} to ${to})`;
}
