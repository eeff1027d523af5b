import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  startRedshiftApi,
  type BundleTarget,
  type LocalRedshiftApi,
  type RedshiftWorld,
} from '@keyturn/testkit';
import { BUNDLES } from './support/bundles.js';
import { useRotationFixture } from './support/rotation-fixture.js';

const CLUSTER = 'arn:aws:redshift:us-east-1:123456789012:cluster:shop';
const NAMESPACE = 'arn:aws:redshift-serverless:us-east-1:123456789012:namespace/0a1b';
const strategy = 'alternating users';
const fixture = useRotationFixture();

let api: LocalRedshiftApi | undefined;
afterEach(async () => {
  await api?.close();
  api = undefined;
});

/** A secret to be rotated, and what its function is told: where the Redshift services answer. */
async function makeSecret(
  superuser: { readonly host?: string; readonly port?: number },
  tags: Readonly<Record<string, string>>,
  world: RedshiftWorld,
) {
  const { manager, database } = fixture();
  api = await startRedshiftApi({ ...world, pageSize: 2 });
  const { username, password } = database.superuser;
  const masterarn = fixture().makeSecret({ username, password, ...superuser });
  manager.setOwningService(masterarn, 'redshift', tags);
  const login = await fixture().makeUser();
  // Spelled otherwise than the service will.
  const host = database.host.toUpperCase();
  const secret = fixture().makeSecret(fixture().fieldsFor(login, { masterarn, host }));
  return { secret, env: { ...api.env }, asked: () => api?.requests.map((each) => each.operation) };
}

/** The server of the tests, as a service describes it. */
const here = () => {
  const { host, port } = fixture().database;
  return { host: host.toLowerCase(), port };
};

const clusterOf = (at: object) => ({
  clusters: [{ identifier: 'other' }, { identifier: 'shop', ...at }],
});
const clusterTag = { 'aws:redshift:primaryclusterarn': CLUSTER };
const namespaceTag = { 'AWS:redshift-serverless:namespaceArn': NAMESPACE };

describe('a superuser secret of a user name and a password only', () => {
  it('serves two rotations, each step in a fresh process, by the tag of its cluster', async () => {
    const { secret, env, asked } = await makeSecret({}, clusterTag, clusterOf(here()));

    for (let rotation = 0; rotation < 2; rotation++) {
      const report = await fixture().rotate(secret, { strategy, env, fresh: true });
      expect(report).toMatchObject({ outcome: 'succeeded' });
    }
    for (const label of ['AWSCURRENT', 'AWSPREVIOUS']) {
      const login = fixture().value(secret, label);
      expect(login && (await fixture().signsIn(login))).toBe(true);
    }
    // createSecret and setSecret need the superuser.
    expect(asked()).toEqual(Array(4).fill('DescribeClusters'));
  });

  it('is found once per rotation where the process stays warm, by the tag of its namespace', async () => {
    const names = ['a', 'b', 'c'];
    const { secret, env, asked } = await makeSecret({}, namespaceTag, {
      namespaces: [...names, 'shop'].map((name) => ({
        name,
        arn: name === 'shop' ? NAMESPACE : `${NAMESPACE}-${name}`,
      })),
      workgroups: [
        ...names.map((name) => ({ name, namespace: name, host: `${name}.example` })),
        { name: 'shop-1', namespace: 'shop', host: 'elsewhere.example' },
        { name: 'shop-2', namespace: 'shop', ...here() },
      ],
    });

    for (let rotation = 1; rotation <= 2; rotation++) {
      const report = await fixture().rotate(secret, { strategy, env });
      expect(report).toMatchObject({ outcome: 'succeeded' });
      const pages = [
        ...Array<string>(2).fill('ListNamespaces'),
        ...Array<string>(3).fill('ListWorkgroups'),
      ];
      expect(asked()).toEqual(Array(rotation).fill(pages).flat());
    }
  });

  it.each([
    ['is paused', { status: 'paused' }, 'KEYTURN_ENDPOINT_NOT_READY'],
    ['is another server', { host: 'elsewhere.example' }, 'KEYTURN_SUPERUSER_SECRET_UNFIT'],
  ])('stops createSecret before a value is stored where the cluster %s', async (_, at, code) => {
    const { secret, env } = await makeSecret({}, clusterTag, clusterOf(at));
    const report = await fixture().rotate(secret, { strategy, env, fresh: true });

    expect(report).toMatchObject({ outcome: 'failed', steps: [{ step: 'createSecret' }] });
    expect(await fixture().events(secret, 'rotation.failed')).toMatchObject([{ code }]);
    expect(fixture().value(secret, 'AWSPENDING')).toBeUndefined();
  });
});

describe('a function whose folder lacks the file with the Redshift clients', () => {
  let target: BundleTarget;
  beforeAll(() => {
    const bundle = mkdtempSync(join(tmpdir(), 'keyturn-function-'));
    const filter = (file: string) => !file.endsWith('redshift-api.js');
    cpSync(BUNDLES[strategy], bundle, { recursive: true, filter });
    target = { ...fixture().target({ strategy, fresh: true }), bundle };
  });
  afterAll(() => rmSync(target.bundle, { recursive: true }));

  it('rotates with a superuser secret that has a host: the file is not loaded then', async () => {
    const { secret, env, asked } = await makeSecret(here(), clusterTag, {});
    const fn = { name: 'host', target: { ...target, env: { ...target.env, ...env } } };

    expect(await fixture().rotateWith(secret, fn)).toMatchObject({ outcome: 'succeeded' });
    expect(asked()).toEqual([]);
  });

  it('says so where the file is needed', async () => {
    const { secret, env } = await makeSecret({}, clusterTag, clusterOf(here()));
    const fn = { name: 'tag', target: { ...target, env: { ...target.env, ...env } } };

    expect(await fixture().rotateWith(secret, fn)).toMatchObject({ outcome: 'failed' });
    const [event] = await fixture().events(secret, 'rotation.failed');
    expect(event).toMatchObject({
      code: 'KEYTURN_ENDPOINT_UNAVAILABLE',
      message: expect.stringContaining('redshift-api.js belongs beside index.js') as string,
    });
  });
});
