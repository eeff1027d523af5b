import {
  DatabaseError,
  type Clock,
  type DatabaseSession,
  type Permission,
  type Sensitive,
  type PermissionKind,
  type Revocation,
} from '@keyturn/core';
import type {
  DatabaseUser,
  PermissionSnapshot,
  SessionPurpose,
  UserLockout,
  UserPassword,
} from '@keyturn/core/adapter';
import { bothPaths } from './checks-session.js';
import { describeLockout } from './describe-lockout.js';
import { sqlStateOf } from './errors/sanitise-cause.js';
import { parseValidUntil } from './parse-valid-until.js';
import { buildVerifier, type VerifierKind } from './password-verifier.js';
import { buildGrants, buildRevokes, caseSettingFor } from './permissions/build-changes.js';
import { listDatabases } from './permissions/list-databases.js';
import { granteesOf } from './permissions/memberships.js';
import type { GrantTarget } from './permissions/permission-family.js';
import { readInherited, readPermissions } from './permissions/read-permissions.js';
import { isTrue, text } from './permissions/rows.js';
import { retryConflicts } from './retry-conflicts.js';
import { readSessionFacts, type SessionFacts } from './session-facts.js';
import type { SqlConnection, SqlRow, SqlSession } from './sql-session.js';
import * as statements from './statements.js';

/** The view or its column is missing, which older servers and plain PostgreSQL are free to. */
const NOT_THERE = ['42P01', '42703'];

/** How a {@link RedshiftSession} differs from the ordinary one. */
export interface RedshiftSessionOptions {
  /** See `RedshiftAdminOptions.askLockout`. */
  readonly askLockout?: boolean | undefined;
  /** The form to store a user's password in, where nothing but the server's setting speaks for `other`. Default: that. */
  readonly formFor?: ((user: string, other: VerifierKind) => VerifierKind) | undefined;
  /** What the connection was opened for. Default `administration`. */
  readonly purpose?: SessionPurpose | undefined;
}

/**
 * One signed-in connection to Redshift, or to PostgreSQL with the stand-in views. Also runs SQL for checks. A session for
 * administration has begun with the statements that `openingStatements` gives.
 */
export class RedshiftSession implements DatabaseSession, SqlSession {
  readonly #connection: SqlConnection;
  /** For a user's own statements; another path than keyturn's own only in a session for checks. */
  readonly #own: SqlSession;
  /** For keyturn's own statements. */
  readonly #sql: SqlSession;
  readonly #clock: Clock;
  /** Ask for the lock rule even where the server is no Redshift. */
  readonly #askLockout: boolean;
  readonly #formFor: NonNullable<RedshiftSessionOptions['formFor']>;
  #facts: SessionFacts | undefined;
  /** Users whose names the server has reported exactly like this. */
  readonly #confirmed = new Set<string>();
  #caseSettingMade = false;

  constructor(
    connection: SqlConnection,
    clock: Clock,
    { askLockout = false, formFor = (_, other) => other, purpose }: RedshiftSessionOptions = {},
  ) {
    this.#connection = connection;
    const checks = purpose === 'checks' ? bothPaths(connection) : undefined;
    this.#own = checks?.own ?? connection;
    this.#sql = checks?.fixed ?? connection;
    this.#clock = clock;
    this.#formFor = formFor;
    this.#askLockout = askLockout;
  }

  query<Row extends SqlRow = SqlRow>(
    sql: string,
    parameters?: readonly string[],
  ): Promise<readonly Row[]> {
    return this.#own.query<Row>(sql, parameters);
  }

  async describeUser({ user }: { readonly user: string }): Promise<DatabaseUser | undefined> {
    await this.#factsFor(user);
    const row = await this.#findUser(user);
    if (row === undefined) return undefined;
    const info = await this.#userInfo(user);
    const superuser = isTrue(row['superuser']);
    const freePlaces = superuser ? undefined : await this.#freePlaces(user, info);
    return {
      name: text(row, 'name'),
      superuser,
      external: (info['external_id'] ?? '') !== '',
      ...(freePlaces !== undefined && { freePlaces }),
      validUntil: parseValidUntil(row['valid_until'] ?? null),
    };
  }

  async createUser({ user, password }: UserPassword): Promise<void> {
    const verifier = await this.#verifierFor(user, password);
    await this.#change(statements.createUser(user, verifier));
  }

  async setPassword({
    user,
    password,
    unlock,
  }: UserPassword & { readonly unlock?: boolean }): Promise<void> {
    await this.#factsFor(user);
    // The md5 form is salted with the name as the server has it, so the name must be known to be that.
    if (!this.#confirmed.has(user) && (await this.#findUser(user)) === undefined) {
      throw new DatabaseError({
        code: 'KEYTURN_USER_MISSING',
        message: `The server has no user of exactly the name ${JSON.stringify(user)}.`,
        remedy: 'Create the user, or correct the name in the secret.',
      });
    }
    const hash = await this.#verifierFor(user, password);
    await this.#change(statements.setPassword(user, hash, unlock));
  }

