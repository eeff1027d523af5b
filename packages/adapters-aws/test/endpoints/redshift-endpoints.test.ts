import { KeyturnError, type KeyturnErrorOptions } from '@keyturn/core';
import { startRedshiftApi, type RedshiftApiOptions } from '@keyturn/testkit';
import { RedshiftEndpoints } from '../../src/index.js';

const CLUSTER = 'arn:aws:redshift:eu-west-1:123456789012:cluster:shop';
const NAMESPACE = 'arn:aws:redshift-serverless:eu-west-1:123456789012:namespace/0a1b';
const cluster = { 'aws:redshift:primaryclusterarn': CLUSTER };
const namespace = { 'aws:redshift-serverless:namespacearn': NAMESPACE };
const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
const endpoints = new RedshiftEndpoints({ clientConfig: { credentials, maxAttempts: 1 } });
const preferred = { host: 'two.example', port: 5440 };

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

/** Looks a tag up in a world of its own, through the real clients. */
async function locate(
  tags: Record<string, string>,
  world: RedshiftApiOptions = {},
  timeoutMs = 10_000,
) {
  const api = await startRedshiftApi(world);
  Object.assign(process.env, api.env);
  try {
    const request = { tags: new Map(Object.entries(tags)), preferred, timeoutMs };
    const found = await endpoints.locate(request).catch((error: unknown) => error);
    return { found, requests: api.requests };
  } finally {
    await api.close();
  }
}

async function refused(...args: Parameters<typeof locate>): Promise<KeyturnError> {
  const { found } = await locate(...args);
  if (!KeyturnError.is(found)) throw new Error(`not refused but ${JSON.stringify(found)}`);
  return found;
}

const fields = (error: KeyturnError): Partial<KeyturnErrorOptions> => {
  const { code, field, retryable } = error;
  return { code, retryable, ...(field !== undefined && { field }) };
};

describe('a cluster', () => {
  const shop = { identifier: 'shop', host: 'Shop.Example', port: 5441 };

  it('is asked for by its identifier, in the region of its ARN', async () => {
    const { found, requests } = await locate(cluster, {
      clusters: [{ identifier: 'other', host: 'other.example' }, shop],
    });

    expect(found).toEqual({ host: 'Shop.Example', port: 5441 });
    expect(requests).toEqual([{ operation: 'DescribeClusters', region: 'eu-west-1' }]);
  });

  it('is found whatever the case of the key of its tag', async () => {
    const tags = { 'AWS:Redshift:PrimaryClusterArn': CLUSTER };

    expect((await locate(tags, { clusters: [shop] })).found).toMatchObject({ port: 5441 });
  });

  it('is looked for on every page there is, though an answer is empty', async () => {
    const others = Array.from({ length: 5 }, (_, n) => ({ identifier: `shop-${n}` }));
    const clusters = [...others, { ...shop, identifier: 'Shop' }];
    const pages = { pageSize: 2, emptyFirst: true };
    const { found, requests } = await locate(cluster, { clusters: [...clusters, shop], ...pages });

    expect(found).toEqual({ host: 'Shop.Example', port: 5441 });
    expect(requests).toHaveLength(4);

    const error = await refused(cluster, { clusters: [...others, shop].slice(0, 5), ...pages });
    expect(error.code).toBe('KEYTURN_ENDPOINT_UNKNOWN');
  });

  it('is unknown where the account has none of that name', async () => {
    const error = await refused(cluster, { clusters: [{ ...shop, identifier: 'shop2' }] });

    expect(fields(error)).toEqual({ code: 'KEYTURN_ENDPOINT_UNKNOWN', retryable: false });
    expect(error.message).toContain('no cluster shop;');
  });

  it('is not ready while it has no endpoint', async () => {
    const error = await refused(cluster, { clusters: [{ identifier: 'shop', status: 'paused' }] });

    expect(fields(error)).toEqual({ code: 'KEYTURN_ENDPOINT_NOT_READY', retryable: true });
    expect(error.message).toContain('its status is paused');
  });

  it('that may not be asked for names the action and the settings that do without', async () => {
    const error = await refused(cluster, { clusters: [shop], denied: ['DescribeClusters'] });

    expect(fields(error)).toEqual({ code: 'KEYTURN_ENDPOINT_ACCESS_DENIED', retryable: false });
    expect(error.remedy).toMatch(/redshift:DescribeClusters .*superuserHost and superuserPort/);
  });
});

