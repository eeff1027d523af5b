import { startRedshiftApi, type LocalRedshiftApi } from '@keyturn/testkit';
import { useCliFixture } from './support/cli-fixture.js';

const fixture = useCliFixture();
const before = { ...process.env };
let api: LocalRedshiftApi;
let superuserSecret: string;

beforeAll(async () => {
  const { database, manager } = fixture();
  const { host, port } = database;
  api = await startRedshiftApi({ clusters: [{ identifier: 'shop', host, port }] });
  Object.assign(process.env, api.env);
  superuserSecret = manager.call('CreateSecret', {
    Name: 'managed',
    ClientRequestToken: crypto.randomUUID(),
    SecretString: JSON.stringify(database.superuser),
  })['ARN'] as string;
  manager.setOwningService(superuserSecret, 'redshift', {
    'aws:redshift:primaryclusterarn': 'arn:aws:redshift:eu-west-1:123456789012:cluster:shop',
  });
});
afterAll(async () => {
  process.env = before;
  await api.close();
});

it('rotates in process with a superuser secret that Redshift manages, and doctor reads it too', async () => {
  const { cli, makeSecret } = fixture();
  const secret = await makeSecret('alternating-users', { masterarn: superuserSecret });

  expect(await cli(['rotate', secret.id, '--in-process'])).toMatchObject({ code: 0 });
  expect(api.requests).toHaveLength(1);
  expect((await cli(['doctor', secret.id, '--json'])).json()).toMatchObject({
    state: 'rotation-never-enabled',
  });
  expect(await cli(['permissions', 'diff', secret.id])).toMatchObject({ code: 0 });
  expect(api.requests).toHaveLength(3);
});
