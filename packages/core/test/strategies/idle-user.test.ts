import { recordCalls } from '@keyturn/testkit/faults';
import {
  alternatingUsers,
  type AlternatingUsersOptions,
  type DatabaseAddress,
} from '../../src/index.js';
import { failing } from '../support/ports.js';
import { RotationBench, type BenchOptions } from '../support/rotation-bench.js';
import { FIELDS } from '../support/values.js';

/** A bench at setSecret of `second`, after so many rotations. */
async function atSet(
  rotations: 0 | 1,
  options: AlternatingUsersOptions = {},
  more: Partial<BenchOptions> = {},
) {
  const bench = new RotationBench({ strategy: alternatingUsers(options), ...more });
  if (rotations === 1) await bench.rotate('before');
  bench.begin('second');
  await bench.run('createSecret', 'second');
  return bench;
}

describe('setSecret of the idle user', () => {
  it.each([
    ['createUser', 0, 3],
    ['setPassword', 1, 1],
  ] as const)('that meets a conflict at %s', async (method, rotations, times) => {
    // Whoever creates a user at the same time may be another delivery, so that is looked at again; no more than that.
    const bench = await atSet(rotations);
    const calls = recordCalls();
    const engine = bench.engine(calls, failing(method, 'KEYTURN_DATABASE_CONFLICT'));
    const { code } = await bench.failure('setSecret', 'second', { engine });
    expect(code).toBe('KEYTURN_DATABASE_CONFLICT');
    expect(calls.calls.filter((call) => call.method === method)).toHaveLength(times);
  });

  it('says what it did', async () => {
    const bench = await atSet(1);
    const { outcome } = await bench.run('setSecret', 'second');
    expect(outcome).toBe('the password of the alternate user was changed');
  });

  it.each([true, false, undefined])(
    'signs the superuser in as its own secret says: ssl %p',
    async (ssl) => {
      const bench = await atSet(0, {}, { superuserFields: { ssl } });
      const addresses: DatabaseAddress[] = [];
      const engine = bench.engine({
        before({ method, request }) {
          if (method !== 'signIn') return;
          const { user, address } = request as { user: string; address: DatabaseAddress };
          if (user === 'shepherd') addresses.push(address);
        },
      });
      await bench.run('setSecret', 'second', { engine });
      const { host, port, dbname: database } = FIELDS;
      const expected = { host, port, database, ...(ssl !== undefined && { ssl }) };
      expect(addresses[0]).toStrictEqual(expected);
    },
  );

  it.each([
    ['first-rotation-only', false],
    ['add-missing', true],
  ] as const)('completes its rights where the policy is %s: %p', async (permissions, given) => {
    const bench = await atSet(1, { permissions });
    const staff = { kind: 'group', group: 'staff', grantable: false } as const;
    bench.database.grant(bench.address, 'sheep_clone', [staff]);
    await bench.run('setSecret', 'second');
    const { clusterWide = [] } = bench.database.server(bench.address).users['sheep'] ?? {};
    expect(clusterWide).toEqual(given ? [staff] : []);
  });

  it('goes on without the rights of a current user that is gone', async () => {
    const bench = await atSet(1);
    bench.dropUser('sheep_clone');
    await bench.runUpTo('finishSecret', 'second');
    expect(bench.isAlive('second')).toBe(true);
    expect(bench.observer.named('rotation.healed').map(({ how }) => how)).toContain(
      'User "sheep_clone" is gone, so its permissions could not be compared.',
    );
  });
});
