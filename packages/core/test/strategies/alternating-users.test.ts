import { failAt, recordCalls } from '@keyturn/testkit/faults';
import {
  alternatingUsers,
  type AlternatingUsersOptions,
  type Permission,
  type RotationSettings,
} from '../../src/index.js';
import type { SignInRequest } from '../../src/adapter/index.js';
import { once } from '../support/ports.js';
import { RotationFixture, SECRET } from '../support/rotation-fixture.js';
import { FIELDS } from '../support/values.js';

const SELECT: Permission = {
  kind: 'relation',
  schema: 'shop',
  relation: 'orders',
  privilege: 'SELECT',
  grantable: true,
};
const USAGE: Permission = { kind: 'schema', schema: 'shop', privilege: 'USAGE', grantable: false };
const STAFF: Permission = { kind: 'group', group: 'staff', grantable: false };
const PERMISSIONS = [SELECT, USAGE, STAFF];

function create(options: AlternatingUsersOptions = {}, settings: RotationSettings = {}) {
  const fixture = new RotationFixture({
    strategy: alternatingUsers(options),
    settings: { permissionDatabases: [FIELDS.dbname], ...settings },
  });
  fixture.database.grant(fixture.address, 'sheep', PERMISSIONS);
  return fixture;
}

async function atSet(...options: Parameters<typeof create>) {
  const fixture = create(...options);
  fixture.begin('second');
  await fixture.run('createSecret', 'second');
  return fixture;
}

const putUser = (fixture: RotationFixture, name: string, password: string, more: object = {}) =>
  fixture.database.putUser(fixture.address, { name, password, ...more });

/** A user's permissions in the secret's database. */
function permissionsOf(fixture: RotationFixture, name: string): readonly Permission[] {
  const user = fixture.database.server(fixture.address).users[name];
  return [...(user?.clusterWide ?? []), ...(user?.inDatabase[FIELDS.dbname] ?? [])];
}

describe('the first alternating setSecret', () => {
  it('creates the clone with the permissions of the user, after the current credential has signed in', async () => {
    const fixture = await atSet();
    const result = await fixture.run('setSecret', 'second');
    expect(result.outcome).toBe('the alternate user was created');
    expect(fixture.signIns).toEqual([
      'sheep accepted',
      'shepherd accepted',
      'sheep_clone accepted',
    ]);
    expect(new Set(permissionsOf(fixture, 'sheep_clone'))).toEqual(new Set(PERMISSIONS));
    expect(fixture.news).toEqual(['user.created', 'permissions.granted']);
    expect(fixture.isAlive('first')).toBe(true);
  });

  it('takes the superuser’s host, port and TLS from its own secret, and the database alone from the other', async () => {
    for (const [own, superuser] of [
      [{ ssl: false }, { ssl: true }],
      [{ ssl: true }, {}],
    ] as const) {
      const fixture = new RotationFixture({
        strategy: alternatingUsers(),
        fields: own,
        superuserFields: { ...superuser, dbname: 'elsewhere' },
      });
      fixture.begin('second');
      await fixture.run('createSecret', 'second');
      const calls = recordCalls();
      await fixture.run('setSecret', 'second', { engine: fixture.engine(calls) });
      const addresses = calls.calls.flatMap(({ method, request }) => {
        if (method !== 'signIn') return [];
        const { user, address } = request as SignInRequest;
        return user === 'shepherd' ? [address] : [];
      });
      const { host, port, dbname } = FIELDS;
      expect(addresses[0]).toEqual({ host, port, database: dbname, ...superuser });
      for (const address of addresses) expect(address).toMatchObject({ host, port, ...superuser });
    }
  });

  it('gives no permissions where the settings say none', async () => {
    for (const fixture of [
      await atSet({ permissions: 'none' }),
      await atSet({}, { permissions: 'none' }),
    ]) {
      await fixture.run('setSecret', 'second');
      expect(permissionsOf(fixture, 'sheep_clone')).toEqual([]);
    }
  });

  it('proves the new user before anything is granted to it', async () => {
    const fixture = await atSet();
    const calls = recordCalls();
    await fixture.run('setSecret', 'second', { engine: fixture.engine(calls) });
    const order = calls.calls.map(({ method }) => method);
    expect(order.slice(order.indexOf('createUser'), order.indexOf('grantPermissions'))).toContain(
      'signIn',
    );
  });

  it.each(['same', 'fresh'] as const)(
    'heals with the %s token after a crash behind CREATE USER',
    async (which) => {
      const fixture = await atSet();
      const crashed = fixture.engine(
        once('after', 'createUser', () => Promise.reject(new Error('crash'))),
      );
      await fixture.failure('setSecret', 'second', { engine: crashed });
      expect(permissionsOf(fixture, 'sheep_clone')).toEqual([]);

      const name = which === 'same' ? 'second' : 'third';
      if (which === 'fresh') fixture.store.removeLabel(SECRET, 'AWSPENDING');
      await fixture.rotate(name);
      expect(fixture.alive).toEqual(['first', name]);
      expect(new Set(permissionsOf(fixture, 'sheep_clone'))).toEqual(new Set(PERMISSIONS));
    },
  );

  it('takes over what another delivery created meanwhile', async () => {
    const fixture = await atSet();
    const other = once('before', 'createUser', () => fixture.run('setSecret', 'second'));
    const result = await fixture.run('setSecret', 'second', { engine: fixture.engine(other) });
    expect(result.outcome).toBe('the pending password was set already');
    expect(fixture.alive).toEqual(['first', 'second']);
  });

  it('drops a user again whose first sign-in is refused', async () => {
    const fixture = await atSet();
    const world = fixture.world();
    const engine = fixture.engine(
      once('after', 'createUser', () =>
        fixture.database.changePassword(fixture.address, 'sheep_clone', 'x'),
      ),
    );
    const error = await fixture.failure('setSecret', 'second', { engine });
    expect(error).toMatchObject({ code: 'KEYTURN_NEW_PASSWORD_REFUSED', retryable: true });
    expect(fixture.world()).toEqual(world);
    expect(fixture.news).toEqual(['rotation.healed']);
  });
});

