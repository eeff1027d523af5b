/** The last so many of something, oldest first. */
export interface RecentList<T> {
  add(entry: T): void;
  entries(): readonly T[];
  clear(): void;
}

/** @param kept how many there are at most, at least 1 */
export function createRecentList<T>(kept: number): RecentList<T> {
  let entries: T[] = [];
  return {
    add(entry) {
      entries.push(entry);
      // Cut now and then, not with every entry.
      if (entries.length >= 2 * kept) entries = entries.slice(-kept);
    },
    entries: () => entries.slice(-kept),
    clear: () => {
      entries = [];
    },
  };
}
