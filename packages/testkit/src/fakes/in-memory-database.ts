import {
  DatabaseError,
  type DatabaseAddress,
  type ErrorCode,
  type Permission,
} from '@keyturn/core';
import type {
  DatabaseAdmin,
  DatabaseProfile,
  SignInOutcome,
  SignInRequest,
} from '@keyturn/core/adapter';
import {
  findUser,
  surroundingsOf,
  withPermissions,
  type InMemoryDatabaseState,
  type InMemoryServer,
  type InMemoryUser,
  type SignInRecord,
} from './in-memory-database-state.js';
import { IN_MEMORY_PROFILE } from './in-memory-profile.js';
import { openInMemorySession } from './in-memory-session.js';
import type { InMemorySurroundings } from './in-memory-surroundings.js';
import { judgeSignIn, NEVER_FAILED, type LockRule, type LockVerdict } from './lock-rule.js';

/** How an {@link InMemoryDatabase} starts out. */
export interface InMemoryDatabaseOptions {
  /** Default {@link IN_MEMORY_PROFILE}. */
  readonly profile?: DatabaseProfile;
  /** Epoch milliseconds, to tell which users have expired and which sessions are over. Default: always 0. */
  readonly now?: () => number;
}

/** A cluster to add; see {@link InMemoryDatabase.addServer}. */
export interface NewServer {
  readonly host: string;
  readonly port: number;
  /** Default: the profile's default database alone. */
  readonly databases?: readonly string[];
  /** Default: the profile's. */
  readonly maxUserNameBytes?: number;
  /** Locks users after wrong passwords. Default: a wrong password costs nothing. */
  readonly lockRule?: LockRule | undefined;
}

/** A user to add; see {@link InMemoryDatabase.putUser}. */
export interface NewUser {
  readonly name: string;
  readonly password: string;
  /** Default false. */
  readonly superuser?: boolean;
  /** Default false. An external user has no password here, so it never signs in. */
  readonly external?: boolean;
  /** Epoch milliseconds. Default: never. */
  readonly validUntil?: number;
  /** Never locked by wrong passwords, as a cluster's admin user is not. Default false. */
  readonly admin?: boolean;
}

/** Where a cluster is; a {@link DatabaseAddress} will do. */
export type ServerPlace = Pick<DatabaseAddress, 'host' | 'port'>;

/**
 * A `DatabaseAdmin` that keeps everything in memory: clusters with databases, users, permissions and a log of
 * sign-ins. Deterministic: no timers, no randomness. It passes the same contract as the real adapter.
 *
 * @example
 * const database = new InMemoryDatabase();
 * const address = database.addServer({ host: 'db.example', port: 5439 });
 * database.putUser(address, { name: 'sheep', password: 'Baaaaaa1' });
 * database.accepts(address, 'sheep', 'Baaaaaa1'); // true
 */
export class InMemoryDatabase implements DatabaseAdmin {
  readonly profile: DatabaseProfile;
  readonly #now: () => number;
  #state: InMemoryDatabaseState = { servers: {}, signIns: [] };
  #openSessions = 0;

  constructor({ profile = IN_MEMORY_PROFILE, now = () => 0 }: InMemoryDatabaseOptions = {}) {
    this.profile = profile;
    this.#now = now;
  }

