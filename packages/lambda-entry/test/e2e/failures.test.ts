import { createServer, type AddressInfo } from 'node:net';
import { UpdateSecretVersionStageCommand } from '@aws-sdk/client-secrets-manager';
import type { Login } from '@keyturn/testkit/postgres';
import { createTestCa, startTlsFront, type CertificateRequest } from '@keyturn/testkit/tls';
import type { StrategyName } from './support/bundles.js';
import { postgres, useRotationFixture } from './support/rotation-fixture.js';

const fixture = useRotationFixture();

/** What makes a rotation fail, and what is said about it. */
interface Failure {
  readonly what: string;
  readonly code: string;
  /** In the error that the service is given. */
  readonly says: string;
  /** Default `setSecret`. */
  readonly step?: string;
  /** Default both. */
  readonly strategies?: readonly StrategyName[];
  /** What is wrong: fields of the secret, or variables of the function. */
  wrong(user: Login): Promise<{
    readonly fields?: object;
    readonly env?: Readonly<Record<string, string>>;
    repair?(): unknown;
  }>;
}

const ONLY_ALTERNATING = ['alternating users'] as const;
const stops: (() => unknown)[] = [];
afterAll(async () => {
  for (const stop of stops) await stop();
});

const secretSays = (fields: object) => async () => ({ fields });
const functionSays = (env: Readonly<Record<string, string>>) => async () => ({ env });

/** A front before the server that shows a certificate of an authority which the function trusts, or does not. */
const certificate = (request: CertificateRequest, trusted: boolean) => async () => {
  const ca = await createTestCa();
  const front = await startTlsFront({ certificate: await ca.issue(request), to: postgres });
  stops.push(front.stop);
  const env = { KEYTURN_TLS_MODE: 'verify-full', KEYTURN_TLS_CA: trusted ? ca.certificate : '' };
  return { fields: { host: '127.0.0.1', port: front.port }, env };
};

