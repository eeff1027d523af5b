import { createRotationHandler, TOKENS } from '@keyturn/lambda-entry';
import {
  alternatingUsers,
  singleUser,
  type RotationStep,
  type RotationStrategy,
} from '@keyturn/core';
import {
  startSecretsManager,
  type LocalSecretsManager,
  type RotationReport,
} from '@keyturn/testkit';
import {
  sharedPostgres,
  uniqueName,
  type Login,
  type TestDatabase,
} from '@keyturn/testkit/postgres';
import { runCli, type Terminal } from '../../src/index.js';

export const postgres = sharedPostgres();

/** What the commands and the functions are told about the database's TLS. */
export const TLS: Readonly<Record<string, string>> = !postgres.tls
  ? { KEYTURN_TLS_MODE: 'disable' }
  : postgres.ca === undefined
    ? {}
    : { KEYTURN_TLS_CA: postgres.ca };

export type Strategy = 'single-user' | 'alternating-users';
type Fields = Readonly<Record<string, unknown>>;

/** A secret of a real database user, rotated by the real handler through the local Secrets Manager. */
export interface TestSecret {
  readonly id: string;
  readonly user: string;
  readonly strategy: Strategy;
}

/** What a command printed, and what it ended with. */
export interface CliRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** The parsed output of `--json`. */
  readonly json: () => Record<string, unknown> & { readonly state?: string };
}

/** The local Secrets Manager and a database, for all tests of a file. */
export interface CliFixture {
  readonly manager: LocalSecretsManager;
  readonly database: TestDatabase;
  makeSecret(strategy?: Strategy, change?: Fields): Promise<TestSecret>;
  /** Calls RotateSecret and waits; the function crashes right before the step, if one is named. */
  rotate(secret: TestSecret, crashBefore?: RotationStep): Promise<RotationReport>;
  /** Runs a command line in this process, as on a plain pipe of 80 columns. */
  cli(args: readonly string[], more?: Partial<Terminal>, endpoint?: string): Promise<CliRun>;
  /** The fields of the version with a label. */
  value(secret: TestSecret, label: string): Fields & Login;
  setPassword(user: string, password: string): Promise<void>;
  dropLater(user: string): void;
}

/** See {@link CliFixture}. */
export function useCliFixture(): () => CliFixture {
  let fixture: (CliFixture & { stop(): Promise<void> }) | undefined;
  beforeAll(async () => {
    process.env['AWS_ACCESS_KEY_ID'] ??= 'any';
    process.env['AWS_SECRET_ACCESS_KEY'] ??= 'any';
    fixture = await startFixture();
  });
  afterAll(() => fixture?.stop());
  return () => {
    if (fixture === undefined)
      throw new TypeError('the fixture stands only inside tests and hooks');
    return fixture;
  };
}

async function startFixture(): Promise<CliFixture & { stop(): Promise<void> }> {
  const [database, manager] = await Promise.all([
    postgres.createDatabase(),
    startSecretsManager({ rotation: { attempts: 1 } }),
  ]);
  const users: string[] = [];
  const passwords = new Set<string>([database.superuser.password]);
  const create = (fields: Fields): string =>
    manager.call('CreateSecret', {
      Name: uniqueName('secret'),
      ClientRequestToken: crypto.randomUUID(),
      SecretString: JSON.stringify(fields),
    })['Name'] as string;
  const address = {
    engine: 'redshift',
    host: database.host,
    port: database.port,
    dbname: database.name,
  };
  const superuserSecret = create({ ...address, ...database.superuser });
  const env = { ...TLS, SECRETS_MANAGER_ENDPOINT: manager.endpoint };
  const handlerFor = (strategy: RotationStrategy) =>
    createRotationHandler({
      strategy,
      env,
      configure: (c) => c.register(TOKENS.observer, { useValue: { notify: () => undefined } }),
    });
  const handlers = {
    'single-user': handlerFor(singleUser()),
    'alternating-users': handlerFor(alternatingUsers()),
  };
  // The SDK of the functions takes its region from the process, which they share with the tests.
  process.env['AWS_REGION'] ??= manager.region;
  const versionsOf = (id: string) =>
    Object.values(manager.state())
      .flat()
      .find(({ name }) => name === id)?.versions ?? [];
  const rememberPasswords = (): void => {
    for (const { versions } of Object.values(manager.state()).flat()) {
      for (const { value } of versions) {
        if (value?.kind === 'string') passwords.add((JSON.parse(value.text) as Login).password);
      }
    }
  };

  return {
    manager,
    database,
    dropLater: (user) => void users.push(user),
    async makeSecret(strategy = 'single-user', change = {}) {
      const user = uniqueName('app');
      const password = `${uniqueName('Pw')}X`;
      users.push(user);
      await database.query(`create user ${user} password '${password}'`);
      const more = strategy === 'single-user' ? {} : { masterarn: superuserSecret };
      const fields = { ...address, username: user, password, ...more, ...change };
      return { id: create(fields), user, strategy };
    },
    async rotate({ id, strategy }, crashBefore) {
      const name = `${strategy}-${crashBefore ?? 'well'}`;
      manager.registerFunction(name, async (event, context) => {
        if (event.Step === crashBefore) throw new Error('the process died');
        await handlers[strategy](event, context);
      });
      manager.call('RotateSecret', {
        SecretId: id,
        ClientRequestToken: crypto.randomUUID(),
        RotationLambdaARN: name,
        RotationRules: { AutomaticallyAfterDays: 30 },
      });
      return manager.waitForRotation(id);
    },
    async cli(args, more = {}, endpoint = manager.endpoint) {
      let [out, err] = ['', ''];
      const terminal: Terminal = {
        env: TLS,
        columns: 80,
        colours: false,
        interactive: false,
        live: false,
        interrupted: new AbortController().signal,
        out: (text) => void (out += text),
        err: (text) => void (err += text),
        ask: () => Promise.reject(new Error('nobody is here')),
        askText: () => Promise.reject(new Error('nobody is here')),
        readInput: () => Promise.reject(new Error('nothing comes in')),
        ...more,
      };
      const where =
        args[0] === 'completion' ? [] : ['--endpoint', endpoint, '--region', manager.region];
      const code = await runCli([...args, ...where], terminal);
      rememberPasswords();
      for (const password of passwords) {
        if (`${out}${err}`.includes(password)) throw new Error('a password was printed');
      }
      return { code, out, err, json: () => JSON.parse(out) as Record<string, unknown> };
    },
    value({ id }, label) {
      const version = versionsOf(id).find(({ labels }) => labels.includes(label));
      if (version?.value?.kind !== 'string') throw new Error(`no value under ${label}`);
      return JSON.parse(version.value.text) as Fields & Login;
    },
    async setPassword(user, password) {
      passwords.add(password);
      await database.query(`alter user ${user} password '${password}'`);
    },
    async stop() {
      await manager.close();
      await database.drop();
      const session = await postgres.connect();
      for (const user of users) await session.query(`drop role if exists ${user}, ${user}_clone`);
      await session.end();
    },
  };
}
