import { request } from 'node:http';
import { operations } from '../src/operations/index.js';
import { startSecretsManager, type LocalSecretsManager } from '../src/index.js';

const LISTS = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
const OBJECTS = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;

/** Bodies with a deep value in every place that an operation may look into. */
const BODIES = [LISTS, OBJECTS].flatMap((deep) => [
  deep,
  `{"a":${deep}}`,
  `{"SecretId":${deep},"Name":${deep},"SecretString":${deep}}`,
  `{"SecretId":"db","SecretString":"x","VersionStages":[${deep}]}`,
  `{"SecretId":"db","RotationRules":{"Duration":${deep}},"RotationLambdaARN":"f"}`,
  `{"SecretId":"db","RotationRules":${deep}}`,
  `{"SecretId":"db","Tags":[{"Key":${deep},"Value":"x"}],"TagKeys":[${deep}]}`,
  `{"Filters":[{"Key":"name","Values":[${deep}]}],"SecretIdList":[${deep}]}`,
  `{"SecretId":"db","AddReplicaRegions":[{"Region":${deep}}],"RemoveReplicaRegions":[${deep}]}`,
  `{"SecretId":"db","ResourcePolicy":${deep},"BlockPublicPolicy":${deep}}`,
]);

const NESTED = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
const POLICIES = [
  NESTED,
  `{"Statement":${NESTED}}`,
  `{"Statement":[{"Effect":"Allow","Action":"*","Principal":${NESTED}}]}`,
  `{"Statement":[{"Effect":"Allow","Action":"*","Principal":{"AWS":${NESTED}}}]}`,
  `{"Statement":[{"Effect":"Allow","Action":"*","Principal":"*","Condition":${NESTED}}]}`,
];

const ROUTES = ['reset', 'clock', 'faults', 'lag', 'rotation', 'owning-service'];
const KEYS = ['advance', 'now', 'operation', 'latencyMs', 'error', 'readMs', 'secretId', 'tags'];

describe('8: Depth is refused before anything is written', () => {
  let manager: LocalSecretsManager;

  beforeAll(async () => {
    manager = await startSecretsManager({ rotation: { attempts: 1 } });
    manager.call('CreateSecret', { Name: 'db', ClientRequestToken: '1'.repeat(32) });
  });
  afterAll(() => manager.close());

  const send = (path: string, headers: Record<string, string>, body: string) =>
    new Promise<number>((resolve, reject) => {
      const target = { host: '127.0.0.1', port: manager.port, method: 'POST', path, headers };
      const sent = request(target, (response) => {
        response.resume().on('end', () => resolve(response.statusCode ?? 0));
      });
      sent.on('error', reject).end(body);
    });
  const call = (operation: string, body: string) =>
    send('/', { 'x-amz-target': `secretsmanager.${operation}` }, body);

  it.each(Object.keys(operations))(
    'in a request for %s of the local Secrets Manager, which answers on',
    async (operation) => {
      for (const body of BODIES) {
        expect([200, 400, 413]).toContain(await call(operation, body));
      }
      await expect(call('ListSecrets', '{}')).resolves.toBe(200);
    },
  );

  it.each(POLICIES.map((policy) => [policy.replace(NESTED, '[[...]]'), policy] as const))(
    'in a resource policy: %s',
    async (_, ResourcePolicy) => {
      for (const operation of ['PutResourcePolicy', 'ValidateResourcePolicy']) {
        const body = JSON.stringify({ SecretId: 'db', ResourcePolicy });
        expect([200, 400]).toContain(await call(operation, body));
      }
      await expect(call('GetResourcePolicy', '{"SecretId":"db"}')).resolves.toBe(200);
    },
  );

  it.each(ROUTES)('in a request to the control route %s', async (route) => {
    for (const deep of [LISTS, OBJECTS]) {
      for (const body of [deep, ...KEYS.map((key) => `{"${key}":${deep}}`)]) {
        const status = await send(`/_keyturn/${route}`, {}, body);
        expect([200, 400, 413]).toContain(status);
      }
    }
    await expect(call('ListSecrets', '{}')).resolves.toBe(200);
  });

  it('in a value, which is kept as it is, and hidden in what its function says', async () => {
    const SecretString = `${'['.repeat(30_000)}"Baa-black-Sheep"${']'.repeat(30_000)}`;
    const token = '2'.repeat(32);
    manager.call('CreateSecret', { Name: 'deep', ClientRequestToken: token, SecretString });
    expect(manager.call('GetSecretValue', { SecretId: 'deep' })).toMatchObject({ SecretString });
    manager.registerFunction('f', () => Promise.reject(new Error('no Baa-black-Sheep')));
    manager.call('RotateSecret', {
      SecretId: 'deep',
      ClientRequestToken: '3'.repeat(32),
      RotationLambdaARN: 'f',
      RotationRules: { AutomaticallyAfterDays: 30 },
    });
    const { error } = await manager.waitForRotation('deep');
    expect(error).toBe('createSecret: Error: no [redacted]');
  });
});
