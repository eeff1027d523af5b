import {
  DatabaseError,
  type DatabaseSession,
  type ErrorCode,
  type Permission,
  type PermissionKind,
} from '@keyturn/core';
import { PERMISSION_SCOPE, type UserLockout } from '@keyturn/core/adapter';
import {
  findUser,
  permissionsSeenFrom,
  surroundingsOf,
  withoutPermissions,
  withPermissions,
  type InMemoryServer,
  type InMemoryUser,
} from './in-memory-database-state.js';
import { inheritedThrough, isLocked, unreadableOf } from './in-memory-surroundings.js';
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
  /** Whether the time of the session is over. */
  isOver(): boolean;
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
      if (scope.isOver()) fail('KEYTURN_DATABASE_TIMEOUT', 'The time of the session is over.');
      return work();
    });

  const lookUp = (user: string) => findUser(scope.server(), user);
  const superuser = () => lookUp(scope.user)?.superuser === true;
  const demand = (allowed: boolean, what: string) => {
    if (!allowed) fail('KEYTURN_DATABASE_PERMISSION', `User ${scope.user} may not ${what}.`);
  };
  const surroundings = () => surroundingsOf(scope.server(), scope.database);
  const waitForLocks = (permissions: readonly Permission[]) => {
    if (!permissions.some((each) => isLocked(surroundings(), each))) return;
    fail('KEYTURN_DATABASE_TIMEOUT', 'Somebody holds a lock.');
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
        const { clusterWide = [], inDatabase = {} } = lookUp(user) ?? {};
        if ([clusterWide, ...Object.values(inDatabase)].flat().length > 0) {
          fail('KEYTURN_DATABASE_STATEMENT_FAILED', `User ${user} still has permissions.`);
        }
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
        const hidden = unreadableOf(surroundings(), where, asked);
        const owned = surroundings().owned ?? {};
        const common = {
          owned: Object.hasOwn(owned, user) ? (owned[user] ?? []) : [],
          bySuperuser: superuser(),
        };
        if (superuser() || user === scope.user) {
          const isHidden = ({ kind }: Permission) => hidden.some((each) => each.kind === kind);
          const seen = permissions.filter((each) => !isHidden(each));
          return { permissions: seen, notChecked: hidden, ...common };
        }
        const reason = 'only a superuser sees the permissions of others';
        return {
          permissions: permissions.filter(({ kind }) => !HIDDEN_FROM_OTHERS.includes(kind)),
          notChecked: HIDDEN_FROM_OTHERS.filter(asked).map((kind) => ({ kind, reason })),
          ...common,
        };
      }),

    readInherited: ({ memberships, kinds }) =>
      run(() =>
        inheritedThrough(surroundings(), memberships).filter(
          ({ kind }) => kinds?.includes(kind) ?? true,
        ),
      ),

    grantPermissions: ({ user, permissions }) =>
      run(() => {
        if (permissions.length === 0) return;
        demand(superuser(), 'grant');
        waitForLocks(permissions);
        const held = find(user);
        scope.changeUser(user, () => withPermissions(held, scope.database, permissions));
      }),

    revokePermissions: ({ user, revocations }) =>
      run(() => {
        if (revocations.length === 0) return;
        demand(superuser(), 'revoke');
        waitForLocks(revocations.map(({ permission }) => permission));
        const held = find(user);
        scope.changeUser(user, () => withoutPermissions(held, scope.database, revocations));
      }),

    writeOut: ({ user, grant = [], revoke = [] }) =>
      run(() => [
        ...grant.map((permission) => `GRANT ${JSON.stringify(permission)} TO ${user}`),
        ...revoke.map(({ permission, optionOnly, instead }) => {
          if (instead !== undefined) return `GRANT ${JSON.stringify(instead)} TO ${user}`;
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
  const retryable = code === 'KEYTURN_DATABASE_CONFLICT' || code === 'KEYTURN_DATABASE_TIMEOUT';
  throw new DatabaseError({ code, message, retryable });
}
