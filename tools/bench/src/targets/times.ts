import type { Figures, Run } from '../figures.js';
import { compareTimes, type Comparison } from './comparison.js';

const MOST_UNITS = [
  ['20', 2.8],
  ['24', 5],
] as const;

/** Times, as shares of the other's of the same run and of nothing else; cold starts in units of bare Node. */
export function compareAllTimes({ keyturn, other }: Run): Comparison[] {
  const gap = (what: string, apiMs: number, betweenMs: number, most: number) =>
    compareTimes(
      what,
      gapOf(keyturn.gap, apiMs, betweenMs),
      gapOf(other?.gap, apiMs, betweenMs),
      most,
    );
  const warm = ['single', 'alternating, cloning', 'alternating, later'].map((kind) =>
    compareTimes(
      `warm rotation, API latency 10 ms: ${kind}`,
      warmOf(keyturn, kind),
      warmOf(other, kind),
      0.6,
    ),
  );
  return [
    ...warm,
    gap('sign-in gap, 200 ms between steps', 0, 200, 0.15),
    gap('sign-in gap, API latency 10 ms', 10, 0, 0.5),
    gap('sign-in gap, no latency', 0, 0, 1.5),
    ...coldStarts(keyturn, other),
  ];
}

function warmOf(figures: Figures | undefined, kind: string): number | undefined {
  return figures?.warm.find((row) => row.kind === kind && row.apiMs === 10)?.ms.median;
}

function gapOf(
  rows: Figures['gap'] | undefined,
  apiMs: number,
  betweenMs: number,
): number | undefined {
  return rows?.find((row) => row.apiMs === apiMs && row.betweenStepsMs === betweenMs)?.ms.median;
}

function coldStarts(keyturn: Figures, other: Figures | undefined): Comparison[] {
  return MOST_UNITS.map(([major, limit]) => {
    const units = (figures: Figures | undefined) =>
      figures?.coldStart.find(({ node }) => node.startsWith(`v${major}.`))?.units;
    return {
      what: `cold start in units of bare Node ${major}`,
      other: units(other)?.toFixed(2),
      target: `≤ ${limit}`,
      ours: units(keyturn),
      limit,
      shown: units(keyturn)?.toFixed(2),
    };
  });
}
