import { ROTATION_STEPS } from '@keyturn/core';
import { exploreDeliveries, PLACES, type InterleavingResult } from '../proofs/interleavings.js';
import { MemoryWorld } from '../worlds/memory-world.js';
import { prepare, ROTATIONS, STRATEGIES } from '../worlds/prepare.js';
import type { Cell, ProofReport } from './table.js';

const HEAD = [
  'strategy',
  'rotation',
  'first delivery',
  'second delivery',
  'run to the end',
  'met a state seen before',
  'both succeeded',
  'one yielded, retry succeeded',
  'wrong',
];

/** Two deliveries of one step, and of a step beside an earlier one that is late. */
export async function reportDeliveries(): Promise<ProofReport> {
  const began = performance.now();
  const twice: (readonly Cell[])[] = [];
  const late: (readonly Cell[])[] = [];
  const missed: string[] = [];
  for (const strategy of STRATEGIES) {
    for (const rotation of ROTATIONS) {
      const start = (await prepare(new MemoryWorld(), strategy, rotation)).snapshot();
      for (const [index, step] of ROTATION_STEPS.entries()) {
        for (const other of ROTATION_STEPS.slice(0, index + 1)) {
          const results: InterleavingResult[] = [];
          for (const place of PLACES) {
            const result = await exploreDeliveries({ strategy, start, step, other, place });
            const where = `${strategy.name}, ${rotation} rotation, ${step} beside ${other}, ${place}`;
            missed.push(...result.wrong.map((what) => `${where}: ${what}`));
            results.push(result);
          }
          const row = [strategy.name, rotation, step, other, ...totals(results)];
          (step === other ? twice : late).push(row);
        }
      }
    }
  }
  return {
    tables: [
      { id: 'twice', title: 'Two deliveries of one step, same token', head: HEAD, rows: twice },
      { id: 'late', title: 'A step beside an earlier one that is late', head: HEAD, rows: late },
    ],
    missed,
    durationMs: performance.now() - began,
  };
}

function totals(results: readonly InterleavingResult[]): readonly number[] {
  const sum = (of: (result: InterleavingResult) => number): number =>
    results.reduce((total, result) => total + of(result), 0);
  return [
    sum(({ schedules }) => schedules),
    sum(({ pruned }) => pruned),
    sum(({ bothSucceeded }) => bothSucceeded),
    sum(({ yielded }) => yielded),
    sum(({ wrong }) => wrong.length),
  ];
}