/** Takes connections and says nothing. */
async function silentPort(): Promise<number> {
  const server = createServer((socket) => stops.push(() => socket.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

const FAILURES: readonly Failure[] = [
  {
    what: 'a closed port',
    code: 'KEYTURN_DATABASE_UNREACHABLE',
    says: 'nothing listens there',
    wrong: secretSays({ host: '127.0.0.1', port: 1 }),
  },
  {
    what: 'the port of something else',
    code: 'KEYTURN_DATABASE_UNREACHABLE',
    says: 'does not speak the PostgreSQL protocol',
    wrong: async () => ({ fields: { host: '127.0.0.1', port: fixture().manager.port } }),
  },
  {
    what: 'a server that says nothing',
    code: 'KEYTURN_DATABASE_TIMEOUT',
    says: 'after 300 ms connecting to the database at',
    wrong: async () => ({
      fields: { host: '127.0.0.1', port: await silentPort() },
      env: { KEYTURN_CONNECT_TIMEOUT_MS: '300' },
    }),
  },
  {
    what: 'an unknown database',
    code: 'KEYTURN_DATABASE_UNKNOWN',
    says: 'has no database "nowhere"',
    wrong: secretSays({ dbname: 'nowhere' }),
  },
  {
    what: 'a certificate of an unknown authority',
    code: 'KEYTURN_DATABASE_TLS',
    says: 'KEYTURN_TLS_CA',
    wrong: certificate({ ips: ['127.0.0.1'] }, false),
  },
  {
    what: 'a certificate for localhost alone at 127.0.0.1',
    code: 'KEYTURN_DATABASE_TLS',
    says: '127.0.0.1',
    wrong: certificate({ names: ['localhost'] }, true),
  },
  {
    what: 'an expired certificate',
    code: 'KEYTURN_DATABASE_TLS',
    says: 'expired',
    wrong: certificate({ ips: ['127.0.0.1'], expired: true }, true),
  },
  {
    what: 'a current password that nobody has',
    code: 'KEYTURN_NO_PROOF_OF_OWNERSHIP',
    says: 'Set the user to a password that is stored',
    wrong: secretSays({ password: 'Never-was-1' }),
  },
  {
    what: 'a user that has expired',
    code: 'KEYTURN_NO_PROOF_OF_OWNERSHIP',
    says: 'No stored version of this secret signs in',
    wrong: async ({ username }) => {
      const until = (time: string) =>
        fixture().database.query(`alter user ${username} valid until '${time}'`);
      await until('2020-01-01');
      return { repair: () => until('infinity') };
    },
  },
  {
    what: 'a wrong superuser password',
    code: 'KEYTURN_SUPERUSER_REFUSED',
    says: 'refused the password of the superuser secret',
    strategies: ONLY_ALTERNATING,
    wrong: async () => {
      const { fieldsFor, makeSecret, database } = fixture();
      const superuser = { ...database.superuser, password: 'Never-was-1' };
      return { fields: { masterarn: makeSecret(fieldsFor(superuser)) } };
    },
  },
  {
    what: 'no characters left for passwords',
    code: 'KEYTURN_INVALID_SETTING',
    says: 'EXCLUDE_CHARACTERS',
    step: 'createSecret',
    wrong: functionSays({ EXCLUDE_CHARACTERS: '0123456789' }),
  },
  {
    what: 'too short passwords',
    code: 'KEYTURN_INVALID_SETTING',
    says: 'PASSWORD_LENGTH',
    step: 'createSecret',
    wrong: functionSays({ PASSWORD_LENGTH: '7' }),
  },
  {
    what: 'a dbname that is a connection string',
    code: 'KEYTURN_INVALID_SECRET',
    says: 'Dbname',
    step: 'createSecret',
    wrong: secretSays({ dbname: 'postgres://evil.example/x' }),
  },
];

const cases = FAILURES.flatMap((failure) =>
  (failure.strategies ?? (['single user', 'alternating users'] as const)).map((strategy) => ({
    strategy,
    step: 'setSecret',
    ...failure,
  })),
);

it.each(cases)('$what, $strategy: $code, and all is as before', async (failure) => {
  const { strategy, step, code, says } = failure;
  const { makeUser, makeSecret, fieldsFor, database, events, labels, signsIn, value } = fixture();
  const user = await makeUser();
  const { fields = {}, env = {}, repair } = await failure.wrong(user);
  // Both secrets have to name the same server, right or wrong.
  const masterarn = makeSecret({
    ...fieldsFor(database.superuser),
    ...fields,
    ...database.superuser,
  });
  const secret = makeSecret({ ...fieldsFor(user, { masterarn }), ...fields });
  const before = { current: labels(secret)['AWSCURRENT'], users: await usersLike(user) };
  const report = await fixture().rotate(secret, { strategy, env });

  expect(report).toMatchObject({ outcome: 'failed', attempts: 1 });
  expect(report.steps.at(-1)).toMatchObject({ step, error: expect.stringContaining(says) });
  expect(await events(secret, 'rotation.failed')).toMatchObject([{ code, step, level: 'ERROR' }]);
  expect(labels(secret)).toMatchObject({ AWSCURRENT: before.current, AWSPENDING: report.token });
  expect(value(secret, 'AWSPENDING') === undefined).toBe(step === 'createSecret');
  await repair?.();
  expect(await usersLike(user)).toEqual(before.users);

  await clearPending(secret, report.token);
  putCurrent(secret, fieldsFor(user, { masterarn: fixture().superuserSecret }));
  expect(await fixture().rotate(secret, { strategy })).toMatchObject({ outcome: 'succeeded' });
  const current = value(secret, 'AWSCURRENT');
  expect(current && (await signsIn(current))).toBe(true);
});

it('goes on with the same version once the function is right', async () => {
  const user = await fixture().makeUser();
  const secret = fixture().makeSecret(fixture().fieldsFor(user));
  const { target, rotateWith, value } = fixture();
  const strategy = 'single user';
  const token = crypto.randomUUID();
  const rotate = (env: Readonly<Record<string, string>>) =>
    rotateWith(secret, { name: 'impatient', target: target({ strategy, env }) }, { token });
  // Under this order the time is first asked for in setSecret, once AWSPENDING has its value.
  const late = await rotate({
    KEYTURN_CHANGE_IN: 'setSecret',
    KEYTURN_MINIMUM_TIME_MS: '999999999',
  });
  const pending = value(secret, 'AWSPENDING');

  expect(late.error).toContain('Too little time is left');
  expect(pending).toBeDefined();
  expect(await fixture().signsIn(user)).toBe(true);
  expect(await rotate({})).toMatchObject({ outcome: 'succeeded', token });
  expect(value(secret, 'AWSCURRENT')).toEqual(pending);
});

it('stores nothing where the time-out can never hold a change and its undo', async () => {
  const user = await fixture().makeUser();
  const secret = fixture().makeSecret(fixture().fieldsFor(user));
  const { target, rotateWith, value } = fixture();
  const env = { KEYTURN_MINIMUM_TIME_MS: '999999999' };
  const name = 'too short';

  const { error } = await rotateWith(secret, {
    name,
    target: target({ strategy: 'single user', env }),
  });

  expect(error).toContain('finishSecret needs 2000001998 ms to change the password');
  expect(value(secret, 'AWSPENDING')).toBeUndefined();
  expect(await fixture().signsIn(user)).toBe(true);
});

/** What the server knows about a user and its clone. */
function usersLike({ username }: Login): Promise<object[]> {
  return fixture().database.query(
    `select rolname, rolpassword from pg_authid
     where rolname in ('${username}', '${username}_clone') order by 1`,
  );
}

/** What an operator is told to do. */
async function clearPending(secret: string, version: string): Promise<void> {
  await fixture().client.send(
    new UpdateSecretVersionStageCommand({
      SecretId: secret,
      VersionStage: 'AWSPENDING',
      RemoveFromVersionId: version,
    }),
  );
}

function putCurrent(secret: string, fields: object): void {
  fixture().manager.call('PutSecretValue', {
    SecretId: secret,
    ClientRequestToken: crypto.randomUUID(),
    SecretString: JSON.stringify(fields),
  });
}
