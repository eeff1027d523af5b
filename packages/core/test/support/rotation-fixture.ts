import { inspect } from 'node:util';
import {
  countingPasswords,
  InMemoryDatabase,
  InMemorySecretStore,
  ManualClock,
  RecordingObserver,
} from '@keyturn/testkit/fakes';
import { withCallPoints, type CallHook } from '@keyturn/testkit/faults';
import {
  KeyturnError,
  RotationEngine,
  ROTATION_STEPS,
  Sensitive,
  type RotationEngineOptions,
  type RotationSettings,
  type RotationStep,
  type RotationStrategy,
  type StepResult,
  type VerificationCheck,
} from '../../src/index.js';
import type { PasswordSource } from '../../src/adapter/index.js';
import { FIELDS, SENTENCES } from './values.js';

/** The secret to be rotated and the superuser's. */
export const SECRET = 'orders';
export const SUPERUSER_SECRET = 'shepherd';
const SUPERUSER = { username: 'shepherd', password: 'Woof-Woof-9' };
const LABELS = ['AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS'] as const;

/** What a {@link RotationFixture} starts from. */
export interface FixtureOptions {
  readonly strategy: RotationStrategy;
  readonly settings?: RotationSettings;
  readonly checks?: readonly VerificationCheck[];
  readonly passwords?: PasswordSource;
  /** What the secret holds beyond, or instead of, `FIELDS`. */
  readonly fields?: Record<string, unknown>;
  /** The same of the superuser secret. */
  readonly superuserFields?: Record<string, unknown>;
}

/** A request token with a readable name; tokens have 32 characters or more. */
export function token(name: string): string {
  return name.padEnd(32, '.');
}

/**
 * A secret named `orders`, whose version `first` is current, in memory, with a database where `sheep` and the
 * superuser `shepherd` sign in. Every error and event of every run is searched for passwords.
 */
export class RotationFixture {
  readonly clock = new ManualClock();
  readonly database = new InMemoryDatabase({ now: () => this.clock.now() });
  readonly store = new InMemorySecretStore({ now: () => this.clock.now() });
  readonly observer = new RecordingObserver();
  readonly address = this.database.addServer({
    host: FIELDS.host,
    port: FIELDS.port,
    databases: [FIELDS.dbname, 'dev'],
  });
  readonly #options: FixtureOptions;
  readonly #passwords: PasswordSource;
  readonly #generated: string[] = [];
  #engine: RotationEngine;

