import { setTimeout as sleep } from 'node:timers/promises';
import { RotateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  startSecretsManager,
  type BundleTarget,
  type FunctionTarget,
  type LocalSecretsManager,
  type RotationReport,
  type StepReport,
} from '@keyturn/testkit';
import {
  sharedPostgres,
  uniqueName,
  type CreateDatabaseOptions,
  type Login,
  type TestDatabase,
} from '@keyturn/testkit/postgres';
import { buildBundles, BUNDLES, type StrategyName } from './bundles.js';

export const postgres = sharedPostgres();

/** What every function is told: verify-full with the server's authority, plain only where it has no TLS. */
const TLS: Readonly<Record<string, string>> = !postgres.tls
  ? { KEYTURN_TLS_MODE: 'disable' }
  : postgres.ca === undefined
    ? {}
    : { KEYTURN_TLS_CA: postgres.ca };

/** Which function rotates, and how it is called. */
export interface RotationOptions {
  readonly strategy: StrategyName;
  /** Variables of the function besides those it needs to reach the database. */
  readonly env?: Readonly<Record<string, string>>;
  /** A new process for every step. */
  readonly fresh?: boolean;
  /** False tests the configuration only. */
  readonly immediately?: boolean;
  /** Default: a new one. */
  readonly token?: string;
}

/** A value of a secret as these tests store it. */
export type SecretFields = Readonly<Record<string, unknown>> & Login;

/** A log line of a function. */
export type PrintedEvent = Readonly<Record<string, unknown>>;

/** A database, the local Secrets Manager and the real functions, for all tests of a file or `describe`. */
export interface RotationFixture {
  readonly manager: LocalSecretsManager;
  /** The AWS SDK's client of it. */
  readonly client: SecretsManagerClient;
  readonly database: TestDatabase;
  /** Is told of every step from now on, before the next one begins. */
  onStep(listener: (report: StepReport) => void): void;
  /** Everything the functions printed. */
  readonly output: readonly string[];
  /** The ARN of a secret that holds the server's superuser. */
  readonly superuserSecret: string;

  /** Makes a user of a fresh name, or of this one; it is dropped in the end, and so is its clone. */
  makeUser(options?: { readonly name?: string; readonly options?: string }): Promise<Login>;
  /** Has a user that a test made by itself, or had made, dropped in the end. */
  forgetLater(user: string): void;
  /** The fields of a secret for a user of the database. */
  fieldsFor(login: Login, more?: Readonly<Record<string, unknown>>): SecretFields;
  /** Stores a secret and gives its ARN. */
  makeSecret(fields: object): string;
  /** The fields of the version with a label; undefined without such a version or value. */
  value(secret: string, label: string): SecretFields | undefined;
  /** Labels and the versions they are on. */
  labels(secret: string): Readonly<Record<string, string>>;
  /** Calls RotateSecret through the AWS SDK and waits for the end. */
  rotate(secret: string, options: RotationOptions): Promise<RotationReport>;
  /** The same with any function, which is registered under a name of its own and can be replaced. */
  rotateWith(
    secret: string,
    fn: { readonly name: string; readonly target: FunctionTarget },
    options?: { readonly immediately?: boolean; readonly token?: string },
  ): Promise<RotationReport>;
  /** The real function as a target. */
  target(options: RotationOptions): BundleTarget;
  /** Waits until a function has printed so many events of a name about a secret, and gives them. */
  events(secret: string, name: string, count?: number): Promise<readonly PrintedEvent[]>;
  /** Whether the database lets this credential in; anything but a refused password is thrown. */
  signsIn(login: Login): Promise<boolean>;
  /** Whether a statement works for this user; anything but a lack of rights is thrown. */
  may(login: Login, sql: string): Promise<boolean>;
}

/** See {@link RotationFixture}. Steps are tried once: these tests look at every failure. */
export function useRotationFixture(options?: CreateDatabaseOptions): () => RotationFixture {
  let fixture: Awaited<ReturnType<typeof startFixture>> | undefined;
  beforeAll(async () => {
    await buildBundles();
    fixture = await startFixture(options);
  });
  afterAll(() => fixture?.stop());
  return () => {
    if (fixture === undefined)
      throw new TypeError('the fixture stands only inside tests and hooks');
    return fixture;
  };
}

