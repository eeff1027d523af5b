import { alternatingUsers, diagnose, EndpointError } from '../../src/index.js';
import type { EndpointLocator, LocateRequest, SuperuserAddress } from '../../src/adapter/index.js';
import { failing, once } from '../support/ports.js';
import {
  RotationFixture,
  SECRET,
  SUPERUSER_SECRET,
  type FixtureOptions,
} from '../support/rotation-fixture.js';
import { FIELDS } from '../support/values.js';

const TAGS = { 'aws:redshift:primaryclusterarn': 'arn:of:the:cluster' };
const SERVER = { host: FIELDS.host, port: FIELDS.port };

/** A locator that gives this server, or the next of several, and the requests it got. */
function locatorOf(...servers: readonly (SuperuserAddress | EndpointError)[]) {
  const asked: LocateRequest[] = [];
  const locator: EndpointLocator = {
    async locate(request) {
      asked.push(request);
      const server = servers[Math.min(asked.length, servers.length) - 1] ?? SERVER;
      if (server instanceof EndpointError) throw server;
      return server;
    },
  };
  return { locator, asked };
}

/** A fixture whose superuser secret is as a service keeps it: a credential, and tags. */
function managedFixture(options: Partial<FixtureOptions> = {}): RotationFixture {
  const superuserFields = { host: undefined, port: undefined, engine: undefined };
  const fixture = new RotationFixture({
    strategy: alternatingUsers(),
    superuserFields,
    ...options,
  });
  fixture.store.configure(SUPERUSER_SECRET, { owningService: 'redshift', tags: TAGS });
  return fixture;
}

describe('a superuser secret without a host', () => {
  it('is used at the server that its tags lead to, asked for once per rotation', async () => {
    const fixture = managedFixture();
    const { locator, asked } = locatorOf();
    const engine = fixture.engineWith({ locator });

    await fixture.rotate('second', engine);
    const tags = new Map(Object.entries(TAGS));
    expect(asked).toEqual([{ tags, preferred: SERVER, timeoutMs: 10_000 }]);
    await fixture.rotate('third', engine);
    expect(asked).toHaveLength(2);
    expect(fixture.alive).toEqual(expect.arrayContaining(['second', 'third']));
  });

  it('is asked for again by another process', async () => {
    const fixture = managedFixture();
    const { locator, asked } = locatorOf();
    fixture.begin('second');
    await fixture.run('createSecret', 'second', { engine: fixture.engineWith({ locator }) });
    await fixture.run('setSecret', 'second', { engine: fixture.engineWith({ locator }) });

    expect(asked).toHaveLength(2);
  });

  it('is compared with the secret to be rotated in lower case', async () => {
    const fixture = managedFixture({ fields: { host: 'DB.example' } });
    const { locator, asked } = locatorOf({ host: 'Db.EXAMPLE', port: FIELDS.port });

    await fixture.rotate('second', fixture.engineWith({ locator }));
    expect(fixture.isAlive('second')).toBe(true);
    expect(asked).toHaveLength(1);
  });

  it.each([
    ['host', { host: 'other.example', port: FIELDS.port }],
    ['host', { host: 'not a host', port: FIELDS.port }],
    ['port', { host: FIELDS.host, port: 5440 }],
  ])(
    'is refused where its %s is another, until somebody has corrected it',
    async (field, other) => {
      const fixture = managedFixture();
      const { locator } = locatorOf(other, SERVER);
      const engine = fixture.engineWith({ locator });
      fixture.begin('second');

      expect(await fixture.refusal('createSecret', 'second', { engine })).toMatchObject({
        code: 'KEYTURN_SUPERUSER_SECRET_UNFIT',
        field,
      });
      await fixture.run('createSecret', 'second', { engine });
    },
  );

  it('whose tags lead nowhere stops createSecret before anything is stored', async () => {
    const fixture = managedFixture();
    const { locator } = locatorOf(
      new EndpointError({
        code: 'KEYTURN_ENDPOINT_NOT_READY',
        message: 'Paused.',
        retryable: true,
      }),
    );
    fixture.begin('second');

    expect(
      await fixture.refusal('createSecret', 'second', { engine: fixture.engineWith({ locator }) }),
    ).toMatchObject({ code: 'KEYTURN_ENDPOINT_NOT_READY', retryable: true, step: 'createSecret' });
  });

  it('whose tags may not be read names the action, and the settings that do without', async () => {
    const fixture = managedFixture();
    const { locator, asked } = locatorOf();
    // The first description is of the secret to be rotated.
    const denied = once(
      'before',
      'describe',
      (call) => failing('describe', 'KEYTURN_STORE_ACCESS_DENIED').before?.(call),
      2,
    );
    const engine = fixture.engineWith({ locator }, denied);
    fixture.begin('second');

    const error = await fixture.refusal('createSecret', 'second', { engine });
    expect(error).toMatchObject({ code: 'KEYTURN_STORE_ACCESS_DENIED', retryable: false });
    expect(error.message).toMatch(
      /secretsmanager:DescribeSecret on shepherd .*superuserHost.*superuserPort/,
    );
    expect(asked).toEqual([]);
  });

  it('is given no more time than the step has', async () => {
    const fixture = managedFixture();
    const { locator, asked } = locatorOf();
    fixture.begin('second');
    await fixture.run('createSecret', 'second', {
      engine: fixture.engineWith({ locator }),
      deadline: fixture.clock.now() + 7_000,
    });

    expect(asked[0]?.timeoutMs).toBe(5_000);
  });

  it('is found by a diagnosis too', async () => {
    const fixture = managedFixture();
    const { locator, asked } = locatorOf();
    const { store, database, clock } = fixture;
    store.configure(SECRET, { rotationEnabled: true });
    const strategy = alternatingUsers();
    const parts = { store, database, clock, strategy, secretId: SECRET };

    expect(await diagnose({ ...parts, locator })).toMatchObject({ state: 'healthy' });
    expect(asked).toHaveLength(1);
    expect(await diagnose(parts)).toMatchObject({ state: 'superuser-dead' });
  });
});

describe('the tags of a superuser secret', () => {
  it.each<[string, Partial<FixtureOptions>]>([
    ['a host of its own', { superuserFields: {} }],
    ['a configured host', { settings: { superuserHost: SERVER.host, superuserPort: SERVER.port } }],
  ])('are not asked for with %s', async (_, options) => {
    const fixture = managedFixture(options);
    const { locator, asked } = locatorOf();
    const described: unknown[] = [];
    const watch = {
      before: ({ method, request }: { method: string; request: unknown }) => {
        if (method === 'describe') described.push((request as { secretId: string }).secretId);
      },
    };

    await fixture.rotate('second', fixture.engineWith({ locator }, watch));
    expect(asked).toEqual([]);
    expect(new Set(described)).toEqual(new Set([SECRET]));
  });
});
