import type { SettingTable } from './setting-row.js';

/** How many letters may be wrong, missing or too many. */
const MOST_EDITS = 2;
/** How much of a name has to be right where the rest is missing or too much. */
const LEAST_PART = 5;

/** The key that somebody meant: a slip of the pen, a part of it, or its variable. Undefined where none is near. */
export function closestName(given: string, table: SettingTable): string | undefined {
  const wanted = plain(given.slice(0, 60));
  const ranked = Object.entries(table).map(([key, { variable }]) => ({
    key,
    edits: plain(variable) === wanted ? 0 : editsBetween(wanted, plain(key)),
  }));
  ranked.sort((a, b) => a.edits - b.edits);
  const [best] = ranked;
  if (best !== undefined && best.edits <= MOST_EDITS) return best.key;
  return Object.keys(table).find((key) => isPartOf(wanted, plain(key)));
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

function isPartOf(one: string, other: string): boolean {
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return short.length >= LEAST_PART && long.includes(short);
}

/** Levenshtein's distance. */
function editsBetween(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...to].entries()) {
      const [left = 0, above = 0, corner = 0] = [next[j], row[j + 1], row[j]];
      next.push(Math.min(left + 1, above + 1, corner + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
