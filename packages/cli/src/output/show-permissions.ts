import {
  describeName,
  describeOwned,
  describePermissions,
  describeRevocations,
  extraNote,
  type DatabasePermissionPlan,
  type SecretPermissionPlan,
} from '@keyturn/core';
import type { Screen } from '../terminal.js';
import { marked, MARKS, showMarked, showSql, type Mark, type Marked } from './permission-marks.js';
import { messageOf } from './message-of.js';
import { styled } from './style.js';
import { wrap } from './wrap.js';
import { show, type Showable } from './shown.js';

type Planned = Extract<SecretPermissionPlan, { readonly kind: 'planned' }>;

/** Shows how two users differ, database by database; a `plan` has the SQL besides. */
export function showPermissions(
  terminal: Screen,
  secretId: string,
  plan: Planned,
  what: 'plan' | 'diff',
): void {
  const { source, target, targetExists, equal, databases } = plan;
  const say = (text: Showable): void => terminal.out(show`${wrap(text, terminal.columns)}\n`);
  const yet = targetExists ? '' : ', which does not exist yet';
  say(
    `${secretId}: ${describeName(target)}${yet} beside ${describeName(source)}, whose permissions count`,
  );
  say(sentenceAbout(plan));
  for (const database of databases) {
    terminal.out(
      show`\n${styled(terminal, 'bold', `Database ${describeName(database.database)}`)}\n`,
    );
    showDifferences(terminal, database);
    if (what === 'plan') showStatements(terminal, plan, database);
  }
  terminal.out(show`\n`);
  const legend = legendFor(databases);
  if (legend !== '') say(legend);
  const reasons = new Set(databases.flatMap(({ staysBecause }) => staysBecause));
  for (const reason of reasons) say(extraNote(reason));
  const stopsWith = databases[0]?.stopsWith;
  if (stopsWith !== undefined) {
    say(`The next rotation would stop: ${messageOf(stopsWith)} (${stopsWith.code})`);
  }
  const verdict = equal
    ? styled(terminal, 'green', 'Equal.')
    : styled(terminal, 'yellow', 'Not equal.');
  const hint = what === 'plan' || equal ? '' : ' `keyturn permissions plan` has the SQL.';
  say(show`${verdict}${hint} Nothing was changed.`);
}

function sentenceAbout({ policy, applies }: Planned): string {
  if (applies) return `Policy ${policy}.`;
  return policy === 'none'
    ? 'Policy none: no rotation changes any of this. Below is what add-missing would do.'
    : `Policy ${policy}: the clone is there, so no rotation changes any of this. Below is what add-missing would do.`;
}

function differences(plan: DatabasePermissionPlan): readonly Marked[] {
  return [
    ...plan.mutual.flatMap(({ user, permissions }) =>
      marked(
        '+',
        describePermissions(permissions).map((text) => `${describeName(user)} ${text}`),
      ),
    ),
    ...marked('+', describePermissions(plan.grant)),
    ...marked('-', describeRevocations(plan.revoke)),
    ...marked('~', describeRevocations(plan.replaced)),
    ...marked('!', describeRevocations(plan.extra)),
    ...marked('=', describePermissions(plan.flattened)),
    ...plan.owned.flatMap(({ user, objects }) =>
      marked(
        '@',
        objects.map((object) => `${describeName(user)} owns ${describeOwned(object)}`),
      ),
    ),
    ...marked('?', plan.notCompared === undefined ? [] : [plan.notCompared]),
    ...marked(
      '?',
      plan.notChecked.map(({ kind, reason }) => `${kind}: ${reason}`),
    ),
  ];
}

function showDifferences(terminal: Screen, plan: DatabasePermissionPlan): void {
  const all = differences(plan);
  if (all.length === 0) return terminal.out(show`  no difference\n`);
  showMarked(terminal, all);
}

function legendFor(databases: readonly DatabasePermissionPlan[]): string {
  const used = new Set(databases.flatMap(differences).map(([mark]) => mark));
  const marks = (Object.keys(MARKS) as Mark[]).filter((mark) => used.has(mark));
  return marks.map((mark) => `${mark} ${MARKS[mark]}`).join('; ');
}

function showStatements(
  terminal: Screen,
  { applies }: Planned,
  plan: DatabasePermissionPlan,
): void {
  const { mutual, statements, revokeExtra, revokeFlattened, stopsWith } = plan;
  showSql(
    terminal,
    applies && stopsWith === undefined ? 'The next rotation runs:' : 'It would run:',
    [...mutual.flatMap((each) => each.statements), ...statements],
  );
  showSql(terminal, 'To take what goes beyond from both, so that it stays away:', revokeExtra);
  showSql(
    terminal,
    'To take from both what also comes through PUBLIC, a group or a role:',
    revokeFlattened,
  );
}
