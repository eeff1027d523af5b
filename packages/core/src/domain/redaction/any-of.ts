/** An expression that finds any of some texts as they stand, the longest first; undefined where there are none. */
export function anyOf(texts: Iterable<string>): RegExp | undefined {
  const longestFirst = [...new Set(texts)]
    .filter((text) => text !== '')
    .sort((a, b) => b.length - a.length)
    .map((text) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
  return longestFirst.length === 0 ? undefined : new RegExp(longestFirst.join('|'), 'g');
}
