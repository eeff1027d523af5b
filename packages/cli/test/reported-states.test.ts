import { createServer, type AddressInfo } from 'node:net';
import { DIAGNOSIS_STATES, type DiagnosisState } from '@keyturn/core';
import { startSecretsManager } from '@keyturn/testkit';
import { createTestCa, startTlsFront } from '@keyturn/testkit/tls';
import { TLS, useCliFixture, type CliFixture, type Strategy } from './support/cli-fixture.js';

const fixture = useCliFixture();

interface ReportedState {
  readonly state: DiagnosisState;
  readonly by: string;
  readonly strategy?: Strategy;
  /** The variable that the advice has to name. */
  readonly names?: string;
  /** Brings it about and gives the secret's id, and settings of the command. */
  readonly produce: (
    fixture: CliFixture,
    strategy: Strategy,
  ) => Promise<{ id: string; env?: Record<string, string>; end?: () => Promise<unknown> | void }>;
}

const ALTERNATING = 'alternating-users';

/** Every state that a person has to deal with, produced for real; DNS is in terminal.test.ts. */
const STATES: readonly ReportedState[] = [
  {
    state: 'access-denied',
    by: 'a role without DescribeSecret',
    async produce({ makeSecret, manager }, strategy) {
      const { id } = await makeSecret(strategy);
      deny(manager, 'DescribeSecret', id);
      return { id };
    },
  },
  {
    state: 'access-denied',
    by: 'a role without ListSecretVersionIds, where an unlabelled version may live',
    async produce({ makeSecret, manager, setPassword }, strategy) {
      const { id, user } = await makeSecret(strategy);
      await setPassword(user, 'Nobody-knows-1');
      deny(manager, 'ListSecretVersionIds', id);
      return { id };
    },
  },
  {
    state: 'unreadable',
    by: 'a name that no secret has',
    produce: async () => ({ id: 'nowhere' }),
  },
  {
    state: 'managed',
    by: 'a service that owns the secret',
    async produce({ makeSecret, manager }, strategy) {
      const { id } = await makeSecret(strategy);
      manager.setOwningService(id, 'redshift');
      return { id };
    },
  },
  {
    state: 'unreachable-tcp',
    by: 'a closed port',
    async produce({ makeSecret }, strategy) {
      const server = await listen();
      await server.end();
      return makeSecret(strategy, { host: '127.0.0.1', port: server.port });
    },
  },
  {
    state: 'unreachable-timeout',
    by: 'a server that never answers',
    names: 'KEYTURN_CONNECT_TIMEOUT_MS',
    async produce({ makeSecret }, strategy) {
      const server = await listen();
      const { id } = await makeSecret(strategy, { host: '127.0.0.1', port: server.port });
      return { id, env: { KEYTURN_CONNECT_TIMEOUT_MS: '150' }, end: server.end };
    },
  },
  {
    state: 'unreachable-tls',
    by: 'an expired certificate',
    async produce({ makeSecret, database }, strategy) {
      const ca = await createTestCa();
      const certificate = await ca.issue({ ips: ['127.0.0.1'], expired: true });
      const front = await startTlsFront({ certificate, to: database });
      const { id } = await makeSecret(strategy, { host: '127.0.0.1', port: front.port });
      const env = { KEYTURN_TLS_MODE: 'verify-full', KEYTURN_TLS_CA: ca.certificate };
      return { id, env, end: front.stop };
    },
  },
  {
    state: 'unreachable-refused',
    by: 'a database that does not exist',
    produce: ({ makeSecret }, strategy) => makeSecret(strategy, { dbname: 'nowhere' }),
  },
  {
    state: 'locked-out',
    by: 'a dropped user',
    async produce({ makeSecret, database }, strategy) {
      const { id, user } = await makeSecret(strategy);
      await database.query(`drop user ${user}`);
      return { id };
    },
  },
  {
    state: 'superuser-dead',
    strategy: ALTERNATING,
    by: 'a superuser secret with another password',
    async produce({ makeSecret, manager, database }, strategy) {
      const { superuser, host, port } = database;
      const fields = { engine: 'redshift', host, port, ...superuser, password: 'Not-this-1' };
      const masterarn = manager.call('CreateSecret', {
        Name: `superuser-${crypto.randomUUID()}`,
        ClientRequestToken: crypto.randomUUID(),
        SecretString: JSON.stringify(fields),
      })['ARN'];
      return makeSecret(strategy, { masterarn });
    },
  },
  {
    state: 'alternate-missing',
    strategy: ALTERNATING,
    by: 'a dropped alternate',
    async produce({ makeSecret, rotate, database }, strategy) {
      const secret = await makeSecret(strategy);
      await rotate(secret);
      await database.query(`drop owned by ${secret.user}; drop user ${secret.user}`);
      return secret;
    },
  },
  {
    state: 'alternate-unrelated',
    strategy: ALTERNATING,
    by: "somebody else's user of that name",
    names: 'KEYTURN_USER_PAIRS',
    async produce({ makeSecret, database }, strategy) {
      const secret = await makeSecret(strategy);
      await database.query(`create user ${secret.user}_clone password 'Somebody-else-1'`);
      return secret;
    },
  },
  {
    state: 'permissions-drifted',
    strategy: ALTERNATING,
    by: 'a permission that was granted to the current user only',
    async produce({ makeSecret, rotate, database }, strategy) {
      const secret = await makeSecret(strategy);
      await rotate(secret);
      await database.query(`create schema ${secret.user}_schema;
        grant usage on schema ${secret.user}_schema to ${secret.user}_clone`);
      return secret;
    },
  },
  {
    state: 'rotation-never-enabled',
    by: 'a new secret',
    produce: ({ makeSecret }, strategy) => makeSecret(strategy),
  },
  {
    state: 'rotation-turned-off',
    by: 'CancelRotateSecret',
    async produce({ makeSecret, rotate, manager }, strategy) {
      const secret = await makeSecret(strategy);
      await rotate(secret);
      manager.call('CancelRotateSecret', { SecretId: secret.id });
      return secret;
    },
  },
];

