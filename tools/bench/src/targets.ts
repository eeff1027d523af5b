import type { Run } from './figures.js';
import { table } from './markdown.js';
import { judge, type Target } from './targets/comparison.js';
import { compareResources } from './targets/resources.js';
import { compareRoundTrips } from './targets/round-trips.js';
import { compareAllTimes } from './targets/times.js';

/** Every target of the project for what a rotation costs. */
export function targetsOf(run: Run): Target[] {
  return [...compareRoundTrips(run), ...compareAllTimes(run), ...compareResources(run)].map(judge);
}

/** The targets as a table. */
export function targetsToMarkdown(run: Run): string {
  return table(
    ['what', 'target', 'keyturn', run.other?.name ?? 'the other', 'met'],
    targetsOf(run).map(({ what, other, target, keyturn, met }) => [
      what,
      target,
      keyturn,
      other,
      met === undefined ? 'not measured' : met ? 'yes' : '**no**',
    ]),
  );
}
