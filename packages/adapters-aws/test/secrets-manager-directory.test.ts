import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { ListedSecret } from '@keyturn/core';
import { useSecretsManager, valueOnlyRotation } from '@keyturn/testkit';
import { SecretsManagerDirectory, SecretsManagerStore, type SecretFilter } from '../src/index.js';
import { scriptedClient } from './scripted-client.js';

const manager = useSecretsManager();
let client: SecretsManagerClient;
let directory: SecretsManagerDirectory;

beforeEach(() => {
  const { endpoint, region } = manager();
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  client = new SecretsManagerClient({ endpoint, region, credentials, maxAttempts: 1 });
  directory = new SecretsManagerDirectory({ client });
});
afterEach(() => client.destroy());

function create(Name: string, more: object = {}): void {
  const ClientRequestToken = crypto.randomUUID();
  manager().call('CreateSecret', { Name, ClientRequestToken, SecretString: '{}', ...more });
}

async function list(...filters: SecretFilter[]): Promise<ListedSecret[]> {
  const found: ListedSecret[] = [];
  for await (const secret of directory.list(filters)) found.push(secret);
  return found;
}

describe('SecretsManagerDirectory', () => {
  it('lists every page', async () => {
    for (let n = 0; n < 250; n++) create(`s${n}`);
    expect(new Set((await list()).map(({ name }) => name)).size).toBe(250);
  });

  it('passes filters on: all of them, and of each any value', async () => {
    create('prod/a', { Tags: [{ Key: 'team', Value: 'sales' }] });
    create('prod/b');
    create('stage/c', { Tags: [{ Key: 'team', Value: 'sales' }] });
    create('dev/d', { Tags: [{ Key: 'team', Value: 'sales' }] });
    const found = await list(
      { key: 'name', values: ['prod/', 'stage/'] },
      { key: 'tag-key', values: ['team'] },
    );
    expect(found.map(({ name }) => name)).toEqual(['prod/a', 'stage/c']);
  });

  it('tells what keeps a secret from being rotated', async () => {
    create('deleted');
    manager().call('DeleteSecret', { SecretId: 'deleted' });
    create('managed');
    manager().setOwningService('managed', 'redshift');
    create('rotated');
    manager().registerFunction('rotate', valueOnlyRotation(manager()));
    manager().call('RotateSecret', {
      SecretId: 'rotated',
      ClientRequestToken: crypto.randomUUID(),
      RotationLambdaARN: 'rotate',
    });
    const found = new Map((await list()).map((secret) => [secret.name, secret]));
    expect(found.get('deleted')?.deletedAt).toBeGreaterThan(Date.now());
    expect(found.get('managed')?.owningService).toBe('redshift');
    expect(found.get('rotated')).toMatchObject({
      rotationEnabled: true,
      rotationFunction: expect.stringMatching(/rotate$/),
    });
    await expect(directory.find('rotated')).resolves.toEqual(found.get('rotated'));
    await manager().waitForRotation('rotated');
  });

  it('goes on after it was throttled', async () => {
    create('a');
    manager().faults.add({ operation: 'ListSecrets', error: 'ThrottlingException', times: 1 });
    expect(await list()).toHaveLength(1);
  });

  it('does not find what is not there', async () => {
    await expect(directory.find('nothing')).rejects.toMatchObject({
      code: 'KEYTURN_STORE_NOT_FOUND',
    });
  });
});

describe('a list whose last page is marked in another way', () => {
  it.each([
    ['an empty token', ['']],
    ['a token that comes back', ['a', 'a', 'a']],
  ])('ends at %s', async (_, tokens) => {
    const pages = tokens.map((NextToken, n) => ({
      SecretList: [{ ARN: `arn:${n}`, Name: `s${n}` }],
      Versions: [{ VersionId: `v${n}`, CreatedDate: new Date(n) }],
      NextToken,
    }));
    const ofSecrets = scriptedClient(...pages);
    const ofVersions = scriptedClient(...pages);
    for await (const _secret of new SecretsManagerDirectory({ client: ofSecrets.client }).list(
      [],
    )) {
      // Counted by the requests.
    }
    await new SecretsManagerStore({ client: ofVersions.client }).listVersions({ secretId: 's' });

    for (const { sent } of [ofSecrets, ofVersions]) {
      expect(sent).toHaveLength(tokens.length === 1 ? 1 : 2);
    }
  });
});
