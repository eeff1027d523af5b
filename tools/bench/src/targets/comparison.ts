/** One thing that was promised, and what became of it. */
export interface Target {
  readonly what: string;
  /** What the other implementation has in the same run; `-` where there is none. */
  readonly other: string;
  readonly target: string;
  readonly keyturn: string;
  /** Undefined where one of the two figures that it takes was not measured. */
  readonly met: boolean | undefined;
}

/** A number that must not be larger than a limit; undefined where one of them was not measured. */
export interface Comparison {
  readonly what: string;
  readonly other?: string | undefined;
  readonly target: string;
  readonly ours: number | undefined;
  readonly limit: number | undefined;
  /** How `ours` is written; default: as it is. */
  readonly shown?: string | undefined;
}

/** Whether the number keeps to its limit. */
export function judge({ what, other = '-', target, ours, limit, shown }: Comparison): Target {
  return {
    what,
    other,
    target,
    keyturn: shown ?? (ours === undefined ? '-' : `${ours}`),
    met: ours === undefined || limit === undefined ? undefined : ours <= limit,
  };
}

/** A time that must not be more than `most` times the other's of the same run, both in milliseconds. */
export function compareTimes(
  what: string,
  ours: number | undefined,
  theirs: number | undefined,
  most: number,
): Comparison {
  const target = `≤ ${most} ×`;
  if (ours === undefined) return { what, target, ours, limit: undefined };
  const shown = `${ours.toFixed(1)} ms`;
  if (theirs === undefined) return { what, target, ours, limit: undefined, shown };
  return {
    what,
    other: `${theirs.toFixed(1)} ms`,
    target,
    ours,
    limit: most * theirs,
    shown: `${shown}, ${(ours / theirs).toFixed(2)} ×`,
  };
}
