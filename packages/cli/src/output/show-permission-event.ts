import {
  describeName,
  describeOwned,
  describePermissions,
  type RotationEvent,
} from '@keyturn/core';
import type { Screen } from '../terminal.js';
import { marked, showMarked, showSql, type Marked } from './permission-marks.js';
import { wrap } from './wrap.js';
import { show } from './shown.js';

/** An event about permissions. */
export type PermissionEvent = Extract<RotationEvent, { readonly name: `permissions.${string}` }>;

/** Tells the events about permissions from the others. */
export function isPermissionEvent(event: RotationEvent): event is PermissionEvent {
  return event.name.startsWith('permissions.');
}

const TITLES: Readonly<Record<PermissionEvent['name'], string>> = {
  'permissions.granted': 'granted to',
  'permissions.revoked': 'taken from',
  'permissions.extra': 'stays with',
  'permissions.flattened': 'not granted directly to',
  'permissions.notGranted': 'could not be granted to',
  'permissions.owned': 'belongs to',
  'permissions.notCompared': 'not compared for',
  'permissions.notChecked': 'not compared for',
};

/** Shows what a rotation did to permissions, or left alone, with the SQL that undoes it. */
export function showPermissionEvent(terminal: Screen, event: PermissionEvent): void {
  const { user, database, name } = event;
  const say = (text: string): void => terminal.out(show`${wrap(text, terminal.columns, '  ')}\n`);
  say(`${TITLES[name]} ${describeName(user)} in database ${describeName(database)}:`);
  showMarked(terminal, linesOf(event));
  if ('leftOut' in event && event.leftOut !== undefined) {
    say(`and ${event.leftOut} more; \`keyturn permissions plan\` lists all of them.`);
  }
  switch (event.name) {
    case 'permissions.revoked':
      return showSql(terminal, 'This gives it back:', event.restore);
    case 'permissions.notGranted':
      say(`${event.reason}; the next rotation tries again.`);
      return showSql(terminal, 'This grants it:', event.grant);
    case 'permissions.extra':
      say(event.note);
      return showSql(terminal, 'This takes it from both:', event.revoke);
    case 'permissions.flattened':
      return showSql(terminal, 'This takes it from both:', event.revoke);
    default:
  }
}

function linesOf(event: PermissionEvent): readonly Marked[] {
  switch (event.name) {
    case 'permissions.granted':
      return marked('+', describePermissions(event.permissions));
    case 'permissions.revoked':
      return marked('-', describePermissions(event.permissions));
    case 'permissions.notGranted':
      return marked('?', describePermissions(event.permissions));
    case 'permissions.extra':
      return marked('!', describePermissions(event.permissions));
    case 'permissions.flattened':
      return marked('=', describePermissions(event.permissions));
    case 'permissions.owned':
      return marked('@', event.objects.map(describeOwned));
    case 'permissions.notCompared':
      return marked('?', [event.reason]);
    case 'permissions.notChecked':
      return marked(
        '?',
        event.kinds.map(({ kind, reason }) => `${kind}: ${reason}`),
      );
  }
}
