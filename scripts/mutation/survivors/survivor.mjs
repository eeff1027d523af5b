// What survived in a report of Stryker's, as entries that stay the same when lines shift.
import { createHash } from 'node:crypto';

const SURVIVED = new Set(['Survived', 'NoCoverage']);
const MOST_SHOWN = 70;

/**
 * The survivors of Stryker's JSON report, one entry per file, mutator, text and replacement. `places` counts how often
 * the same change survives in the same file: nothing but lines could tell these apart.
 *
 * @param report the parsed `mutation.json`
 * @param folder what the names of files are relative to, such as `packages/core/src/`
 */
export function survivorsIn(report, folder) {
  const byKey = new Map();
  for (const [path, { source, mutants }] of Object.entries(report.files)) {
    const lines = source.split(/\r?\n/);
    for (const { location, mutatorName: mutator, replacement, status } of mutants) {
      if (!SURVIVED.has(status)) continue;
      const file = path.startsWith(folder) ? path.slice(folder.length) : path;
      const survivor = {
        file,
        mutator,
        from: shown(textAt(lines, location)),
        to: shown(replacement),
      };
      const key = keyOf(survivor);
      byKey.set(key, { ...survivor, places: (byKey.get(key)?.places ?? 0) + 1 });
    }
  }
  return [...byKey.values()];
}

/** Two survivors are the same where these are, wherever they stand in the file. */
export const keyOf = ({ file, mutator, from, to }) => JSON.stringify([file, mutator, from, to]);

/** One line of text without the indentation of the source; of a long one the beginning and a hash of all of it. */
export function shown(text) {
  const line = text.replace(/\s+/g, ' ').trim();
  if (line.length <= MOST_SHOWN) return line;
  const hash = createHash('sha256').update(line).digest('hex').slice(0, 8);
  return `${line.slice(0, MOST_SHOWN - 10).trimEnd()}… #${hash}`;
}

/** Stryker counts lines and columns from 1; the end is behind the last character. */
function textAt(lines, { start, end }) {
  const text = lines.slice(start.line - 1, end.line);
  text[text.length - 1] = text[text.length - 1].slice(0, end.column - 1);
  text[0] = text[0].slice(start.column - 1);
  return text.join('\n');
}
