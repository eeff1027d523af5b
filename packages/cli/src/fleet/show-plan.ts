import type { ListedSecret } from '@keyturn/core';
import { showJson } from '../output/show-json.js';
import { wrap } from '../output/wrap.js';
import type { Screen } from '../terminal.js';
import type { FoundFleet } from './find-fleet.js';
import { plainSkipped, SKIP_REASONS, skippedInWords } from './fleet-report.js';
import type { ClusteredFleet } from './read-clusters.js';
import { joinShown, show } from '../output/shown.js';

/** A fleet that was found, less what an earlier run has done. */
export interface OpenFleet extends FoundFleet {
  readonly open: readonly ListedSecret[];
}

/** Every secret and what would be done to it. */
export function showFleet(terminal: Screen, json: boolean, fleet: OpenFleet): void {
  const { members, open, skipped, unseen } = fleet;
  const plain = ({ arn, name }: ListedSecret) => ({ secretId: arn, name });
  const done = members.filter((secret) => !open.includes(secret));
  if (json) {
    return showJson(terminal, {
      outcome: 'planned',
      toRotate: open.map(plain),
      alreadyRotated: done.map(plain),
      skipped: skipped.map(plainSkipped),
      failed: unseen,
    });
  }
  const lines = [
    ...open.map(({ name }) => show`rotate  ${name}`),
    ...done.map(({ name }) => show`done    ${name}`),
    ...skipped.map(({ secret, reason }) => show`skip    ${secret.name} (${SKIP_REASONS[reason]})`),
    ...unseen.map(({ secretId, code = 'unknown' }) => show`fail    ${secretId} (${code})`),
  ];
  terminal.out(joinShown(lines.map((line) => show`${line}\n`)));
  const missing = unseen.length === 0 ? '' : `; ${number(unseen.length)} not found or not visible`;
  terminal.out(show`${open.length === 0 ? 'Nothing to rotate' : number(open.length)}${missing}.\n`);
}

/** How the fleet is rotated. */
export interface Pace {
  readonly concurrency: number;
  readonly perSecond: number;
}

/** What is about to be done, before anybody is asked. */
export function showPlan(
  terminal: Screen,
  { concurrency, perSecond }: Pace,
  plan: OpenFleet & {
    readonly clustered: ClusteredFleet | undefined;
    /** When the run of the journal began. */
    readonly journalOf: string | undefined;
  },
): void {
  const { members, open, skipped, unseen, clustered, journalOf } = plan;
  const say = (text: string): void => terminal.out(show`${wrap(text, terminal.columns)}\n`);
  const [first] = members;
  if (first !== undefined) {
    const [, , , region = '', account = ''] = first.arn.split(':');
    const servers =
      clustered === undefined
        ? ''
        : `, one at a time on each of ${number(clustered.clusters, 'server')}`;
    say(
      `${number(open.length)} to rotate in ${region} of account ${account}: ${perSecond} begun per second, ${concurrency} at once${servers}.`,
    );
  }
  const done = members.length - open.length;
  if (journalOf !== undefined) {
    say(`The journal begun at ${journalOf} has ${number(done)} as rotated: they are left alone.`);
  }
  if (skipped.length > 0) say(`Skipped: ${skippedInWords(skipped)}.`);
  if (unseen.length > 0) say(`Not found, or not to be seen: ${unseen.length}.`);
  if (clustered !== undefined && clustered.unread > 0) {
    say(
      `The values of ${number(clustered.unread)} could not be read, so their servers are unknown: they are rotated one at a time. Allow GetSecretValue, or give --no-cluster-limit.`,
    );
  }
}

function number(count: number, what = 'secret'): string {
  return `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;
}
