import { failAt, recordCalls } from '@keyturn/testkit/faults';
import {
  alternatingUsers,
  type AlternatingUsersOptions,
  type Permission,
  type RotationSettings,
  type SignInRequest,
} from '../../src/index.js';
import { once } from '../support/ports.js';
import { RotationBench, SECRET } from '../support/rotation-bench.js';
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
const RIGHTS = [SELECT, USAGE, STAFF];

function create(options: AlternatingUsersOptions = {}, settings: RotationSettings = {}) {
  const bench = new RotationBench({
    strategy: alternatingUsers(options),
    settings: { permissionDatabases: [FIELDS.dbname], ...settings },
  });
  bench.database.grant(bench.address, 'sheep', RIGHTS);
  return bench;
}

async function atSet(...options: Parameters<typeof create>) {
  const bench = create(...options);
  bench.begin('second');
  await bench.run('createSecret', 'second');
  return bench;
}

const putUser = (bench: RotationBench, name: string, password: string, more: object = {}) =>
  bench.database.putUser(bench.address, { name, password, ...more });

/** A user's rights in the secret's database. */
function rightsOf(bench: RotationBench, name: string): readonly Permission[] {
  const user = bench.database.server(bench.address).users[name];
  return [...(user?.clusterWide ?? []), ...(user?.inDatabase[FIELDS.dbname] ?? [])];
}