  constructor(options: FixtureOptions) {
    this.#options = options;
    const passwords = options.passwords ?? countingPasswords();
    this.#passwords = {
      generate: async (policy) => {
        const password = await passwords.generate(policy);
        this.#generated.push(password.reveal());
        return password;
      },
    };
    const { host, port } = this.address;
    this.store.addSecret({
      secretId: SUPERUSER_SECRET,
      current: {
        versionId: token('boss'),
        value: JSON.stringify({
          engine: 'redshift',
          host,
          port,
          ...SUPERUSER,
          ...options.superuserFields,
        }),
      },
    });
    const value = JSON.stringify({ ...FIELDS, masterarn: SUPERUSER_SECRET, ...options.fields });
    this.store.addSecret({ secretId: SECRET, current: { versionId: token('first'), value } });
    const { username, password } = { ...FIELDS, ...options.fields };
    this.database.putUser(this.address, { name: String(username), password: String(password) });
    this.database.putUser(this.address, {
      name: SUPERUSER.username,
      password: SUPERUSER.password,
      superuser: true,
    });
    this.#engine = this.engine();
  }

  /** An engine of its own process over the same world; its port calls go through the hooks, the first outermost. */
  engine(...hooks: readonly CallHook[]): RotationEngine {
    return this.engineWith({}, ...hooks);
  }

  /** The same with parts of its own. */
  engineWith(parts: Partial<RotationEngineOptions>, ...hooks: readonly CallHook[]): RotationEngine {
    const { strategy, settings, checks } = this.#options;
    const wrap = <P extends object>(port: P) =>
      hooks.reduceRight((inner, hook) => withCallPoints(inner, hook), port);
    return new RotationEngine({
      strategy,
      ...(settings && { settings }),
      ...(checks && { checks }),
      passwords: this.#passwords,
      clock: this.clock,
      observer: this.observer,
      ...parts,
      store: wrap(parts.store ?? this.store),
      database: wrap(parts.database ?? this.database),
    });
  }

  /** Whatever the process knew is gone. */
  restart(): void {
    this.#engine = this.engine();
  }

  /** Puts AWSPENDING on a new version, as RotateSecret does. */
  begin(name: string): void {
    this.store.stagePending({ secretId: SECRET, versionId: token(name) });
  }

  /** Runs one step in the fixture's own process, or in the given one. */
  async run(
    step: RotationStep,
    name: string,
    options: { engine?: RotationEngine; deadline?: number } = {},
  ): Promise<StepResult> {
    const { engine = this.#engine, ...more } = options;
    try {
      return await engine.run({ step, secretId: SECRET, versionId: token(name), ...more });
    } catch (error) {
      this.#searchForSecrets(inspect(error, { depth: 9, showHidden: true }));
      if (KeyturnError.is(error)) expectSentences(error);
      throw error;
    } finally {
      this.#searchForSecrets(JSON.stringify(this.observer.events));
    }
  }

  /** Runs one step that must fail, and gives its error. */
  async failure(...run: Parameters<RotationFixture['run']>): Promise<KeyturnError> {
    const error = await this.attempt(...run);
    if (error === undefined) throw new Error(`${run[0]} unexpectedly succeeded`);
    return error;
  }

  /** Runs one step that may fail, and gives its error. */
  async attempt(...run: Parameters<RotationFixture['run']>): Promise<KeyturnError | undefined> {
    try {
      await this.run(...run);
      return undefined;
    } catch (error) {
      if (KeyturnError.is(error)) return error;
      throw error;
    }
  }

  /** Runs one step that must fail without any change or open session, and gives its error. */
  async refusal(...run: Parameters<RotationFixture['run']>): Promise<KeyturnError> {
    const world = this.world();
    const error = await this.failure(...run);
    expect(this.world()).toEqual(world);
    expect(this.database.openSessions).toBe(0);
    return error;
  }

  /** Runs steps up to and including one. */
  async runUpTo(last: RotationStep, name: string, engine = this.#engine): Promise<void> {
    for (const step of ROTATION_STEPS.slice(0, ROTATION_STEPS.indexOf(last) + 1)) {
      await this.run(step, name, { engine });
    }
  }

  /**
   * A whole rotation, as the service drives it. Where nobody has interfered before it, it presents no wrong password:
   * every rotation of every test is held to that.
   */
  async rotate(name: string, engine = this.#engine): Promise<void> {
    const ordinary = this.#isUndisturbed;
    const before = this.database.signIns.length;
    this.begin(name);
    await this.runUpTo('finishSecret', name, engine);
    this.store.completeRotation(SECRET);
    if (!ordinary) return;
    const tried = this.database.signIns.slice(before);
    expect(tried.filter(({ outcome }) => outcome === 'refused')).toEqual([]);
  }

  /** AWSCURRENT signs in, and so does AWSPREVIOUS where it names another user; there is no third one to be found. */
  get #isUndisturbed(): boolean {
    const { AWSCURRENT: current = '', AWSPREVIOUS: previous } = this.labels;
    const { username } = this.value(current) ?? {};
    const users = Object.keys(this.database.server(this.address).users);
    const others = users.filter((user) => ![username, SUPERUSER.username].includes(user));
    const known = previous === undefined ? undefined : this.value(previous)?.['username'];
    if (!this.isAlive(current) || others.some((user) => user !== known)) return false;
    return known === undefined || known === username || this.isAlive(previous ?? '');
  }

  /** Which version has which of AWS's labels. */
  get labels(): Partial<Record<(typeof LABELS)[number], string>> {
    const labels = Object.entries(this.store.labels(SECRET));
    return Object.fromEntries(
      LABELS.flatMap((label) =>
        labels
          .filter(([, held]) => held.includes(label))
          .map(([versionId]) => [label, nameOf(versionId)]),
      ),
    );
  }

  /** What a version holds; undefined where it has no value. */
  value(name: string): Record<string, string> | undefined {
    const text = this.store.text(SECRET, token(name));
    return text === undefined ? undefined : (JSON.parse(text) as Record<string, string>);
  }

  /** Puts a value into a version, with these labels, as an operator could. */
  putValue(name: string, change: Record<string, unknown>, labels: readonly string[] = []): void {
    const value = JSON.stringify({ ...FIELDS, masterarn: SUPERUSER_SECRET, ...change });
    this.store.putVersion({ secretId: SECRET, versionId: token(name), value, labels });
  }

  /** The versions whose credential signs in now. */
  get alive(): string[] {
    const secret = this.store.snapshot()[SECRET];
    return (secret?.versions ?? [])
      .map(({ versionId }) => nameOf(versionId))
      .filter((name) => this.isAlive(name));
  }

  /** Whether a version's credential signs in now. */
  isAlive(name: string): boolean {
    const { username, password } = this.value(name) ?? {};
    if (username === undefined || password === undefined) return false;
    return this.database.accepts(this.address, username, password);
  }

  /** The user is gone from the database, as after an operator's DROP USER. */
  dropUser(name: string): void {
    const { servers, ...rest } = this.database.snapshot();
    const kept = Object.entries(servers).map(([place, server]) => {
      const users = Object.entries(server.users).filter(([user]) => user !== name);
      return [place, { ...server, users: Object.fromEntries(users) }] as const;
    });
    this.database.restore({ ...rest, servers: Object.fromEntries(kept) });
  }

  /** Everything that a rotation may change but keyturn's own staging labels, to compare before and after. */
  world(): unknown {
    const { servers } = this.database.snapshot();
    const secrets = Object.entries(this.store.snapshot()).map(([name, secret]) => {
      const versions = secret.versions.map(({ labels, ...version }) => ({
        ...version,
        labels: labels.filter((label) => !label.startsWith('KEYTURN_')),
      }));
      return [name, { ...secret, versions }] as const;
    });
    return { servers, secrets: Object.fromEntries(secrets) };
  }

  /** Who tried to sign in, and what came of it, since the beginning or `forgetSignIns`. */
  get signIns(): string[] {
    const { signIns } = this.database;
    return signIns.slice(this.#forgotten).map(({ user, outcome }) => `${user} ${outcome}`);
  }
  #forgotten = 0;

  forgetSignIns(): void {
    this.#forgotten = this.database.signIns.length;
  }

  /** What was reported, without the ordinary course of events. */
  get news(): readonly string[] {
    return this.observer.events
      .filter(({ name }) => !/^rotation\.(started|step|succeeded|failed)/.test(name))
      .map((event) => event.name);
  }

  #searchForSecrets(shown: string): void {
    const versions = Object.values(this.store.snapshot()).flatMap(({ versions }) => versions);
    const texts = versions.flatMap(({ value }) => (value?.kind === 'text' ? [value.text] : []));
    const users = Object.values(this.database.server(this.address).users);
    const passwords = [
      ...texts.flatMap((text) => passwordsIn(text)),
      ...users.map(({ password }) => password),
      ...this.#generated,
    ];
    for (const secret of [...texts, ...passwords]) {
      const spellings = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)];
      if (spellings.some((spelling) => spelling.length > 1 && shown.includes(spelling))) {
        throw new Error('a secret was shown');
      }
    }
  }
}

function expectSentences({ message, remedy }: KeyturnError): void {
  expect(message).toMatch(SENTENCES);
  if (remedy !== undefined) expect(remedy).toMatch(SENTENCES);
}

function nameOf(versionId: string): string {
  return versionId.replace(/\.+$/, '');
}

function passwordsIn(text: string): string[] {
  try {
    const { password } = JSON.parse(text) as { password?: unknown };
    return typeof password === 'string' ? [password] : [];
  } catch {
    return [];
  }
}

/** Shorthand where a port wants one. */
export const sensitive = (text: string): Sensitive => new Sensitive(text);
