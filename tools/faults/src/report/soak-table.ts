import type { SoakReport, SoakSample } from '../soak/run-soak.js';
import type { Table } from './table.js';

/** How much more the heap may hold at the end than after the first quarter, in MB; noise is below one. */
const MOST_GROWTH_MB = 3;

/** The figures of a long run. */
export function tableOfSoak(report: SoakReport, handles: number): Table {
  const { early, late } = compareMemory(report.samples);
  return {
    id: 'soak',
    title: 'Many rotations in one process, with faults',
    head: ['what', 'figure'],
    rows: [
      ['rotations', report.rotations],
      ['of these over real Postgres and the local Secrets Manager', report.real],
      ['befallen by a fault', report.faults],
      ['started over with a fresh token', report.startedOver],
      ['never completed', report.stuck],
      ['lockouts', report.lockouts],
      ['sessions and connections left open', report.leaks],
      ['handles left open', Math.max(0, handles)],
      ['heap after the first quarter, MB', round(early.heapMb)],
      ['heap at the end, MB', round(late.heapMb)],
      ['resident after the first quarter, MB', round(early.rssMb)],
      ['resident at the end, MB', round(late.rssMb)],
      ['minutes', round(report.durationMs / 60_000)],
    ],
  };
}

/** The targets that a run misses, in words. */
export function missedBySoak(report: SoakReport, handles: number): readonly string[] {
  const missed: string[] = [];
  if (report.lockouts > 0) missed.push(`${report.lockouts} lockouts`);
  if (report.stuck > 0) missed.push(`${report.stuck} rotations never completed`);
  if (report.leaks > 0) missed.push(`${report.leaks} sessions or connections left open`);
  if (handles > 0) missed.push(`${handles} handles left open`);
  const { early, late } = compareMemory(report.samples);
  const growth = late.heapMb - early.heapMb;
  if (growth > MOST_GROWTH_MB) missed.push(`the heap grew by ${growth.toFixed(1)} MB`);
  return missed;
}

/** The state after the first quarter, when everything is loaded and warm, and the last. */
function compareMemory(samples: readonly SoakSample[]): { early: SoakSample; late: SoakSample } {
  const early = samples[Math.floor((samples.length - 1) / 4)];
  const late = samples.at(-1);
  if (early === undefined || late === undefined) throw new TypeError('nothing was measured');
  return { early, late };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
