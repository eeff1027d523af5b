import { EventEmitter, once } from 'node:events';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { systemClock } from '@keyturn/core';
import { useSecretsManager, valueOnlyRotation } from '@keyturn/testkit';
import { ManualClock } from '@keyturn/testkit/fakes';
import { askService, serviceRotator } from '../src/index.js';
import { fault, scriptedClient } from './scripted-client.js';

const manager = useSecretsManager({ rotation: { attempts: 1 } });
let client: SecretsManagerClient;

beforeEach(() => {
  const { endpoint, region } = manager();
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  client = new SecretsManagerClient({ endpoint, region, credentials, maxAttempts: 1 });
  const { SecretString, Name } = { Name: 'orders', SecretString: '{"password":"first"}' };
  manager().call('CreateSecret', { Name, SecretString, ClientRequestToken: crypto.randomUUID() });
  manager().registerFunction('rotate', valueOnlyRotation(manager()));
});
afterEach(() => client.destroy());

/** Begins a rotation by the function; what the service says with it is its configuration afterwards. */
async function rotated(functionName = 'rotate') {
  begin(functionName);
  return manager().waitForRotation('orders');
}

function begin(RotationLambdaARN: string) {
  const ClientRequestToken = crypto.randomUUID();
  return manager().call('RotateSecret', {
    SecretId: 'orders',
    ClientRequestToken,
    RotationLambdaARN,
  });
}

const labels = () =>
  manager().call('DescribeSecret', { SecretId: 'orders' })['VersionIdsToStages'] as Record<
    string,
    string[]
  >;
const rotationsBegun = () =>
  manager()
    .auditLog()
    .filter(({ event }) => event === 'RotationStarted').length;

/** A clock that tells whenever it is asked to sleep: whoever follows a rotation has looked at the labels then. */
function watchedClock() {
  const sleeps = new EventEmitter();
  const sleep = (ms: number) => (sleeps.emit('begun'), systemClock.sleep(ms));
  return { clock: { ...systemClock, sleep }, looked: () => once(sleeps, 'begun') };
}

describe('serviceRotator', () => {
  it('resolves once AWSCURRENT has moved', async () => {
    await rotated();
    const before = labels();
    await serviceRotator({ client })('orders');
    const [current] =
      Object.entries(labels()).find(([, held]) => held.includes('AWSCURRENT')) ?? [];
    expect(Object.keys(before)).not.toContain(current);
  });

  it('waits and asks again, with the same token, while the service throttles', async () => {
    await rotated();
    manager().faults.add({ operation: 'RotateSecret', error: 'ThrottlingException', times: 3 });
    const clock = new ManualClock();
    await serviceRotator({ client, clock })('orders').catch(() => undefined);
    expect(clock.sleeps.slice(0, 3)).toEqual([150, 300, 600]);
    expect(rotationsBegun()).toBe(2);
  });

  it('begins one rotation when the first answer was lost', async () => {
    await rotated();
    manager().faults.add({ operation: 'RotateSecret', drop: true, when: 'after', times: 1 });
    await serviceRotator({ client })('orders');
    expect(rotationsBegun()).toBe(2);
  });

  it('knows its own rotation, where the service takes the repeated request for another one', async () => {
    let token = '';
    const answers = [
      fault('TimeoutError'),
      fault('InvalidRequestException', "A previous rotation isn't complete. That rotation will be"),
    ];
    const clientOfTwoMinds = {
      async send({ input }: { readonly input: { readonly ClientRequestToken?: string } }) {
        token = input.ClientRequestToken ?? token;
        const answer = answers.shift();
        if (answer !== undefined) throw answer;
        return { ARN: 'arn', VersionIdsToStages: { [token]: ['AWSCURRENT', 'AWSPENDING'] } };
      },
    };
    const client = clientOfTwoMinds as never;
    const clock = new ManualClock();
    await expect(askService('orders', { client, clock })).resolves.toEqual({
      kind: 'rotated',
      versionId: token,
    });
  });

  it('follows the rotation that is under way already, so that it can be repeated after a crash', async () => {
    const { clock, looked } = watchedClock();
    const rotate = valueOnlyRotation(manager());
    manager().registerFunction('slow', async (event, context) => {
      if (event.Step === 'setSecret') await looked();
      await rotate(event, context);
    });
    const { VersionId } = begin('slow');
    await serviceRotator({ client, clock })('orders');
    expect(labels()[VersionId as string]).toContain('AWSCURRENT');
    expect(rotationsBegun()).toBe(1);
  });

  it('says that the service is still at it when the time is up', async () => {
    manager().registerFunction('fails', () => Promise.reject(new Error('not today')));
    await rotated('fails');
    const failed = serviceRotator({ client, timeoutMs: 100 })('orders');
    await expect(failed).rejects.toMatchObject({
      code: 'KEYTURN_ROTATION_UNFINISHED',
      secretId: 'orders',
      retryable: true,
    });
  });

  it('says that AWSPENDING was taken off', async () => {
    await rotated();
    const { clock, looked } = watchedClock();
    manager().registerFunction('rotate', async ({ SecretId, ClientRequestToken: id, Step }) => {
      if (Step !== 'setSecret') return;
      await looked();
      const remove = { SecretId, VersionStage: 'AWSPENDING', RemoveFromVersionId: id };
      manager().call('UpdateSecretVersionStage', remove);
    });
    const failed = serviceRotator({ client, clock })('orders');
    await expect(failed).rejects.toMatchObject({ code: 'KEYTURN_ROTATION_ABANDONED' });
  });

  it.each([
    ['orders', 'KEYTURN_STORE_REFUSED', 'No Lambda rotation function ARN is associated'],
    ['nothing', 'KEYTURN_STORE_NOT_FOUND', "can't find the specified secret"],
  ])('gives the words of the service where it refuses %s', async (secretId, code, words) => {
    const failed = serviceRotator({ client })(secretId);
    await expect(failed).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
  });

  it('throws what kept it from asking', async () => {
    const { client: broken } = scriptedClient(fault('CredentialsProviderError'));
    const failed = serviceRotator({ client: broken, clock: new ManualClock() })('orders');
    await expect(failed).rejects.toMatchObject({ code: 'KEYTURN_STORE_ACCESS_DENIED' });
  });
});
