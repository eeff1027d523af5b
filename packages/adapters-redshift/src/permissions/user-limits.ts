import { LIMIT_DEFAULTS } from '@keyturn/core/adapter';
import { quoteIdentifier, quoteLiteral } from '../quoting.js';
import type { GrantTarget, PermissionFamily, PermissionOf } from './permission-family.js';

/** CREATEDB and SYSLOG ACCESS. */
export const userFlags: PermissionFamily<'flag'> = {
  shownTo: 'grantee',
  inherits: false,
  async read({ attributes }) {
    const found = await attributes();
    const flags: PermissionOf<'flag'>[] = [];
    if (found?.createDatabases) flags.push({ kind: 'flag', flag: 'CREATEDB', grantable: false });
    if (found?.syslogUnrestricted) {
      flags.push({ kind: 'flag', flag: 'SYSLOG ACCESS UNRESTRICTED', grantable: false });
    }
    return { permissions: flags, problems: [] };
  },
  grant: (flags, { user }) =>
    alter(
      user,
      flags.map(({ flag }) => flag),
    ),
  revoke: (revocations, { user }) =>
    alter(
      user,
      revocations.map(({ permission }) =>
        permission.flag === 'CREATEDB' ? 'NOCREATEDB' : 'SYSLOG ACCESS RESTRICTED',
      ),
    ),
};

/** How many connections, how long, and until when. */
export const userLimits: PermissionFamily<'limit'> = {
  shownTo: 'grantee',
  inherits: false,
  async read({ attributes }) {
    const found = await attributes();
    if (found === undefined) return { permissions: [], problems: [] };
    const { connectionLimit, sessionTimeout, validUntil } = found;
    const problems = validUntil === -Infinity ? ['VALID UNTIL -infinity is not covered'] : [];
    const values: Record<PermissionOf<'limit'>['limit'], string> = {
      connections: connectionLimit.toUpperCase(),
      'session-timeout': sessionTimeout,
      'valid-until': Number.isFinite(validUntil)
        ? new Date(validUntil).toISOString()
        : LIMIT_DEFAULTS['valid-until'],
    };
    const limits = (Object.keys(values) as (keyof typeof values)[]).flatMap(
      (limit): PermissionOf<'limit'>[] =>
        values[limit] === LIMIT_DEFAULTS[limit]
          ? []
          : [{ kind: 'limit', limit, value: values[limit], grantable: false }],
    );
    return { permissions: limits, problems };
  },
  writable: (limit) => isNumber(limit) || limit.limit === 'valid-until',
  grant: (limits, target) =>
    alter(
      target.user,
      limits.map((limit) => option(limit, target)),
    ),
  // A limit that goes beyond is one that is too wide.
  revoke: (revocations, target) =>
    alter(
      target.user,
      revocations.map(({ permission, instead }) =>
        option(instead?.kind === 'limit' ? instead : byDefault(permission), target),
      ),
    ),
};

const NUMBER = /^\d{1,9}$/;

function isNumber({ limit, value }: PermissionOf<'limit'>): boolean {
  return value === LIMIT_DEFAULTS[limit] || NUMBER.test(value);
}

function byDefault(limit: PermissionOf<'limit'>): PermissionOf<'limit'> {
  return { ...limit, value: LIMIT_DEFAULTS[limit.limit] };
}

function option({ limit, value }: PermissionOf<'limit'>, { dialect }: GrantTarget): string {
  const isDefault = value === LIMIT_DEFAULTS[limit];
  if (!isDefault && limit !== 'valid-until' && !NUMBER.test(value)) {
    throw new TypeError(`${limit} has to be a number`);
  }
  switch (limit) {
    case 'connections':
      return `CONNECTION LIMIT ${isDefault && dialect === 'postgres' ? '-1' : value}`;
    case 'session-timeout':
      return isDefault ? 'RESET SESSION TIMEOUT' : `SESSION TIMEOUT ${value}`;
    case 'valid-until': {
      if (isDefault) return "VALID UNTIL 'infinity'";
      const time = new Date(value).toISOString().slice(0, 19).replace('T', ' ');
      return `VALID UNTIL ${quoteLiteral(`${time}+00`)}`;
    }
  }
}

/** One statement each: RESET goes with nothing else. */
function alter(user: string, options: readonly string[]): string[] {
  return options.map((each) => `ALTER USER ${quoteIdentifier(user)} ${each}`);
}
