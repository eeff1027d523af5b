import type { ErrorCode, Permission, PermissionKind } from '@keyturn/core';

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
  /** Every sign-in fails with this code while it is there. */
  readonly trouble?: ErrorCode;
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
  /** Rights that hold in every database. */
  readonly clusterWide: readonly Permission[];
  /** Rights that hold in one database, by its name. */
  readonly inDatabase: Readonly<Record<string, readonly Permission[]>>;
}

/** Who tried to sign in where, and what came of it. */
export interface SignInRecord {
  readonly server: string;
  readonly database: string;
  readonly user: string;
  readonly outcome: 'accepted' | 'refused' | ErrorCode;
}

const CLUSTER_WIDE: Record<PermissionKind, boolean> = {
  database: true,
  group: true,
  role: true,
  schema: false,
  relation: false,
};

/** The user of exactly that name; a user may be called `constructor`. */
export function findUser(server: InMemoryServer, name: string): InMemoryUser | undefined {
  return Object.hasOwn(server.users, name) ? server.users[name] : undefined;
}

/** A user's rights as seen from one database. */
export function permissionsSeenFrom(database: string, user: InMemoryUser): readonly Permission[] {
  return [...user.clusterWide, ...(user.inDatabase[database] ?? [])];
}

/** The user with further rights; one that it has already is kept once, grantable if either was. */
export function withPermissions(
  user: InMemoryUser,
  database: string,
  permissions: readonly Permission[],
): InMemoryUser {
  const wide = permissions.filter(({ kind }) => CLUSTER_WIDE[kind]);
  const local = permissions.filter(({ kind }) => !CLUSTER_WIDE[kind]);
  const here = user.inDatabase[database] ?? [];
  return {
    ...user,
    clusterWide: merge(user.clusterWide, wide),
    inDatabase:
      local.length === 0 ? user.inDatabase : { ...user.inDatabase, [database]: merge(here, local) },
  };
}

function merge(held: readonly Permission[], added: readonly Permission[]): readonly Permission[] {
  const byIdentity = new Map(held.map((permission) => [identity(permission), permission]));
  for (const permission of added) {
    const key = identity(permission);
    if (!byIdentity.get(key)?.grantable) byIdentity.set(key, permission);
  }
  return [...byIdentity.values()];
}

function identity(permission: Permission): string {
  return JSON.stringify(Object.entries({ ...permission, grantable: null }).sort());
}
