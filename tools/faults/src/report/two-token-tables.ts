import { interleaveTokens } from '../proofs/interleaved-tokens.js';
import {
  exploreTwoTokens,
  missedByTokens,
  spanCause,
  type SpanCause,
  type TwoTokenSchedule,
} from '../proofs/two-tokens.js';
import { MemoryWorld } from '../worlds/memory-world.js';
import { prepare, ROTATIONS, STRATEGIES } from '../worlds/prepare.js';
import { LIFETIMES } from '../worlds/rotate.js';
import type { Cell, ProofReport } from './table.js';

/** Two live tokens under every schedule A^i B^j A* B*, and under every schedule there is. */
export async function reportTwoTokens(): Promise<ProofReport> {
  const began = performance.now();
  const ends: (readonly Cell[])[] = [];
  const spans: (readonly Cell[])[] = [];
  const interleaved: (readonly Cell[])[] = [];
  const missed: string[] = [];
  for (const strategy of STRATEGIES) {
    for (const rotation of ROTATIONS) {
      const start = (await prepare(new MemoryWorld(), strategy, rotation)).snapshot();
      const every = await interleaveTokens(strategy, start);
      const where = `${strategy.name}, ${rotation} rotation, every interleaving`;
      missed.push(...every.wrong.map((what) => `AWSCURRENT dead or not healed: ${where} ${what}`));
      const { schedules, pruned, current, dead, lockouts, healed } = every;
      interleaved.push([
        strategy.name,
        rotation,
        schedules,
        pruned,
        current.A,
        current.B,
        dead,
        lockouts,
        healed,
      ]);
      for (const lifetime of LIFETIMES) {
        const count = { runs: 0, completed: 0, dead: 0, lockouts: 0, healed: 0 };
        const deadFor = new Map<string, Span>();
        for await (const result of exploreTwoTokens(strategy, start, lifetime)) {
          missed.push(...missedByTokens(result, rotation));
          count.runs += 1;
          count.completed += Number(result.completed);
          count.dead += Number(result.currentDead);
          count.lockouts += Number(result.lockedOut);
          count.healed += Number(result.healedByNext);
          if (strategy.name !== 'alternating users') continue;
          for (const span of result.deadSpans) {
            const cause = spanCause(span);
            const key = `${cause}|${span.between.length}`;
            const found = deadFor.get(key) ?? { cause, calls: span.between.length, schedules: [] };
            found.schedules.push(result);
            deadFor.set(key, found);
          }
        }
        const { runs, completed, ...rest } = count;
        ends.push([
          strategy.name,
          rotation,
          lifetime,
          runs,
          completed,
          rest.dead,
          rest.lockouts,
          rest.healed,
        ]);
        for (const { cause, calls, schedules } of deadFor.values()) {
          spans.push([rotation, lifetime, cause, calls, schedules.length, inShort(schedules)]);
        }
      }
    }
  }
  return {
    tables: [
      {
        id: 'two-tokens',
        title: 'Two tokens, schedules A^i B^j A* B*',
        head: [
          'strategy',
          'rotation',
          'processes',
          'schedules',
          'B completed',
          'AWSCURRENT dead at end',
          'lockouts',
          'right after the next rotation',
        ],
        rows: ends,
      },
      {
        id: 'two-tokens-dead',
        title: 'Two tokens, alternating: AWSCURRENT dead for a while',
        head: ['rotation', 'processes', 'began with', 'port calls', 'schedules', 'which'],
        rows: spans,
      },
      {
        id: 'interleaved-tokens',
        title: 'Two tokens, every interleaving',
        head: [
          'strategy',
          'rotation',
          'run to the end',
          'met a state seen before',
          'A is current',
          'B is current',
          'AWSCURRENT dead at end',
          'lockouts',
          'right after the next rotation',
        ],
        rows: interleaved,
      },
    ],
    missed,
    durationMs: performance.now() - began,
  };
}

interface Span {
  readonly cause: SpanCause;
  readonly calls: number;
  readonly schedules: TwoTokenSchedule[];
}

/** Such as `A^4 B^19–22, A^5 B^19`; they come in order. */
function inShort(schedules: readonly TwoTokenSchedule[]): string {
  const runs: { i: number; from: number; to: number }[] = [];
  for (const { i, j } of schedules) {
    const last = runs.at(-1);
    if (last !== undefined && last.i === i && last.to === j - 1) last.to = j;
    else runs.push({ i, from: j, to: j });
  }
  return runs
    .map(({ i, from, to }) => `A^${i} B^${from === to ? from : `${from}–${to}`}`)
    .join(', ');
}