  async describeLockout({ user }: { readonly user: string }): Promise<UserLockout> {
    const { dialect } = await this.#factsFor(user);
    const asks = this.#askLockout || dialect === 'redshift';
    return asks ? describeLockout(this.#sql, user) : { kind: 'no-rule' };
  }

  async dropUser({ user }: { readonly user: string }): Promise<void> {
    this.#confirmed.delete(user);
    await this.#change(statements.dropUser(user));
  }

  async listDatabases(): Promise<readonly string[]> {
    return listDatabases(this.#sql, await this.#known());
  }

  async readPermissions({
    user,
    scope = 'all',
    kinds,
  }: {
    readonly user: string;
    readonly scope?: 'all' | 'database';
    readonly kinds?: readonly PermissionKind[];
  }): Promise<PermissionSnapshot> {
    const facts = await this.#factsFor(user);
    return readPermissions(this.#sql, user, { facts, scope, kinds });
  }

  async readInherited({
    memberships,
    kinds,
  }: {
    readonly memberships: readonly Permission[];
    readonly kinds?: readonly PermissionKind[];
  }): Promise<readonly Permission[]> {
    const facts = await this.#known();
    const grantees = await granteesOf(this.#sql, memberships, facts.views);
    return readInherited(this.#sql, grantees, { facts, kinds });
  }

  async grantPermissions({
    user,
    permissions,
  }: {
    readonly user: string;
    readonly permissions: readonly Permission[];
  }): Promise<void> {
    if (permissions.length === 0) return;
    const target = await this.#targetFor(user);
    await this.#changeAll(buildGrants(permissions, target), permissions, target);
  }

  async revokePermissions({
    user,
    revocations,
  }: {
    readonly user: string;
    readonly revocations: readonly Revocation[];
  }): Promise<void> {
    if (revocations.length === 0) return;
    const target = await this.#targetFor(user);
    const permissions = revocations.map(({ permission }) => permission);
    await this.#changeAll(buildRevokes(revocations, target), permissions, target);
  }

  async writeOut({
    user,
    grant = [],
    revoke = [],
  }: {
    readonly user: string;
    readonly grant?: readonly Permission[];
    readonly revoke?: readonly Revocation[];
  }): Promise<readonly string[]> {
    const target = await this.#targetFor(user);
    const all = [...grant, ...revoke.map(({ permission }) => permission)];
    // Whoever runs these by hand needs the setting as well.
    const caseSetting = caseSettingFor(all, target);
    return [
      ...(caseSetting === undefined ? [] : [caseSetting]),
      ...buildGrants(grant, target),
      ...buildRevokes(revoke, target),
    ];
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  async #targetFor(user: string): Promise<GrantTarget> {
    return { user, dialect: (await this.#factsFor(user)).dialect };
  }

  /** One after the other, and each by itself: Redshift grants on external schemas in no transaction. */
  async #changeAll(
    changes: readonly string[],
    permissions: readonly Permission[],
    target: GrantTarget,
  ): Promise<void> {
    const caseSetting = caseSettingFor(permissions, target);
    if (caseSetting !== undefined && !this.#caseSettingMade) {
      await this.#sql.query(caseSetting);
      this.#caseSettingMade = true;
    }
    for (const change of changes) await this.#change(change);
  }

  /** The facts, asked for once. */
  async #known(): Promise<SessionFacts> {
    return (this.#facts ??= await readSessionFacts(this.#sql));
  }

  /** The facts, and the assurance that the server takes the name as it is. */
  async #factsFor(user: string): Promise<SessionFacts> {
    const facts = await this.#known();
    const { maxNameBytes } = facts;
    if (Buffer.byteLength(user) > maxNameBytes) throw nameTooLong(user, maxNameBytes);
    return facts;
  }

  async #verifierFor(user: string, password: Sensitive): Promise<string> {
    const { dialect, verifier } = await this.#factsFor(user);
    const kind = dialect === 'redshift' ? verifier : this.#formFor(user, verifier);
    return buildVerifier(kind, user, password);
  }

  async #findUser(user: string): Promise<SqlRow | undefined> {
    const [row] = await this.#sql.query(statements.SELECT_USER, [user]);
    if (row === undefined || text(row, 'name') !== user) return undefined;
    this.#confirmed.add(user);
    return row;
  }

  /** What the views add about a user; nothing where they are missing. */
  async #userInfo(user: string): Promise<SqlRow> {
    const { views } = await this.#known();
    const [row] = await this.#unlessMissing(statements.selectUserInfo(views), user);
    return row ?? {};
  }

  /** Redshift alone: PostgreSQL is known to look at the limit after the password. */
  async #freePlaces(user: string, { connection_limit: limit }: SqlRow) {
    const { dialect } = await this.#known();
    const most = Number.parseInt(limit ?? '', 10);
    if (dialect !== 'redshift' || Number.isNaN(most) || most < 0) return undefined;
    const [row] = await this.#unlessMissing(statements.SELECT_SESSIONS, user);
    return most - Number(row?.['sessions'] ?? 1);
  }

  async #unlessMissing(sql: string, user: string): Promise<readonly SqlRow[]> {
    try {
      return await this.#sql.query(sql, [user]);
    } catch (error) {
      if (NOT_THERE.includes(sqlStateOf(error) ?? '')) return [];
      throw error;
    }
  }

  async #change(sql: string): Promise<void> {
    await retryConflicts(this.#clock, () => this.#sql.query(sql));
  }
}

function nameTooLong(user: string, maxNameBytes: number): DatabaseError {
  return new DatabaseError({
    code: 'KEYTURN_USER_NAME_TOO_LONG',
    message: `The user name ${JSON.stringify(user)} is longer than the ${maxNameBytes} bytes this server keeps.`,
    remedy: 'Use a shorter user name, or name both users in the setting userPairs.',
    settings: ['userPairs'],
  });
}