describe('a later alternating setSecret', () => {
  const later = async (...options: Parameters<typeof create>) => {
    const fixture = create(...options);
    await fixture.rotate('first-clone');
    fixture.begin('second');
    await fixture.run('createSecret', 'second');
    fixture.forgetSignIns();
    return fixture;
  };

  it('signs in as current, superuser, previous and pending, and nothing is refused', async () => {
    const fixture = await later();
    await fixture.run('setSecret', 'second');
    expect(fixture.signIns).toEqual([
      'sheep_clone accepted',
      'shepherd accepted',
      'sheep accepted',
      'sheep accepted',
    ]);
  });

  it('completes permissions before the password of the alternate changes', async () => {
    const fixture = await later();
    const added: Permission = { ...USAGE, schema: 'added' };
    fixture.database.grant(fixture.address, 'sheep_clone', [added]);
    const calls = recordCalls();
    await fixture.run('setSecret', 'second', { engine: fixture.engine(calls) });
    const order = calls.calls.map(({ method }) => method);
    expect(order.indexOf('grantPermissions')).toBeGreaterThan(0);
    expect(order.indexOf('grantPermissions')).toBeLessThan(order.indexOf('setPassword'));
    expect(permissionsOf(fixture, 'sheep')).toContainEqual(added);
  });

  it('takes nothing away, and reports what the alternate has beyond', async () => {
    const fixture = await later();
    const extra: Permission = { ...USAGE, schema: 'extra' };
    fixture.database.grant(fixture.address, 'sheep', [extra]);
    await fixture.run('setSecret', 'second');
    expect(permissionsOf(fixture, 'sheep')).toContainEqual(extra);
    expect(fixture.observer.named('permissions.extra')).toMatchObject([
      { user: 'sheep', permissions: [extra] },
    ]);
  });

  it('completes permissions although the pending password is set already', async () => {
    const fixture = await later();
    await fixture.run('setSecret', 'second');
    const added: Permission = { ...USAGE, schema: 'added' };
    fixture.database.grant(fixture.address, 'sheep_clone', [added]);
    const result = await fixture.run('setSecret', 'second');
    expect(result.outcome).toBe('the pending password was set already');
    expect(permissionsOf(fixture, 'sheep')).toContainEqual(added);
  });

  it('leaves the password alone where granting fails', async () => {
    const fixture = await later();
    fixture.database.grant(fixture.address, 'sheep_clone', [{ ...USAGE, schema: 'added' }]);
    const before = fixture.alive;
    const engine = fixture.engine(
      once('before', 'grantPermissions', () => Promise.reject(new Error('no'))),
    );
    await fixture.failure('setSecret', 'second', { engine });
    expect(fixture.alive).toEqual(before);
  });

  it('fails retryable where permissions are still missing after they were granted', async () => {
    const fixture = await later();
    fixture.database.grant(fixture.address, 'sheep_clone', [{ ...USAGE, schema: 'added' }]);
    const before = fixture.alive;
    const password = fixture.value('first')?.['password'] ?? '';
    const engine = fixture.engine(
      once('after', 'grantPermissions', () => putUser(fixture, 'sheep', password)),
    );
    expect(await fixture.failure('setSecret', 'second', { engine })).toMatchObject({
      code: 'KEYTURN_PERMISSIONS_INCOMPLETE',
      retryable: true,
    });
    expect(fixture.alive).toEqual(before);
  });

  it('refuses an unfit stored password before anything is granted', async () => {
    const fixture = await later();
    fixture.database.grant(fixture.address, 'sheep_clone', [{ ...USAGE, schema: 'added' }]);
    fixture.putValue('staged', { password: 'Short1' }, ['AWSPENDING']);
    expect((await fixture.refusal('setSecret', 'staged')).code).toBe(
      'KEYTURN_PENDING_PASSWORD_UNFIT',
    );
  });

  it('refuses an unfit stored password before a user is created', async () => {
    const fixture = create();
    fixture.putValue('staged', { username: 'sheep_clone', password: 'Short1' }, ['AWSPENDING']);
    expect((await fixture.refusal('setSecret', 'staged')).code).toBe(
      'KEYTURN_PENDING_PASSWORD_UNFIT',
    );
  });

  it('reports kinds of permissions that could not be read', async () => {
    const fixture = await later();
    // As a superuser that is none: it sees only part of what others have.
    putUser(fixture, 'shepherd', 'Woof-Woof-9');
    await fixture.failure('setSecret', 'second');
    expect(fixture.observer.named('permissions.notChecked')).toHaveLength(1);
  });
});

