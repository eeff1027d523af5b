import type { Figures, Run } from '../figures.js';
import type { Comparison } from './comparison.js';

type Count = 'levels' | 'calls' | 'connections' | 'refused';

const SUPERUSER = 'alternating with KEYTURN_SUPERUSER_SECRET';

/** Which rows of the counts, by the beginning of their kind, must not be above what. */
const LIMITS: readonly (readonly [what: string, kind: string, count: Count, limit: number])[] = [
  ['levels of sequential API calls: single', 'single, ', 'levels', 7],
  ['levels of sequential API calls: alternating', 'alternating, ', 'levels', 9],
  [`levels of sequential API calls: ${SUPERUSER}`, SUPERUSER, 'levels', 7],
  ['API calls: single, one process', 'single, later, one process', 'calls', 9],
  ['API calls: alternating, one process', 'alternating, later, one process', 'calls', 11],
  ['API calls: single, fresh processes', 'single, later, fresh processes', 'calls', 15],
  ['API calls: alternating, fresh processes', 'alternating, later, fresh processes', 'calls', 18],
  ...(
    [
      ['single, later, one process', 3],
      ['alternating, first, one process', 4],
      ['alternating, later, one process', 5],
      ['single, later, fresh processes', 4],
      ['alternating, first, fresh processes', 5],
      ['alternating, later, fresh processes', 6],
    ] as const
  ).map(([kind, limit]) => [`database connections: ${kind}`, kind, 'connections', limit] as const),
  ['database connections refused: single', 'single, ', 'refused', 0],
  ['database connections refused: alternating', 'alternating, ', 'refused', 0],
];

/** Calls, levels and connections, which are exact on any machine. */
export function compareRoundTrips({ keyturn, other }: Run): Comparison[] {
  return LIMITS.map(([what, kind, count, limit]) => ({
    what,
    other: most(other, kind, count)?.toString(),
    target: limit === 0 ? '0' : `≤ ${limit}`,
    ours: most(keyturn, kind, count),
    limit,
  }));
}

function most(figures: Figures | undefined, kind: string, count: Count): number | undefined {
  const rows = figures?.calls.filter((row) => row.kind.startsWith(kind)) ?? [];
  return rows.length === 0 ? undefined : Math.max(...rows.map((row) => row[count]));
}
