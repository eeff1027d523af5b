import { DatabaseError } from '@keyturn/core';
import { cutText } from '../errors/cut-text.js';
import { quoteIdentifier, quoteLiteral } from '../quoting.js';
import type { PermissionFamily, PermissionOf } from './permission-family.js';
import { splitNameList } from './text-array.js';

/** What ALTER USER ... SET has set for the user's sessions. */
export const userSettings: PermissionFamily<'setting'> = {
  shownTo: 'grantee',
  inherits: false,
  async read({ attributes }) {
    const found = await attributes();
    const permissions = (found?.settings ?? []).map((entry) => {
      const at = entry.indexOf('=');
      const [setting, value] = [entry.slice(0, at).toLowerCase(), entry.slice(at + 1)];
      return { kind: 'setting', setting, value, grantable: false } as const;
    });
    return { permissions, problems: [] };
  },
  writable: ({ setting }) => NAME.test(setting),
  grant: (settings, { user }) => settings.map((setting) => set(user, setting)),
  revoke: (revocations, { user }) =>
    revocations.map(({ permission: { setting }, instead }) =>
      instead?.kind === 'setting'
        ? set(user, instead)
        : `ALTER USER ${quoteIdentifier(user)} RESET ${checkedName(setting)}`,
    ),
};

function set(user: string, { setting, value }: PermissionOf<'setting'>): string {
  return `ALTER USER ${quoteIdentifier(user)} SET ${checkedName(setting)} TO ${write(setting, value)}`;
}

/** A search path is a list: as one literal it would be one schema of a long name. */
function write(setting: string, value: string): string {
  if (setting !== 'search_path') return quoteLiteral(value);
  return splitNameList(value).map(quoteLiteral).join(', ');
}

const NAME = /^[a-z_][a-z0-9_.]*$/;

/** Names of settings cannot be quoted. */
function checkedName(setting: string): string {
  if (NAME.test(setting)) return setting;
  throw new DatabaseError({
    code: 'KEYTURN_DATABASE_STATEMENT_FAILED',
    message: `The setting ${JSON.stringify(cutText(setting))} was not put into a statement.`,
    remedy: 'Set it by hand for both users.',
  });
}