describe('the superuser', () => {
  it('is not sent anywhere before a stored credential has signed in', async () => {
    const fixture = await atSet();
    fixture.database.changePassword(fixture.address, 'sheep', 'unknown');
    await fixture.refusal('setSecret', 'second');
    expect(fixture.signIns.join()).not.toContain('shepherd');
  });

  it('may be proved for by the alternate’s credential where the current one is dead', async () => {
    const fixture = create();
    await fixture.rotate('second');
    fixture.database.changePassword(fixture.address, 'sheep_clone', 'unknown');
    await fixture.rotate('third');
    expect(fixture.isAlive('third')).toBe(true);
    expect(fixture.news).toContain('rotation.healed');
  });

  it('that is refused ends setSecret with nothing changed', async () => {
    const fixture = await atSet();
    fixture.database.changePassword(fixture.address, 'shepherd', 'Changed-1');
    expect(await fixture.refusal('setSecret', 'second')).toMatchObject({
      code: 'KEYTURN_SUPERUSER_REFUSED',
      remedy: expect.stringContaining('AWSPENDING') as string,
    });
  });

  it('is never cloned', async () => {
    const fixture = await atSet();
    putUser(fixture, 'sheep', FIELDS.password, { superuser: true });
    expect((await fixture.refusal('setSecret', 'second')).code).toBe('KEYTURN_USER_IS_SUPERUSER');
  });

  it('is cloned where the settings say so, into a user that is none, and taken over never', async () => {
    const fixture = await atSet({}, { allowSuperuserSource: true });
    putUser(fixture, 'sheep', FIELDS.password, { superuser: true });
    fixture.database.grant(fixture.address, 'sheep', PERMISSIONS);
    await fixture.rotate('second');
    expect(fixture.isAlive('second')).toBe(true);
    const { users } = fixture.database.server(fixture.address);
    expect(users['sheep_clone']?.superuser).toBe(false);
    expect(new Set(permissionsOf(fixture, 'sheep_clone'))).toEqual(new Set(PERMISSIONS));
    fixture.begin('third');
    await fixture.run('createSecret', 'third');
    expect((await fixture.refusal('setSecret', 'third')).code).toBe('KEYTURN_USER_IS_SUPERUSER');
  });

  it('is only asked for the database name of the application secret', async () => {
    const fixture = await atSet();
    await fixture.run('setSecret', 'second');
    const { signIns } = fixture.database;
    expect(signIns.find(({ user }) => user === 'shepherd')).toMatchObject({
      server: `${FIELDS.host}:${FIELDS.port}`,
      database: FIELDS.dbname,
    });
  });

  it('secret that moved to another server since createSecret is refused without a sign-in', async () => {
    const fixture = await atSet();
    const value = JSON.stringify({ host: 'evil.example', username: 'shepherd', password: 'x' });
    fixture.store.putCurrent({ secretId: 'shepherd', versionId: 'boss-2', value });
    expect(await fixture.refusal('setSecret', 'second')).toMatchObject({
      code: 'KEYTURN_SUPERUSER_SECRET_UNFIT',
      field: 'host',
    });
    expect(fixture.signIns.join()).not.toContain('shepherd');
  });
});

describe('a lost connection in an alternating setSecret', () => {
  it('leaves AWSCURRENT alive wherever it strikes, and the next delivery goes on', async () => {
    const ordinary = recordCalls();
    const fixture = await atSet();
    await fixture.run('setSecret', 'second', { engine: fixture.engine(ordinary) });
    for (let call = 1; call <= ordinary.calls.length; call++) {
      for (const when of ['before', 'after'] as const) {
        const struck = await atSet();
        await struck.attempt('setSecret', 'second', {
          engine: struck.engine(failAt({ call, when })),
        });
        expect(struck.isAlive('first')).toBe(true);
        await struck.runUpTo('finishSecret', 'second');
        expect(struck.alive).toEqual(['first', 'second']);
        expect(struck.database.openSessions).toBe(0);
      }
    }
  });
});
