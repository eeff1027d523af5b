import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SecretsManagerStore } from '@keyturn/adapters-aws';
import { startSecretsManager, type LocalSecretsManager } from '@keyturn/testkit';
import type { PostgresServer, TestDatabase } from '@keyturn/testkit/postgres';

/** A real Postgres and a local Secrets Manager, for many secrets. */
export interface RealFixture {
  readonly server: PostgresServer;
  readonly database: TestDatabase;
  readonly manager: LocalSecretsManager;
  readonly store: SecretsManagerStore;
  /** Stops what was started here; the Postgres server stays. */
  close(): Promise<void>;
}

/** The name of a function that does nothing, so that RotateSecret stages a token and the steps can be run by hand. */
export const IDLE_FUNCTION = 'idle';

/** Makes a database and a Secrets Manager. */
export async function startRealFixture(server: PostgresServer): Promise<RealFixture> {
  // The pinned SDK is made for the Node versions this is run on.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const database = await server.createDatabase();
  const manager = await startSecretsManager({
    functions: { [IDLE_FUNCTION]: async () => undefined },
    rotation: { attempts: 1 },
  });
  const client = new SecretsManagerClient({
    endpoint: manager.endpoint,
    region: manager.region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  return {
    server,
    database,
    manager,
    store: new SecretsManagerStore({ client }),
    async close() {
      client.destroy();
      await manager.close();
      await database.drop();
    },
  };
}
