const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * Milliseconds of a number, or of a text such as `30d`, `4h`, `90s`.
 *
 * @throws TypeError for anything else, and for what is negative.
 */
export function parseDuration(duration: unknown): number {
  if (typeof duration === 'number' && Number.isFinite(duration) && duration >= 0) return duration;
  const [, count, unit] = /^(\d+)\s*(ms|s|m|h|d)$/.exec(String(duration)) ?? [];
  if (count === undefined || unit === undefined) {
    throw new TypeError('a duration is a number of milliseconds or a text such as 30d, 4h or 90s');
  }
  return Number(count) * (UNITS[unit] ?? 1);
}