describe('the first alternating setSecret', () => {
  it('creates the clone with the rights of the user, after the current credential has signed in', async () => {
    const bench = await atSet();
    const result = await bench.run('setSecret', 'second');
    expect(result.outcome).toBe('the alternate user was created');
    expect(bench.signIns).toEqual(['sheep accepted', 'shepherd accepted', 'sheep_clone accepted']);
    expect(new Set(rightsOf(bench, 'sheep_clone'))).toEqual(new Set(RIGHTS));
    expect(bench.news).toEqual(['user.created', 'permissions.granted']);
    expect(bench.isAlive('first')).toBe(true);
  });

  it('takes the superuser’s host, port and TLS from its own secret, and the database alone from the other', async () => {
    for (const [own, superuser] of [
      [{ ssl: false }, { ssl: true }],
      [{ ssl: true }, {}],
    ] as const) {
      const bench = new RotationBench({
        strategy: alternatingUsers(),
        fields: own,
        superuserFields: { ...superuser, dbname: 'elsewhere' },
      });
      bench.begin('second');
      await bench.run('createSecret', 'second');
      const calls = recordCalls();
      await bench.run('setSecret', 'second', { engine: bench.engine(calls) });
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

  it('gives no rights where the settings say none', async () => {
    for (const bench of [
      await atSet({ permissions: 'none' }),
      await atSet({}, { permissions: 'none' }),
    ]) {
      await bench.run('setSecret', 'second');
      expect(rightsOf(bench, 'sheep_clone')).toEqual([]);
    }
  });

  it('proves the new user before anything is granted to it', async () => {
    const bench = await atSet();
    const calls = recordCalls();
    await bench.run('setSecret', 'second', { engine: bench.engine(calls) });
    const order = calls.calls.map(({ method }) => method);
    expect(order.slice(order.indexOf('createUser'), order.indexOf('grantPermissions'))).toContain(
      'signIn',
    );
  });

  it.each(['same', 'fresh'] as const)(
    'heals with the %s token after a crash behind CREATE USER',
    async (which) => {
      const bench = await atSet();
      const crashed = bench.engine(
        once('after', 'createUser', () => Promise.reject(new Error('crash'))),
      );
      await bench.failure('setSecret', 'second', { engine: crashed });
      expect(rightsOf(bench, 'sheep_clone')).toEqual([]);

      const name = which === 'same' ? 'second' : 'third';
      if (which === 'fresh') bench.store.removeLabel(SECRET, 'AWSPENDING');
      await bench.rotate(name);
      expect(bench.alive).toEqual(['first', name]);
      expect(new Set(rightsOf(bench, 'sheep_clone'))).toEqual(new Set(RIGHTS));
    },
  );

  it('takes over what another delivery created meanwhile', async () => {
    const bench = await atSet();
    const other = once('before', 'createUser', () => bench.run('setSecret', 'second'));
    const result = await bench.run('setSecret', 'second', { engine: bench.engine(other) });
    expect(result.outcome).toBe('the pending password was set already');
    expect(bench.alive).toEqual(['first', 'second']);
  });

  it('drops a user again whose first sign-in is refused', async () => {
    const bench = await atSet();
    const world = bench.world();
    const engine = bench.engine(
      once('after', 'createUser', () =>
        bench.database.changePassword(bench.address, 'sheep_clone', 'x'),
      ),
    );
    const error = await bench.failure('setSecret', 'second', { engine });
    expect(error).toMatchObject({ code: 'KEYTURN_NEW_PASSWORD_REFUSED', retryable: true });
    expect(bench.world()).toEqual(world);
    expect(bench.news).toEqual(['rotation.healed']);
  });
});

describe('a later alternating setSecret', () => {
  const later = async (...options: Parameters<typeof create>) => {
    const bench = create(...options);
    await bench.rotate('first-clone');
    bench.begin('second');
    await bench.run('createSecret', 'second');
    bench.forgetSignIns();
    return bench;
  };

  it('signs in as current, superuser, previous and pending, and nothing is refused', async () => {
    const bench = await later();
    await bench.run('setSecret', 'second');
    expect(bench.signIns).toEqual([
      'sheep_clone accepted',
      'shepherd accepted',
      'sheep accepted',
      'sheep accepted',
    ]);
  });

  it('completes rights before the password of the idle user changes', async () => {
    const bench = await later();
    const added: Permission = { ...USAGE, schema: 'added' };
    bench.database.grant(bench.address, 'sheep_clone', [added]);
    const calls = recordCalls();
    await bench.run('setSecret', 'second', { engine: bench.engine(calls) });
    const order = calls.calls.map(({ method }) => method);
    expect(order.indexOf('grantPermissions')).toBeGreaterThan(0);
    expect(order.indexOf('grantPermissions')).toBeLessThan(order.indexOf('setPassword'));
    expect(rightsOf(bench, 'sheep')).toContainEqual(added);
  });

  it('takes nothing away, and reports what the idle user has beyond', async () => {
    const bench = await later();
    const extra: Permission = { ...USAGE, schema: 'extra' };
    bench.database.grant(bench.address, 'sheep', [extra]);
    await bench.run('setSecret', 'second');
    expect(rightsOf(bench, 'sheep')).toContainEqual(extra);
    expect(bench.observer.named('permissions.extra')).toMatchObject([
      { user: 'sheep', permissions: [extra] },
    ]);
  });

  it('completes rights although the pending password is set already', async () => {
    const bench = await later();
    await bench.run('setSecret', 'second');
    const added: Permission = { ...USAGE, schema: 'added' };
    bench.database.grant(bench.address, 'sheep_clone', [added]);
    const result = await bench.run('setSecret', 'second');
    expect(result.outcome).toBe('the pending password was set already');
    expect(rightsOf(bench, 'sheep')).toContainEqual(added);
  });

  it('leaves the password alone where granting fails', async () => {
    const bench = await later();
    bench.database.grant(bench.address, 'sheep_clone', [{ ...USAGE, schema: 'added' }]);
    const before = bench.alive;
    const engine = bench.engine(
      once('before', 'grantPermissions', () => Promise.reject(new Error('no'))),
    );
    await bench.failure('setSecret', 'second', { engine });
    expect(bench.alive).toEqual(before);
  });

  it('fails retryable where rights are still missing after they were granted', async () => {
    const bench = await later();
    bench.database.grant(bench.address, 'sheep_clone', [{ ...USAGE, schema: 'added' }]);
    const before = bench.alive;
    const password = bench.value('first')?.['password'] ?? '';
    const engine = bench.engine(
      once('after', 'grantPermissions', () => putUser(bench, 'sheep', password)),
    );
    expect(await bench.failure('setSecret', 'second', { engine })).toMatchObject({
      code: 'KEYTURN_PERMISSIONS_INCOMPLETE',
      retryable: true,
    });
    expect(bench.alive).toEqual(before);
  });

  it('refuses an unfit stored password before anything is granted', async () => {
    const bench = await later();
    bench.database.grant(bench.address, 'sheep_clone', [{ ...USAGE, schema: 'added' }]);
    bench.putValue('staged', { password: 'Short1' }, ['AWSPENDING']);
    expect((await bench.refusal('setSecret', 'staged')).code).toBe(
      'KEYTURN_PENDING_PASSWORD_UNFIT',
    );
  });

  it('refuses an unfit stored password before a user is created', async () => {
    const bench = create();
    bench.putValue('staged', { username: 'sheep_clone', password: 'Short1' }, ['AWSPENDING']);
    expect((await bench.refusal('setSecret', 'staged')).code).toBe(
      'KEYTURN_PENDING_PASSWORD_UNFIT',
    );
  });

  it('reports kinds of rights that could not be read', async () => {
    const bench = await later();
    // As a superuser that is none: it sees only part of what others have.
    putUser(bench, 'shepherd', 'Woof-Woof-9');
    await bench.failure('setSecret', 'second');
    expect(bench.observer.named('permissions.notChecked')).toHaveLength(1);
  });
});

describe('the superuser', () => {
  it('is not sent anywhere before a stored credential has signed in', async () => {
    const bench = await atSet();
    bench.database.changePassword(bench.address, 'sheep', 'unknown');
    await bench.refusal('setSecret', 'second');
    expect(bench.signIns.join()).not.toContain('shepherd');
  });

  it('may be proved for by the alternate’s credential where the current one is dead', async () => {
    const bench = create();
    await bench.rotate('second');
    bench.database.changePassword(bench.address, 'sheep_clone', 'unknown');
    await bench.rotate('third');
    expect(bench.isAlive('third')).toBe(true);
    expect(bench.news).toContain('rotation.healed');
  });

  it('that is refused ends setSecret with nothing changed', async () => {
    const bench = await atSet();
    bench.database.changePassword(bench.address, 'shepherd', 'Changed-1');
    expect(await bench.refusal('setSecret', 'second')).toMatchObject({
      code: 'KEYTURN_SUPERUSER_REFUSED',
      remedy: expect.stringContaining('AWSPENDING') as string,
    });
  });

  it('is never cloned', async () => {
    const bench = await atSet();
    putUser(bench, 'sheep', FIELDS.password, { superuser: true });
    expect((await bench.refusal('setSecret', 'second')).code).toBe('KEYTURN_USER_IS_SUPERUSER');
  });

  it('is cloned where the settings say so, into a user that is none, and taken over never', async () => {
    const bench = await atSet({}, { allowSuperuserSource: true });
    putUser(bench, 'sheep', FIELDS.password, { superuser: true });
    bench.database.grant(bench.address, 'sheep', RIGHTS);
    await bench.rotate('second');
    expect(bench.isAlive('second')).toBe(true);
    const { users } = bench.database.server(bench.address);
    expect(users['sheep_clone']?.superuser).toBe(false);
    expect(new Set(rightsOf(bench, 'sheep_clone'))).toEqual(new Set(RIGHTS));
    bench.begin('third');
    await bench.run('createSecret', 'third');
    expect((await bench.refusal('setSecret', 'third')).code).toBe('KEYTURN_USER_IS_SUPERUSER');
  });

  it('is only asked for the database name of the application secret', async () => {
    const bench = await atSet();
    await bench.run('setSecret', 'second');
    const { signIns } = bench.database;
    expect(signIns.find(({ user }) => user === 'shepherd')).toMatchObject({
      server: `${FIELDS.host}:${FIELDS.port}`,
      database: FIELDS.dbname,
    });
  });

  it('secret that moved to another server since createSecret is refused without a sign-in', async () => {
    const bench = await atSet();
    const value = JSON.stringify({ host: 'evil.example', username: 'shepherd', password: 'x' });
    bench.store.putCurrent({ secretId: 'shepherd', versionId: 'boss-2', value });
    expect(await bench.refusal('setSecret', 'second')).toMatchObject({
      code: 'KEYTURN_SUPERUSER_SECRET_UNFIT',
      field: 'host',
    });
    expect(bench.signIns.join()).not.toContain('shepherd');
  });
});

describe('a lost connection in an alternating setSecret', () => {
  it('leaves AWSCURRENT alive wherever it strikes, and the next delivery goes on', async () => {
    const ordinary = recordCalls();
    const bench = await atSet();
    await bench.run('setSecret', 'second', { engine: bench.engine(ordinary) });
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