async function startFixture(
  options?: CreateDatabaseOptions,
): Promise<RotationFixture & { stop(): Promise<void> }> {
  const output: string[] = [];
  const listeners: ((report: StepReport) => void)[] = [];
  const [database, manager] = await Promise.all([
    postgres.createDatabase(options),
    startSecretsManager({
      rotation: { attempts: 1 },
      onStep: (report) => listeners.forEach((listener) => listener(report)),
      onFunctionOutput: (line) => output.push(line),
    }),
  ]);
  const client = new SecretsManagerClient({
    endpoint: manager.endpoint,
    region: manager.region,
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  const users: string[] = [];
  const functions = new Map<string, string>();

  const makeSecret = (fields: object): string => {
    const input = {
      Name: uniqueName('secret'),
      ClientRequestToken: crypto.randomUUID(),
      SecretString: JSON.stringify(fields),
    };
    return manager.call('CreateSecret', input)['ARN'] as string;
  };
  const fieldsFor: RotationFixture['fieldsFor'] = ({ username, password }, more = {}) => ({
    engine: 'redshift',
    host: database.host,
    port: database.port,
    dbname: database.name,
    username,
    password,
    ...more,
  });
  const target: RotationFixture['target'] = ({ strategy, env = {}, fresh = false }) => ({
    bundle: BUNDLES[strategy],
    env: { ...TLS, ...env },
    fresh,
  });
  const start = async (
    secret: string,
    name: string,
    {
      immediately = true,
      token = crypto.randomUUID(),
    }: { immediately?: boolean; token?: string } = {},
  ): Promise<RotationReport> => {
    await client.send(
      new RotateSecretCommand({
        SecretId: secret,
        ClientRequestToken: token,
        RotationLambdaARN: name,
        RotationRules: { AutomaticallyAfterDays: 30 },
        RotateImmediately: immediately,
      }),
    );
    return manager.waitForRotation(secret);
  };
  const attempt = async (login: Login, sql: string, refusals: readonly string[]) => {
    try {
      const session = await database.connect(login);
      await session.query(sql).finally(() => session.end());
      return true;
    } catch (error) {
      if (refusals.includes((error as { code?: string }).code ?? '')) return false;
      throw error;
    }
  };

  return {
    manager,
    client,
    database,
    onStep: (listener) => void listeners.push(listener),
    output,
    superuserSecret: makeSecret(fieldsFor(database.superuser)),
    fieldsFor,
    makeSecret,
    target,
    forgetLater: (user) => void users.push(user),
    async makeUser({ name = uniqueName('app'), options = '' } = {}) {
      const password = `${uniqueName('Pw')}X`;
      users.push(name);
      await database.query(
        `create user "${name.replaceAll('"', '""')}" password '${password}' ${options}`,
      );
      return { username: name, password };
    },
    value(secret, label) {
      const version = versionsOf(manager, secret).find(({ labels }) => labels.includes(label));
      if (version?.value?.kind !== 'string') return undefined;
      return JSON.parse(version.value.text) as SecretFields;
    },
    labels: (secret) =>
      Object.fromEntries(
        versionsOf(manager, secret).flatMap(({ id, labels }) => labels.map((label) => [label, id])),
      ),
    rotate(secret, rotation) {
      const { strategy, env = {}, fresh = false } = rotation;
      // Functions of the same settings are one, and so stay warm.
      const settings = JSON.stringify([strategy, env, fresh]);
      const name = functions.get(settings) ?? uniqueName('function');
      if (!functions.has(settings)) manager.registerFunction(name, target(rotation));
      functions.set(settings, name);
      return start(secret, name, rotation);
    },
    rotateWith(secret, fn, how) {
      manager.registerFunction(fn.name, fn.target);
      return start(secret, fn.name, how);
    },
    async events(secret, name, count = 1) {
      // What is printed arrives on another way than the answer, and may be later.
      for (let look = 0; ; look++) {
        const found = output
          .map(parseLine)
          .filter((event) => event['event'] === name && event['secretId'] === secret);
        if (found.length >= count) return found;
        if (look === 200) throw new Error(`${found.length} of ${count} ${name} were printed`);
        await sleep(10);
      }
    },
    signsIn: (login) => attempt(login, 'select 1', ['28P01']),
    may: (login, sql) => attempt(login, sql, ['42501']),
    async stop() {
      client.destroy();
      await manager.close();
      await database.drop();
      await dropUsers(users);
    },
  };
}

function parseLine(line: string): PrintedEvent {
  return line.startsWith('{') ? (JSON.parse(line) as PrintedEvent) : {};
}

/** Every version of a secret, with its value. */
export function versionsOf(manager: LocalSecretsManager, secret: string) {
  const all = Object.values(manager.state()).flat();
  return all.find(({ arn, name }) => arn === secret || name === secret)?.versions ?? [];
}

async function dropUsers(users: readonly string[]): Promise<void> {
  const session = await postgres.connect();
  try {
    for (const user of users) {
      const names = [user, `${user}_clone`].map((name) => `"${name.replaceAll('"', '""')}"`);
      await session.query(`drop role if exists ${names.join(', ')}`);
    }
  } finally {
    await session.end();
  }
}