describe('a namespace', () => {
  const others = Array.from({ length: 5 }, (_, n) => ({
    name: `other-${n}`,
    arn: `${NAMESPACE}-${n}`,
  }));
  const namespaces = [...others, { name: 'shop', arn: NAMESPACE.toUpperCase() }];
  const elsewhere = others.map(({ name }) => ({
    name,
    namespace: name,
    host: `${name}.example`,
  }));
  const one = { name: 'one', namespace: 'shop', host: 'one.example' };
  const two = { name: 'two', namespace: 'shop', host: 'TWO.example', port: 5440 };

  it('is looked for on every page, and so is its workgroup', async () => {
    const world = { namespaces, workgroups: [...elsewhere, one], pageSize: 2 };
    const { found, requests } = await locate(namespace, world);

    expect(found).toEqual({ host: 'one.example', port: 5439 });
    expect(requests.map(({ operation }) => operation)).toEqual([
      ...Array<string>(3).fill('ListNamespaces'),
      ...Array<string>(3).fill('ListWorkgroups'),
    ]);
    expect(new Set(requests.map(({ region }) => region))).toEqual(new Set(['eu-west-1']));
  });

  it('with several workgroups gives the one that the secret to be rotated names', async () => {
    const { found } = await locate(namespace, { namespaces, workgroups: [one, two] });

    expect(found).toEqual({ host: 'TWO.example', port: 5440 });
  });

  it('with several others is refused, and they are named', async () => {
    const workgroups = [one, { ...two, port: 5439 }];
    const error = await refused(namespace, { namespaces, workgroups });

    expect(fields(error)).toEqual({ code: 'KEYTURN_ENDPOINT_UNKNOWN', retryable: false });
    expect(error.message).toContain('workgroups one, two,');
  });

  it.each([
    ['that is not there', others, [one], 'KEYTURN_ENDPOINT_UNKNOWN', 'no namespace arn:'],
    ['without a workgroup', namespaces, elsewhere, 'KEYTURN_ENDPOINT_UNKNOWN', 'no workgroup'],
    [
      'whose workgroup is being made',
      namespaces,
      [{ name: 'one', namespace: 'shop', status: 'CREATING' }],
      'KEYTURN_ENDPOINT_NOT_READY',
      'its status is CREATING',
    ],
  ])('%s is refused', async (_, known, workgroups, code, message) => {
    const error = await refused(namespace, { namespaces: known, workgroups });

    expect(error).toMatchObject({ code, message: expect.stringContaining(message) as string });
  });

  it.each(['ListNamespaces', 'ListWorkgroups'])('needs %s, and says so', async (operation) => {
    const denied = [operation];
    const error = await refused(namespace, { namespaces, workgroups: [one], denied });

    expect(error.code).toBe('KEYTURN_ENDPOINT_ACCESS_DENIED');
    expect(error.remedy).toContain(`redshift-serverless:${operation}`);
  });
});

describe('a look-up', () => {
  it.each([
    [{}, 'host'],
    [{ team: CLUSTER }, 'host'],
    [{ 'aws:redshift:primaryclusterarn': '' }, 'aws:redshift:primaryclusterarn'],
    [{ 'aws:redshift:primaryclusterarn': NAMESPACE }, 'aws:redshift:primaryclusterarn'],
    [{ 'aws:redshift:primaryclusterarn': 'shop' }, 'aws:redshift:primaryclusterarn'],
    [{ 'aws:redshift:primaryclusterarn': `${CLUSTER}/x` }, 'aws:redshift:primaryclusterarn'],
    [
      { 'aws:redshift-serverless:namespacearn': NAMESPACE.replace('eu-west-1', 'evil.example/') },
      'aws:redshift-serverless:namespacearn',
    ],
  ])('without a fit tag asks nobody: %j', async (tags, field) => {
    const { found, requests } = await locate(tags);

    expect(found).toMatchObject({ code: 'KEYTURN_SUPERUSER_SECRET_UNFIT', field });
    expect((found as KeyturnError).remedy).toContain('superuserHost');
    expect(requests).toEqual([]);
  });

  it('that nobody answers may be tried again, and names the route', async () => {
    const { env, close } = await startRedshiftApi();
    await close();
    Object.assign(process.env, env);
    for (const tags of [cluster, namespace]) {
      const request = { tags: new Map(Object.entries(tags)), preferred, timeoutMs: 10_000 };
      await expect(endpoints.locate(request)).rejects.toMatchObject({
        code: 'KEYTURN_ENDPOINT_UNAVAILABLE',
        retryable: true,
        remedy: expect.stringContaining('route') as string,
      });
    }
  });

  it('takes no longer than it may', async () => {
    const error = await refused(cluster, {}, 0);

    expect(fields(error)).toEqual({ code: 'KEYTURN_ENDPOINT_UNAVAILABLE', retryable: true });
  });
});