  /** Adds a cluster and gives the address of its first database. */
  addServer({ host, port, databases, maxUserNameBytes, lockRule }: NewServer): DatabaseAddress {
    const [database = this.profile.defaultDatabase, ...others] = databases ?? [];
    this.#putServer(
      { host, port },
      {
        databases: [database, ...others],
        maxUserNameBytes: maxUserNameBytes ?? this.profile.maxUserNameBytes,
        ...(lockRule !== undefined && { lockRule }),
        users: {},
      },
    );
    return { host, port, database };
  }

  /** Makes every sign-in at a cluster fail with a code, such as `KEYTURN_DATABASE_UNREACHABLE`; undefined ends it. */
  setTrouble(place: ServerPlace, code: ErrorCode | undefined): void {
    const { trouble: _, ...server } = this.server(place);
    this.#putServer(place, { ...server, ...(code !== undefined && { trouble: code }) });
  }

  /** From now on a cluster locks users after wrong passwords, by this rule; undefined ends it. */
  setLockRule(place: ServerPlace, rule: LockRule | undefined): void {
    const { lockRule: _, ...server } = this.server(place);
    this.#putServer(place, { ...server, ...(rule !== undefined && { lockRule: rule }) });
  }

  /** Locks a user, as an administrator would with NOLOGIN. */
  lock(place: ServerPlace, user: string): void {
    this.changeUser(place, user, (held) => {
      if (held === undefined) throw new TypeError(`there is no user ${user}`);
      return { ...held, lock: { failed: held.lock?.failed ?? 0, locked: 'manual' } };
    });
  }

  /** Adds a database to a cluster. */
  addDatabase(place: ServerPlace, name: string): DatabaseAddress {
    const server = this.server(place);
    this.#putServer(place, { ...server, databases: [...server.databases, name] });
    return { ...place, database: name };
  }

  /** Makes a database what others have made of it. Replaces what was said before. */
  surround(address: DatabaseAddress, surroundings: InMemorySurroundings): void {
    const server = this.server(address);
    const all = { ...server.surroundings, [address.database]: surroundings };
    this.#putServer(address, { ...server, surroundings: all });
  }

  /** Adds a user, or replaces one of that name; the permissions of a replaced one are gone. */
  putUser(place: ServerPlace, { name, password, validUntil, ...flags }: NewUser): void {
    this.changeUser(place, name, () => ({
      password,
      superuser: flags.superuser ?? false,
      external: flags.external ?? false,
      ...(flags.admin === true && { admin: true }),
      ...(validUntil !== undefined && { validUntil }),
      clusterWide: [],
      inDatabase: {},
    }));
  }

  /** Gives permissions from outside, as somebody with another client would. */
  grant(address: DatabaseAddress, user: string, permissions: readonly Permission[]): void {
    this.changeUser(address, user, (held) => {
      if (held === undefined) throw new TypeError(`there is no user ${user}`);
      return withPermissions(held, address.database, permissions);
    });
  }

  /** A user's password is now this, from outside. */
  changePassword(place: ServerPlace, user: string, password: string): void {
    this.changeUser(place, user, (held) => {
      if (held === undefined) throw new TypeError(`there is no user ${user}`);
      return { ...held, password };
    });
  }

  /** Replaces a user by what `change` makes of it; undefined stands for no user, before and after. */
  changeUser(
    place: ServerPlace,
    name: string,
    change: (user: InMemoryUser | undefined) => InMemoryUser | undefined,
  ): void {
    const server = this.server(place);
    const changed = change(findUser(server, name));
    const { [name]: _, ...others } = server.users;
    this.#putServer(place, {
      ...server,
      users: changed === undefined ? others : { ...server.users, [name]: changed },
    });
  }

  /** A cluster's present state. Throws `TypeError` for one that was never added. */
  server(place: ServerPlace): InMemoryServer {
    const server = this.#state.servers[keyOf(place)];
    if (server === undefined) throw new TypeError(`there is no server ${keyOf(place)}`);
    return server;
  }

  /** Whether a credential would sign in now, trouble aside. Leaves no trace in the log and counts nowhere. */
  accepts(address: DatabaseAddress, user: string, password: string): boolean {
    const held = findUser(this.server(address), user);
    return held?.lock?.locked === undefined && this.#isRight(address, user, password);
  }

  #isRight(address: DatabaseAddress, user: string, password: string): boolean {
    const server = this.#state.servers[keyOf(address)];
    const held = server && findUser(server, user);
    if (!server?.databases.includes(address.database) || held === undefined) return false;
    const expired = held.validUntil !== undefined && held.validUntil <= this.#now();
    return held.password === password && !held.external && !expired;
  }

  /** Every sign-in that was tried, oldest first. */
  get signIns(): readonly SignInRecord[] {
    return this.#state.signIns;
  }

  /** Sessions that nobody has closed. Not part of a snapshot. */
  get openSessions(): number {
    return this.#openSessions;
  }

  /** The whole state, as plain data that will never change. */
  snapshot(): InMemoryDatabaseState {
    return this.#state;
  }

  /** Goes back to a snapshot. Open sessions stay open and see the restored state. */
  restore(snapshot: InMemoryDatabaseState): void {
    this.#state = snapshot;
  }

  // Promise.resolve keeps the number of turns the same for every outcome, which schedules rely on.
  signIn(request: SignInRequest): Promise<SignInOutcome> {
    return Promise.resolve().then(() => this.#signIn(request));
  }

  #signIn({ address, user, password, sessionTimeoutMs = Infinity }: SignInRequest): SignInOutcome {
    const server = this.#state.servers[keyOf(address)];
    const trouble = server === undefined ? 'KEYTURN_DATABASE_UNREACHABLE' : server.trouble;
    const known = server?.databases.includes(address.database);
    const here = server && surroundingsOf(server, address.database).trouble;
    const code = trouble ?? here ?? (known ? undefined : 'KEYTURN_DATABASE_UNKNOWN');
    if (code !== undefined) {
      this.#record(address, user, code);
      throw new DatabaseError({
        code,
        message: `Nobody can sign in to ${keyOf(address)}/${address.database}.`,
        retryable: true,
      });
    }
    const verdict = this.#judge(address, user, this.#isRight(address, user, password.reveal()));
    this.#record(address, user, RECORDED[verdict]);
    if (verdict === 'locked') {
      throw new DatabaseError({
        code: 'KEYTURN_USER_LOCKED',
        message: `User ${user} is locked.`,
      });
    }
    if (verdict === 'wrong-password') return { kind: 'refused' };
    this.#openSessions += 1;
    const ends = this.#now() + sessionTimeoutMs;
    const session = openInMemorySession({
      user,
      isOver: () => this.#now() >= ends,
      database: address.database,
      server: () => this.server(address),
      changeUser: (name, change) => this.changeUser(address, name, change),
      closed: () => (this.#openSessions -= 1),
    });
    return { kind: 'accepted', session };
  }

  /** What the cluster answers; the count of wrong passwords in a row goes with it. */
  #judge(place: ServerPlace, user: string, right: boolean): LockVerdict {
    const { lockRule, ...server } = this.server(place);
    const held = findUser(server, user);
    if (lockRule === undefined || held === undefined || held.admin === true) {
      return right ? 'accepted' : 'wrong-password';
    }
    const { verdict, state } = judgeSignIn(lockRule, held.lock ?? NEVER_FAILED, right);
    this.changeUser(place, user, () => ({ ...held, lock: state }));
    return verdict;
  }

  #record({ database, ...place }: DatabaseAddress, user: string, outcome: SignInRecord['outcome']) {
    const record = { server: keyOf(place), database, user, outcome };
    this.#state = { ...this.#state, signIns: [...this.#state.signIns, record] };
  }

  #putServer(place: ServerPlace, server: InMemoryServer): void {
    const servers = { ...this.#state.servers, [keyOf(place)]: server };
    this.#state = { ...this.#state, servers };
  }
}

const RECORDED = {
  accepted: 'accepted',
  'wrong-password': 'refused',
  locked: 'KEYTURN_USER_LOCKED',
} as const satisfies Record<LockVerdict, SignInRecord['outcome']>;

function keyOf({ host, port }: ServerPlace): string {
  return `${host}:${port}`;
}