function deny(
  manager: CliFixture['manager'],
  operation: 'DescribeSecret' | 'ListSecretVersionIds',
  secretId: string,
) {
  manager.faults.add({
    operation,
    secretId,
    error: 'AccessDeniedException',
    message: `User: arn:aws:sts::1:assumed-role/r/s is not authorized to perform: secretsmanager:${operation}`,
  });
}

async function listen() {
  const server = createServer((socket) => socket.on('error', () => socket.destroy()));
  const open = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => open.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async end() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe.each(STATES)('$state, by $by', ({ state, strategy = 'single-user', names, produce }) => {
  it('is found, and not touched by a repair; a rotation heals it where that is the advice', async () => {
    const { cli, manager, rotate } = fixture();
    const { id, env = {}, end } = await produce(fixture(), strategy);
    const terminal = { env: { ...TLS, ...env } };
    const args = [id, '--json', '--strategy', strategy];
    try {
      const found = await cli(['doctor', ...args], terminal);
      expect(found.json()).toMatchObject({ state });
      if (names !== undefined) expect(found.json()).toMatchObject({ advice: stringOf(names) });
      expect(found.code).toBe(2);

      const before = JSON.stringify(labelsOf(manager));
      const repaired = await cli(['repair', ...args, '--yes'], terminal);
      expect(repaired.json()).toMatchObject({ outcome: 'refused', diagnosis: { state } });
      expect(repaired.code).toBe(3);
      expect(JSON.stringify(labelsOf(manager))).toBe(before);

      if (DIAGNOSIS_STATES[state].action !== 'rotate') return;
      await rotate({ id, user: '', strategy });
      const after = await cli(['doctor', ...args], terminal);
      expect(after.json()).toMatchObject({ state: 'healthy' });
    } finally {
      await end?.();
    }
  });
});

const stringOf = (part: string) => expect.stringContaining(part) as string;

function labelsOf(manager: CliFixture['manager']) {
  return Object.values(manager.state())
    .flat()
    .map(({ versions }) => versions.map(({ id, labels }) => ({ id, labels })));
}

describe('rotation-overdue', () => {
  it('is found where the date of the next rotation has passed', async () => {
    const { cli, makeSecret, value } = fixture();
    const secret = await makeSecret();
    const old = await startSecretsManager({
      clock: 'manual',
      startTime: new Date(Date.now() - 40 * 86_400_000),
      functions: { nothing: () => Promise.resolve() },
    });
    try {
      old.call('CreateSecret', {
        Name: secret.id,
        ClientRequestToken: crypto.randomUUID(),
        SecretString: JSON.stringify(value(secret, 'AWSCURRENT')),
      });
      old.call('RotateSecret', {
        SecretId: secret.id,
        ClientRequestToken: crypto.randomUUID(),
        RotationLambdaARN: 'nothing',
        RotationRules: { AutomaticallyAfterDays: 30 },
        RotateImmediately: false,
      });
      await old.waitForRotation(secret.id).catch(() => undefined);
      const found = await cli(['doctor', secret.id, '--json'], {}, old.endpoint);
      expect(found.json()).toMatchObject({ state: 'rotation-overdue' });
    } finally {
      await old.close();
    }
  });
});

describe('a permission that everybody has through PUBLIC', () => {
  it('is no drift, although only one user of the pair has it by itself', async () => {
    const { cli, database, makeSecret, rotate } = fixture();
    const secret = await makeSecret('alternating-users');
    await rotate(secret);
    await database.query(`create schema ${secret.user}_open;
      grant usage on schema ${secret.user}_open to public, ${secret.user}_clone`);

    expect((await cli(['doctor', secret.id, '--json'])).json()).toMatchObject({ state: 'healthy' });
  });
});

describe('objects-owned-by-alternate', () => {
  it('is found where a table was made by the user that is idle now', async () => {
    const { cli, database, makeSecret, rotate, value } = fixture();
    const secret = await makeSecret('alternating-users');
    const schema = `${secret.user}_owned`;
    await database.query(
      `create schema ${schema}; grant all on schema ${schema} to ${secret.user}`,
    );
    const session = await database.connect(value(secret, 'AWSCURRENT'));
    await session.query(`create table ${schema}.made (a int)`).finally(() => session.end());
    await rotate(secret);

    const found = await cli(['doctor', secret.id, '--json']);
    expect(found.json()).toMatchObject({ state: 'objects-owned-by-alternate' });
  });
});
