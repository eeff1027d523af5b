import {
  createCredentialSource,
  storeReader,
  type CredentialEvent,
  type CredentialSource,
  type CredentialSourceOptions,
} from '@keyturn/client';
import { InMemorySecretStore } from '@keyturn/testkit/fakes';
import {
  sharedPostgres,
  startLockGate,
  uniqueName,
  type LockGate,
  type TestDatabase,
} from '@keyturn/testkit/postgres';
import type { Client } from 'pg';

/** A database behind a gate that counts and locks, with a pair of users and a secret for them. */
export interface RealServer {
  readonly database: TestDatabase;
  readonly gate: LockGate;
  readonly secretId: string;
  readonly store: InMemorySecretStore;
  readonly users: readonly [string, string];
  /** What a configuration needs to reach the gate, which speaks no TLS. */
  readonly address: { host: string; port: number; database: string; ssl: false };
  source(options?: Partial<CredentialSourceOptions>): CredentialSource;
  /** What all sources have told. */
  readonly events: CredentialEvent[];
  /** Changes a user's password in the database, and nothing else. */
  setPassword(user: string, password: string): Promise<void>;
  /** Stores a credential under AWSCURRENT, or under another label. */
  putSecret(user: string, password: string, label?: 'AWSPENDING'): void;
  /** Wrong passwords so far, of both users. */
  refusals(): number;
  /** The users of the database's sessions, the superuser's left out. */
  sessions(): Promise<string[]>;
  /** Waits until something holds; a session ends some time after its client has said so. */
  until(holds: () => Promise<boolean>): Promise<void>;
  close(): Promise<void>;
}

/** One database per file, and everything else anew for each test. */
export function useRealServer(): () => RealServer {
  let database: TestDatabase;
  let admin: Client;
  let server: RealServer;
  beforeAll(async () => {
    database = await sharedPostgres().createDatabase({ standIn: false });
    admin = await database.connect();
  });
  beforeEach(async () => {
    server = await startRealServer(database, admin);
  });
  afterEach(() => server.close());
  afterAll(async () => {
    await admin.end();
    await database.drop();
  });
  return () => server;
}

async function startRealServer(database: TestDatabase, admin: Client): Promise<RealServer> {
  const server = sharedPostgres();
  const users = [uniqueName('app'), uniqueName('app_clone')] as const;
  for (const user of users) await admin.query(`create user "${user}" password 'password-1'`);
  const { superuser } = server;
  const to = { host: server.host, port: server.port };
  const gate = await startLockGate({ to, rule: { limit: 5 }, exempt: [superuser.username] });
  const store = new InMemorySecretStore();
  const secretId = 'orders';
  store.addSecret({ secretId });
  const events: CredentialEvent[] = [];
  let version = 0;
  const real: RealServer = {
    database,
    gate,
    secretId,
    store,
    users,
    events,
    address: { host: '127.0.0.1', port: gate.port, database: database.name, ssl: false },
    source: (options = {}) =>
      createCredentialSource({
        secretId,
        reader: storeReader(store),
        onEvent: (event) => events.push(event),
        ...options,
      }),
    setPassword: async (user, password) => {
      await admin.query(`alter user "${user}" password '${password}'`);
    },
    putSecret(user, password, label) {
      const value = JSON.stringify({ username: user, password, host: '127.0.0.1' });
      const put = { secretId, versionId: `v${++version}`, value };
      if (label === undefined) store.putCurrent(put);
      else store.putVersion({ ...put, labels: [label] });
    },
    refusals: () => users.reduce((sum, user) => sum + gate.book.wrongPasswords(user), 0),
    async sessions() {
      const { rows } = await admin.query<{ usename: string }>(
        'select usename from pg_stat_activity where datname = current_database() and usename <> current_user',
      );
      return rows.map(({ usename }) => usename).sort();
    },
    async until(holds) {
      for (const deadline = Date.now() + 10_000; !(await holds());) {
        if (Date.now() > deadline) throw new Error('it does not come to hold');
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    async close() {
      await gate.close();
      for (const user of users) await admin.query(`drop user "${user}"`);
    },
  };
  real.putSecret(users[0], 'password-1');
  return real;
}
