import { quoteIdentifier } from '../quoting.js';
import { objectFamily } from './object-family.js';
import { text } from './rows.js';

/** USAGE of procedural languages: SVV_LANGUAGE_PRIVILEGES. */
export const languagePermissions = objectFamily<'language'>({
  view: 'svv_language_privileges',
  privileges: { known: ['USAGE'], ignored: [] },
  permission: (row, privilege, grantable) => ({
    kind: 'language',
    language: text(row, 'language_name'),
    privilege,
    grantable,
  }),
  phrase: ({ language }) => ({ on: 'ON LANGUAGE', object: quoteIdentifier(language) }),
  objectsAtOnce: 100,
});
