import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  startSecretsManager,
  type LocalSecretsManager,
  type FunctionEvent,
} from '@keyturn/testkit';
import {
  startPostgres,
  uniqueName,
  type PostgresServer,
  type TestDatabase,
} from '@keyturn/testkit/postgres';
import type { SeenRequest } from './round-trips.js';

/** Single user, or alternating users with a superuser secret of their own. */
export type Strategy = 'single' | 'alternating';

/** Runs one step. */
export type Invoke = (event: FunctionEvent) => Promise<unknown>;

/** A secret with a user of its own in the database. */
export interface BenchSecret {
  readonly name: string;
  readonly user: string;
}

/** A user who is in a database already. */
export interface ExistingUser {
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

const ROTATION_STEPS = 4;

/** One rotation: how long its steps took, in milliseconds, and what the service saw. */
export interface MeasuredRotation {
  readonly ok: boolean;
  readonly error?: string;
  readonly stepsMs: Readonly<Record<string, number>>;
  readonly totalMs: number;
  readonly requests: readonly SeenRequest[];
}

/** A database, a Secrets Manager and the knobs of both. */
export interface World {
  readonly manager: LocalSecretsManager;
  readonly postgres: PostgresServer;
  readonly database: TestDatabase;
  /** What a function has to find in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Milliseconds that every answer of the service, and every next step, waits. */
  setPace(pace: { readonly apiMs?: number; readonly betweenStepsMs?: number }): void;
  addSecret(strategy: Strategy): Promise<BenchSecret>;
  addSecretFor(strategy: Strategy, existing: ExistingUser): BenchSecret;
  rotate(secret: BenchSecret, invoke: Invoke): Promise<MeasuredRotation>;
  close(): Promise<void>;
}

/** The secret that holds the superuser credential of alternating users. */
export const SUPERUSER_SECRET = 'bench/superuser';

/** Redshift joins texts with `+`, which an implementation may rely on. */
const REDSHIFT_CONCATENATION =
  'create operator public.+ (leftarg = text, rightarg = text, function = textcat)';

/** Starts both; the service runs in this process. */
export async function startWorld(
  announce: (line: string) => void,
  { functionTimeoutMs = 30_000 }: { readonly functionTimeoutMs?: number } = {},
): Promise<World> {
  const postgres = await startPostgres({ source: 'embedded', announce });
  const database = await postgres.createDatabase();
  await database.query('create schema sales; create table sales.orders (id int)');
  await database.query(REDSHIFT_CONCATENATION);
  let betweenStepsMs = 0;
  const running = new Map<string, { step: string; readonly requests: SeenRequest[] }>();
  const manager = await startSecretsManager({
    rotation: { attempts: 1, functionTimeoutMs },
    onStep: () => (betweenStepsMs > 0 ? sleep(betweenStepsMs) : undefined),
    onRequest: ({ operation, durationMs }) => {
      const endedAt = performance.now();
      // Requests name the secret in many ways; only one rotation at a time is looked at so closely.
      const [only] = running.values();
      if (running.size !== 1 || only === undefined) return;
      only.requests.push({ operation, step: only.step, startedAt: endedAt - durationMs, endedAt });
    },
  });
  const invokers = new Map<string, Invoke>();
  const functionArn = manager.registerFunction('bench', (event) => {
    const invoke = invokers.get(event.SecretId);
    if (invoke === undefined) throw new Error('nobody runs this rotation');
    return invoke(event);
  });
  const { host, port, name: dbname, superuser, ca } = database;
  const place = { engine: 'redshift', host, port, dbname };
  const { ARN: masterarn } = manager.call('CreateSecret', {
    Name: SUPERUSER_SECRET,
    ClientRequestToken: randomUUID(),
    SecretString: JSON.stringify({ ...place, ...superuser }),
  }) as { ARN: string };
  const addSecretFor: World['addSecretFor'] = (strategy, { user, password, database: dbname }) => {
    const name = `bench/${user}`;
    const value = { ...place, dbname, username: user, password };
    manager.call('CreateSecret', {
      Name: name,
      ClientRequestToken: randomUUID(),
      SecretString: JSON.stringify(strategy === 'alternating' ? { ...value, masterarn } : value),
    });
    return { name, user };
  };

  return {
    manager,
    postgres,
    database,
    env: {
      AWS_REGION: manager.region,
      // The name that the AWS SDK for Python reads.
      AWS_DEFAULT_REGION: manager.region,
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      SECRETS_MANAGER_ENDPOINT: manager.endpoint,
      ...(ca === undefined ? { KEYTURN_TLS_MODE: 'disable' } : { KEYTURN_TLS_CA: ca }),
    },
    setPace({ apiMs = 0, betweenStepsMs: between = 0 }) {
      betweenStepsMs = between;
      manager.faults.clear();
      if (apiMs > 0) manager.faults.add({ latencyMs: apiMs });
    },
    async addSecret(strategy) {
      const user = uniqueName('bench');
      const password = 'First-Passw0rd';
      await database.query(
        `create user ${user} password '${password}'; grant usage on schema sales to ${user};` +
          `grant select on sales.orders to ${user}`,
      );
      return addSecretFor(strategy, { user, password, database: dbname });
    },
    addSecretFor,
    async rotate(secret, invoke) {
      const seen = { step: '', requests: [] as SeenRequest[] };
      const stepsMs: Record<string, number> = {};
      const { ARN } = manager.call('DescribeSecret', { SecretId: secret.name }) as { ARN: string };
      running.set(ARN, seen);
      invokers.set(ARN, async (event) => {
        seen.step = event.Step;
        const began = performance.now();
        await invoke(event);
        stepsMs[event.Step] = performance.now() - began;
      });
      try {
        manager.call('RotateSecret', {
          SecretId: secret.name,
          ClientRequestToken: randomUUID(),
          RotationLambdaARN: functionArn,
          RotationRules: { AutomaticallyAfterDays: 30 },
        });
        const { outcome, error } = await manager.waitForRotation(
          secret.name,
          ROTATION_STEPS * functionTimeoutMs,
        );
        const totalMs = Object.values(stepsMs).reduce((sum, ms) => sum + ms, 0);
        const ok = outcome === 'succeeded';
        return { ok, ...(error !== undefined && { error }), stepsMs, totalMs, ...seen };
      } finally {
        running.delete(ARN);
        invokers.delete(ARN);
      }
    },
    async close() {
      await manager.close();
      await postgres.stop();
    },
  };
}
