/** One request as the server saw it; times are milliseconds of one clock. */
export interface SeenRequest {
  readonly operation: string;
  readonly step: string;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** The longest chain of requests of which each began after the one before had ended. */
export function levelsOf(requests: readonly SeenRequest[]): number {
  const byEnd = [...requests].sort((a, b) => a.endedAt - b.endedAt);
  const levels: { readonly endedAt: number; readonly level: number }[] = [];
  for (const { startedAt, endedAt } of byEnd) {
    const before = levels.filter((done) => done.endedAt <= startedAt);
    const level = 1 + Math.max(0, ...before.map((done) => done.level));
    levels.push({ endedAt, level });
  }
  return Math.max(0, ...levels.map(({ level }) => level));
}

/** How often each operation was asked for in each step. */
export function countsOf(
  requests: readonly SeenRequest[],
): Record<string, Readonly<Record<string, number>>> {
  const counts: Record<string, Record<string, number>> = {};
  for (const { step, operation } of requests) {
    const ofStep = (counts[step] ??= {});
    ofStep[operation] = (ofStep[operation] ?? 0) + 1;
  }
  return counts;
}
