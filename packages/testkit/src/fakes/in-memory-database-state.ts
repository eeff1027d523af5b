import type { ErrorCode, Permission, Revocation } from '@keyturn/core';
import { PERMISSION_SCOPE, withGranted, withRevoked } from '@keyturn/core/adapter';
import type { InMemorySurroundings } from './in-memory-surroundings.js';
import type { LockRule, LockState } from './lock-rule.js';

/**
 * Everything an `InMemoryDatabase` remembers, as plain data. Never changed in place, so taking and
 * restoring a snapshot costs nothing and two snapshots share what is equal.
 */
export interface InMemoryDatabaseState {
  /** By `host:port`. */
  readonly servers: Readonly<Record<string, InMemoryServer>>;
  /** Every sign-in that was tried, oldest first. */
  readonly signIns: readonly SignInRecord[];
}

/** One cluster. */
export interface InMemoryServer {
  readonly databases: readonly string[];
  /** Names longer than this many bytes are cut by a real server, so they are refused here. */
  readonly maxUserNameBytes: number;
  /** Locks users after wrong passwords. Absent: a wrong password costs nothing here. */
  readonly lockRule?: LockRule;
  /** Every sign-in fails with this code while it is there. */
  readonly trouble?: ErrorCode;
  /** What others have made of its databases, by their names. */
  readonly surroundings?: Readonly<Record<string, InMemorySurroundings>>;
  /** By exact name. */
  readonly users: Readonly<Record<string, InMemoryUser>>;
}

/** One user of a cluster. */
export interface InMemoryUser {
  readonly password: string;
  readonly superuser: boolean;
  readonly external: boolean;
  /** Epoch milliseconds; absent for never. */
  readonly validUntil?: number;
  /** Never locked, as a cluster's admin user is not. */
  readonly admin?: boolean;
  /** What a server with a lock rule remembers. */
  readonly lock?: LockState;
  /** Permissions that hold in every database. */
  readonly clusterWide: readonly Permission[];
  /** Permissions that hold in one database, by its name. */
  readonly inDatabase: Readonly<Record<string, readonly Permission[]>>;
}

/** Who tried to sign in where, and what came of it. */
export interface SignInRecord {
  readonly server: string;
  readonly database: string;
  readonly user: string;
  readonly outcome: 'accepted' | 'refused' | ErrorCode;
}

/** The user of exactly that name; a user may be called `constructor`. */
export function findUser(server: InMemoryServer, name: string): InMemoryUser | undefined {
  return Object.hasOwn(server.users, name) ? server.users[name] : undefined;
}

/** A user's permissions as seen from one database. */
export function permissionsSeenFrom(database: string, user: InMemoryUser): readonly Permission[] {
  const { validUntil } = user;
  const expiry: readonly Permission[] =
    validUntil === undefined || validUntil === Infinity
      ? []
      : [{ ...EXPIRY, value: new Date(validUntil).toISOString() }];
  return [...user.clusterWide, ...expiry, ...(user.inDatabase[database] ?? [])];
}

const EXPIRY = { kind: 'limit', limit: 'valid-until', grantable: false } as const;

/** The user with further permissions; one that it has already is kept once, grantable if either was. */
export function withPermissions(
  user: InMemoryUser,
  database: string,
  permissions: readonly Permission[],
): InMemoryUser {
  return change(user, database, (held, scope) =>
    withGranted(
      held,
      permissions.filter(({ kind }) => PERMISSION_SCOPE[kind] === scope),
    ),
  );
}

/** The user with fewer permissions. */
export function withoutPermissions(
  user: InMemoryUser,
  database: string,
  revocations: readonly Revocation[],
): InMemoryUser {
  return change(user, database, (held) => withRevoked(held, revocations));
}

/** Expiry is kept apart, because signing in depends on it. */
function change(
  user: InMemoryUser,
  database: string,
  work: (held: readonly Permission[], scope: 'cluster' | 'database') => readonly Permission[],
): InMemoryUser {
  const isLocal = ({ kind }: Permission): boolean => PERMISSION_SCOPE[kind] === 'database';
  const seen = permissionsSeenFrom(database, user);
  const local = work(seen.filter(isLocal), 'database');
  const wide = work(
    seen.filter((each) => !isLocal(each)),
    'cluster',
  );
  const isExpiry = (each: Permission): boolean =>
    each.kind === 'limit' && each.limit === EXPIRY.limit;
  const expiry = wide.find(isExpiry);
  const { validUntil: _, ...rest } = user;
  return {
    ...rest,
    ...(expiry?.kind === 'limit' && { validUntil: Date.parse(expiry.value) }),
    clusterWide: wide.filter((each) => !isExpiry(each)),
    inDatabase:
      local.length === 0 && user.inDatabase[database] === undefined
        ? user.inDatabase
        : { ...user.inDatabase, [database]: local },
  };
}

/** What others have made of one database. */
export function surroundingsOf(server: InMemoryServer, database: string): InMemorySurroundings {
  return server.surroundings?.[database] ?? {};
}
