import {
  CreateSecretCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { startPostgres, uniqueName, type TestDatabase } from '@keyturn/testkit/postgres';
import { startSecretsManager, type LocalSecretsManager, type StepReport } from '@keyturn/testkit';
import { observe, queryAsCurrent, type Observation, type Tls } from './observe.js';
import { prove, type Proof } from './prove.js';

/** The two functions, as `npm run build` names them, and what they are shown as. */
const FUNCTIONS = {
  'single user': 'redshift-single-user',
  'alternating users': 'redshift-alternating-users',
} as const;

/** One of the two strategies. */
export type Strategy = keyof typeof FUNCTIONS;

/** One rotation from RotateSecret to its end. */
export interface ShownRotation {
  readonly strategy: Strategy;
  readonly secret: string;
  /** 1 for the rotation that enabling starts. */
  readonly number: number;
  readonly before: Observation;
  readonly steps: readonly ShownStep[];
  readonly end: Observation;
  readonly proofs: readonly Proof[];
}

/** What a step did, as seen right after it. */
export interface ShownStep extends Observation {
  readonly step: string;
  readonly durationMs: number;
  readonly error?: string;
}

/** Is told about progress, before anything has ended. */
export interface Audience {
  progress(line: string): void;
  starts(rotation: Pick<ShownRotation, 'strategy' | 'number' | 'before'>): void;
  step(step: ShownStep): void;
  ends(rotation: ShownRotation): void;
}

/** Sets everything up, rotates each secret twice, and takes everything down again. */
export async function runScenario(
  bundles: (name: string) => string,
  audience: Audience,
): Promise<readonly ShownRotation[]> {
  audience.progress('Starting a real Postgres');
  const byUrl = process.env['KEYTURN_TEST_POSTGRES_URL'] !== undefined;
  const postgres = await startPostgres({
    ...(!byUrl && { source: 'embedded' }),
    announce: (line) => audience.progress(line),
  });
  const users: string[] = [];
  let database: TestDatabase | undefined;
  let manager: LocalSecretsManager | undefined;
  try {
    database = await postgres.createDatabase();
    const tls = database.ca === undefined ? undefined : { ca: database.ca, host: database.host };
    if (tls === undefined) audience.progress('This database has no TLS: the demo goes on without.');
    audience.progress('Starting the local Secrets Manager');
    const watch: Watch = { onStep: () => Promise.resolve() };
    manager = await startSecretsManager({ onStep: (report) => watch.onStep(report) });
    const world = { manager, watch, database, tls, users, audience, bundles };
    return [...(await show(world, 'single user')), ...(await show(world, 'alternating users'))];
  } finally {
    await manager?.close();
    if (database !== undefined) await dropAll(database, users);
    await postgres.stop();
  }
}

/** Who is told about each step of the rotation under way. */
interface Watch {
  onStep: (report: StepReport) => Promise<void>;
}

interface World {
  readonly manager: LocalSecretsManager;
  readonly watch: Watch;
  readonly database: TestDatabase;
  readonly tls: Tls;
  /** Every role that was made or may have been, to be dropped at the end. */
  readonly users: string[];
  readonly audience: Audience;
  readonly bundles: (name: string) => string;
}

async function show(world: World, strategy: Strategy): Promise<ShownRotation[]> {
  const { manager, tls, audience } = world;
  const functionArn = manager.registerFunction(FUNCTIONS[strategy], {
    bundle: world.bundles(FUNCTIONS[strategy]),
    env: {
      AWS_REGION: manager.region,
      AWS_ACCESS_KEY_ID: 'demo',
      AWS_SECRET_ACCESS_KEY: 'demo',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      SECRETS_MANAGER_ENDPOINT: manager.endpoint,
      ...(tls === undefined ? { KEYTURN_TLS_MODE: 'disable' } : { KEYTURN_TLS_CA: tls.ca }),
    },
  });
  const client = new SecretsManagerClient({
    endpoint: manager.endpoint,
    region: manager.region,
    credentials: { accessKeyId: 'demo', secretAccessKey: 'demo' },
  });
  const secret = `demo/${strategy.replace(' ', '-')}`;
  await storeSecret(world, client, strategy, secret);
  const shown: ShownRotation[] = [];
  for (const number of [1, 2]) {
    const before = await observe(client, secret, tls);
    audience.starts({ strategy, number, before });
    const steps: ShownStep[] = [];
    world.watch.onStep = async ({ step, durationMs, error }) => {
      const seen = await observe(client, secret, tls);
      const shownStep = { step, durationMs, ...(error !== undefined && { error }), ...seen };
      steps.push(shownStep);
      audience.step(shownStep);
    };
    // Enabling rotation counts as the first one; the second call uses the stored configuration.
    const { VersionId: token = '' } = await client.send(
      new RotateSecretCommand({
        SecretId: secret,
        ...(number === 1 && {
          RotationLambdaARN: functionArn,
          RotationRules: { AutomaticallyAfterDays: 30 },
        }),
      }),
    );
    const { outcome } = await manager.waitForRotation(secret);
    const end = await observe(client, secret, tls);
    const sql = 'select count(*)::text as answer from sales.orders';
    const canRead = (await queryAsCurrent(client, secret, tls, sql)) === '3';
    const proofs = prove({ strategy, outcome, token, end, canRead });
    const rotation = { strategy, secret, number, before, steps, end, proofs };
    audience.ends(rotation);
    shown.push(rotation);
  }
  client.destroy();
  return shown;
}

/** A table, a user that may read it, and a secret with the user's credential, as a team would have them. */
async function storeSecret(
  { database, users }: World,
  client: SecretsManagerClient,
  strategy: Strategy,
  secret: string,
): Promise<void> {
  const user = uniqueName('app');
  const password = 'First-Passw0rd';
  users.push(user, `${user}_clone`);
  await database.query(`
    create schema if not exists sales;
    create table if not exists sales.orders as select generate_series(1, 3) as id;
    create user ${user} password '${password}';
    grant usage on schema sales to ${user};
    grant select on sales.orders to ${user};
  `);
  const { host, port, name: dbname, superuser } = database;
  const place = { engine: 'redshift', host, port, dbname };
  const store = (Name: string, value: object): Promise<{ ARN?: string | undefined }> =>
    client.send(new CreateSecretCommand({ Name, SecretString: JSON.stringify(value) }));
  if (strategy === 'single user') {
    await store(secret, { ...place, username: user, password });
    return;
  }
  const { ARN: masterarn } = await store('demo/superuser', { ...place, ...superuser });
  await store(secret, { ...place, username: user, password, masterarn });
}

async function dropAll(database: TestDatabase, users: readonly string[]): Promise<void> {
  await database.query('drop schema if exists sales cascade');
  // Roles belong to the whole server, which may be somebody else's.
  for (const user of users) await database.query(`drop user if exists ${user}`);
  await database.drop();
}
