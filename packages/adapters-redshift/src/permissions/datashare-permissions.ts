import { quoteIdentifier } from '../quoting.js';
import { objectFamily } from './object-family.js';
import { text } from './rows.js';

/** Permissions to change and share datashares: SVV_DATASHARE_PRIVILEGES. */
export const datasharePermissions = objectFamily<'datashare'>({
  view: 'svv_datashare_privileges',
  privileges: { known: ['ALTER', 'SHARE'], ignored: [] },
  permission: (row, privilege, grantable) => ({
    kind: 'datashare',
    datashare: text(row, 'datashare_name'),
    privilege,
    grantable,
  }),
  phrase: ({ datashare }) => ({ on: 'ON DATASHARE', object: quoteIdentifier(datashare) }),
  objectsAtOnce: 1,
});
