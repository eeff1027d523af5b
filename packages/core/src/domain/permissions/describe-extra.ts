import type { ExtraReason } from './permission-work.js';

/** What has to be said wherever permissions that go beyond are reported. */
export const EXTRA_NOTE =
  'If only one user has a permission, a later rotation grants it to the other. To remove a permission, revoke it from both users.';

const REASONS: Readonly<Record<ExtraReason, string>> = {
  policy: '',
  'no-superuser':
    'Nothing was taken away, because the superuser secret names no superuser, and others are not shown everything.',
  'not-read-whole': 'It was not taken away, because not everything of its kind could be read.',
  'too-many':
    'Nothing was taken away in any database, because it would have been more than the settings allow for one rotation.',
  'seen-once': 'It was not taken away, because a second look did not find it again.',
  locked: 'It was not taken away in time, because something holds a lock.',
};

/** The note about permissions that stay, and why reconcile did not take them, if it could have. */
export function extraNote(reason: ExtraReason): string {
  return [REASONS[reason], EXTRA_NOTE].filter((text) => text !== '').join(' ');
}
