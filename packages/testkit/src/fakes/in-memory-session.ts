import {
  DatabaseError,
  PERMISSION_SCOPE,
  type DatabaseSession,
  type ErrorCode,
  type PermissionKind,
  type UserLockout,
} from '@keyturn/core';
import {
  findUser,
  permissionsSeenFrom,
  withoutPermissions,
  withPermissions,
  type InMemoryServer,
  type InMemoryUser,
} from './in-memory-database-state.js';
import { NEVER_FAILED } from './lock-rule.js';

/** What a session may see and change of its cluster. */
export interface SessionScope {
  /** Who has signed in. */
  readonly user: string;
  readonly database: string;
  /** The cluster's state at the moment of the call. */
  server(): InMemoryServer;
  changeUser(
    name: string,
    change: (user: InMemoryUser | undefined) => InMemoryUser | undefined,
  ): void;
  /** Called once, when the session is closed. */
  closed(): void;
}

/** Kinds whose rows a real cluster shows to superusers and to the grantee alone. */
const HIDDEN_FROM_OTHERS: readonly PermissionKind[] = (
  Object.keys(PERMISSION_SCOPE) as PermissionKind[]
).filter((kind) => kind !== 'group');

/** A signed-in connection of an `InMemoryDatabase`. */
export function openInMemorySession(scope: SessionScope): DatabaseSession {
  let open = true;

  /** Every method goes through here: one turn of the event loop, and never after `close`. */
  const run = <T>(work: () => T): Promise<T> =>
    Promise.resolve().then(() => {
      if (!open) fail('KEYTURN_DATABASE_CONNECTION_LOST', 'The session is closed.');
      return work();
    });

  const lookUp = (user: string) => findUser(scope.server(), user);
  const superuser = () => lookUp(scope.user)?.superuser === true;
  const demand = (allowed: boolean, what: string) => {
    if (!allowed) fail('KEYTURN_DATABASE_PERMISSION', `User ${scope.user} may not ${what}.`);
  };
  const find = (user: string): InMemoryUser =>
    lookUp(user) ?? fail('KEYTURN_USER_MISSING', `There is no user ${user}.`);

  return {
    describeUser: ({ user }) =>
      run(() => {
        const { maxUserNameBytes } = scope.server();
        if (new TextEncoder().encode(user).length > maxUserNameBytes) {
          fail('KEYTURN_USER_NAME_TOO_LONG', `${user} is longer than ${maxUserNameBytes} bytes.`);
        }
        const found = lookUp(user);
        if (found === undefined) return undefined;
        const { external, validUntil = Infinity } = found;
        return { name: user, superuser: found.superuser, external, validUntil };
      }),

    createUser: ({ user, password }) =>
      run(() => {
        demand(superuser(), 'create users');
        if (lookUp(user) !== undefined) {
          fail('KEYTURN_DATABASE_CONFLICT', `User ${user} exists already.`);
        }
        scope.changeUser(user, () => ({
          password: password.reveal(),
          superuser: false,
          external: false,
          clusterWide: [],
          inDatabase: {},
        }));
      }),

    setPassword: ({ user, password, unlock = false }) =>
      run(() => {
        const held = find(user);
        demand(superuser() || user === scope.user, `change the password of ${user}`);
        if (unlock) demand(superuser(), 'unlock users');
        scope.changeUser(user, () => ({
          ...held,
          password: password.reveal(),
          ...(unlock && held.lock !== undefined && { lock: NEVER_FAILED }),
        }));
      }),

    describeLockout: ({ user }) =>
      run((): UserLockout => {
        const { lockRule } = scope.server();
        if (lockRule === undefined) return { kind: 'no-rule' };
        if (!superuser()) return { kind: 'unknown', reason: 'only a superuser sees who is locked' };
        const { failed, locked } = lookUp(user)?.lock ?? NEVER_FAILED;
        return { kind: 'known', locked, failedSignIns: failed, limit: lockRule.limit };
      }),

    dropUser: ({ user }) =>
      run(() => {
        demand(superuser(), 'drop users');
        scope.changeUser(user, () => undefined);
      }),

    listDatabases: () => run(() => scope.server().databases),

    readPermissions: ({ user, scope: where = 'all', kinds }) =>
      run(() => {
        const held = lookUp(user);
        const asked = (kind: PermissionKind) => kinds?.includes(kind) ?? true;
        const permissions = (held === undefined ? [] : permissionsSeenFrom(scope.database, held))
          .filter(({ kind }) => where === 'all' || PERMISSION_SCOPE[kind] === where)
          .filter(({ kind }) => asked(kind));
        const common = { owned: [], bySuperuser: superuser() };
        if (superuser() || user === scope.user) return { permissions, notChecked: [], ...common };
        const reason = 'only a superuser sees the permissions of others';
        return {
          permissions: permissions.filter(({ kind }) => !HIDDEN_FROM_OTHERS.includes(kind)),
          notChecked: HIDDEN_FROM_OTHERS.filter(asked).map((kind) => ({ kind, reason })),
          ...common,
        };
      }),

    // Groups, roles and PUBLIC have no rights of their own here.
    readInherited: () => run(() => []),

    grantPermissions: ({ user, permissions }) =>
      run(() => {
        if (permissions.length === 0) return;
        demand(superuser(), 'grant');
        const held = find(user);
        scope.changeUser(user, () => withPermissions(held, scope.database, permissions));
      }),

    revokePermissions: ({ user, revocations }) =>
      run(() => {
        if (revocations.length === 0) return;
        demand(superuser(), 'revoke');
        const held = find(user);
        scope.changeUser(user, () => withoutPermissions(held, scope.database, revocations));
      }),

    writeOut: ({ user, grant = [], revoke = [] }) =>
      run(() => [
        ...grant.map((permission) => `GRANT ${JSON.stringify(permission)} TO ${user}`),
        ...revoke.map(({ permission, optionOnly }) => {
          const what = `${optionOnly ? 'GRANT OPTION FOR ' : ''}${JSON.stringify(permission)}`;
          return `REVOKE ${what} FROM ${user}`;
        }),
      ]),

    close: () => {
      if (open) scope.closed();
      open = false;
      return Promise.resolve();
    },
  };
}

function fail(code: ErrorCode, message: string): never {
  const retryable = code === 'KEYTURN_DATABASE_CONFLICT';
  throw new DatabaseError({ code, message, retryable });
}
