import type { Figures, Run } from '../figures.js';
import { compareTimes, type Comparison } from './comparison.js';

const MOST_MEMORY = 1.9;

/** Bytes, memory, and what many rotations at once take. */
export function compareResources(run: Run): Comparison[] {
  return [...bytes(run), memory(run), ...fleet(run)];
}

function bytes({ bytes: { bare, functions } }: Run): Comparison[] {
  const largest = Math.max(...functions.map((of) => of.bytes));
  const zip = Math.max(...functions.map((of) => of.zip));
  const compare = (what: string, ours: number, limit: number) => ({
    what,
    target: `≤ ${limit} bytes`,
    ours,
    limit,
  });
  return [
    compare('larger bundle, minified, over a bare AWS SDK and pg', largest - bare, 90_000),
    compare('larger bundle, minified', largest, 520_000),
    compare('larger bundle as a zip', zip, 170_000),
  ];
}

function memory({ keyturn, other }: Run): Comparison {
  const [ours, theirs] = [memoryOf(keyturn), memoryOf(other)];
  return {
    what: 'peak memory in units of bare Node',
    other: theirs?.shown,
    target: `aim ≤ ${MOST_MEMORY}`,
    ours: ours?.units,
    limit: MOST_MEMORY,
    shown: ours?.shown,
  };
}

function memoryOf(figures: Figures | undefined): { units: number; shown: string } | undefined {
  const { peakKb, barePeakKb } = figures?.coldStart[0] ?? {};
  if (peakKb === undefined || barePeakKb === undefined) return undefined;
  const units = peakKb.median / barePeakKb.median;
  return { units, shown: `${units.toFixed(2)} (${(peakKb.median / 1024).toFixed(1)} MB)` };
}

function fleet({ keyturn: { fleet: ours }, other }: Run): Comparison[] {
  const theirs = other?.fleet;
  const what = `${ours.secrets} first alternating rotations, ${ours.atOnce} at once`;
  return [
    {
      what: `${what}: failed`,
      other: theirs?.failed.toString(),
      target: '0',
      ours: ours.failed,
      limit: 0,
    },
    compareTimes(`${what}: client CPU each`, ours.cpuMsPerRotation, theirs?.cpuMsPerRotation, 1),
  ];
}
