import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import {
  KeyturnError,
  Sensitive,
  type DatabaseAddress,
  type DatabaseSession,
  type ErrorCode,
} from '@keyturn/core';
import type { SignInOutcome } from '@keyturn/core/adapter';
import type { DatabaseAdminSubject, SubjectUser } from '../database-admin-subject.js';

/** Meets the rules of every supported database. */
export const PASSWORD = 'Baa-1.Black_Sheep';
/** Another one. */
export const OTHER_PASSWORD = 'Oink-2.Pink_Pig';

const TIMEOUTS = { connectTimeoutMs: 10_000, statementTimeoutMs: 10_000 };

/** The subject of the running test, and shorthands for what most tests do with it. */
export class ContractFixture {
  readonly #create: () => Promise<DatabaseAdminSubject>;
  #subject: DatabaseAdminSubject | undefined;
  #sessions: DatabaseSession[] = [];

  constructor(create: () => Promise<DatabaseAdminSubject>) {
    this.#create = create;
  }

  async setUp(): Promise<void> {
    this.#subject = await this.#create();
  }

  async tearDown(): Promise<void> {
    for (const session of this.#sessions) await session.close();
    this.#sessions = [];
    await this.#subject?.dispose();
    this.#subject = undefined;
  }

  get subject(): DatabaseAdminSubject {
    assert(this.#subject, 'no test is running');
    return this.#subject;
  }

  /** Makes a user with a fresh name. */
  async user(facts: Partial<SubjectUser> = {}): Promise<string> {
    const name = facts.name ?? this.subject.freshName('sheep');
    await this.subject.makeUser({ password: PASSWORD, ...facts, name });
    return name;
  }

  async signIn(
    user: string,
    password: string,
    address: DatabaseAddress = this.subject.address,
  ): Promise<SignInOutcome> {
    const outcome = await this.subject.admin.signIn({
      address,
      user,
      password: new Sensitive(password),
      ...TIMEOUTS,
    });
    if (outcome.kind === 'accepted') this.#sessions.push(outcome.session);
    return outcome;
  }

  /** A session that must come about. */
  async sessionOf(user: string, password = PASSWORD): Promise<DatabaseSession> {
    const outcome = await this.signIn(user, password);
    assert.equal(outcome.kind, 'accepted', `${user} must be able to sign in`);
    assert(outcome.kind === 'accepted');
    return outcome.session;
  }

  superuser(): Promise<DatabaseSession> {
    const { user, password } = this.subject.superuser;
    return this.sessionOf(user, password.reveal());
  }

  /** Signs in and out; says which it was. */
  async outcome(user: string, password: string): Promise<SignInOutcome['kind']> {
    const outcome = await this.signIn(user, password);
    if (outcome.kind === 'accepted') await outcome.session.close();
    return outcome.kind;
  }
}

/** Fails unless `work` throws a keyturn error of that code that shows none of the passwords in use. */
export async function throwsCode(code: ErrorCode, work: () => Promise<unknown>): Promise<void> {
  await assert.rejects(work, (error) => {
    assert(KeyturnError.is(error), `not a keyturn error: ${inspect(error)}`);
    assert.equal(error.code, code, error.message);
    const shown = inspect(error, { depth: null, showHidden: true });
    for (const secret of [PASSWORD, OTHER_PASSWORD]) {
      assert(!shown.includes(secret), 'the error shows a password');
    }
    return true;
  });
}
