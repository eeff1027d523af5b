import { joinShown, show, showWord, type Shown } from './shown.js';

/** Labels in a row, of which none can look like two. */
export function labelsShown(labels: Iterable<string>): Shown {
  const sorted = [...labels].sort();
  return sorted.length === 0 ? show`-` : joinShown(sorted.map(showWord), ' ');
}
