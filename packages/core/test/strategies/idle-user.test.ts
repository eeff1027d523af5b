import { recordCalls } from '@keyturn/testkit/faults';
import {
  alternatingUsers,
  type AlternatingUsersOptions,
  type DatabaseAddress,
} from '../../src/index.js';
import { failing } from '../support/ports.js';
import { RotationFixture, type FixtureOptions } from '../support/rotation-fixture.js';
import { FIELDS } from '../support/values.js';

/** A fixture at setSecret of `second`, after so many rotations. */
async function atSet(
  rotations: 0 | 1,
  options: AlternatingUsersOptions = {},
  more: Partial<FixtureOptions> = {},
) {
  const fixture = new RotationFixture({ strategy: alternatingUsers(options), ...more });
  if (rotations === 1) await fixture.rotate('before');
  fixture.begin('second');
  await fixture.run('createSecret', 'second');
  return fixture;
}

describe('setSecret of the alternate', () => {
  it.each([
    ['createUser', 0, 3],
    ['setPassword', 1, 1],
  ] as const)('that meets a conflict at %s', async (method, rotations, times) => {
    // Whoever creates a user at the same time may be another delivery, so that is looked at again; no more than that.
    const fixture = await atSet(rotations);
    const calls = recordCalls();
    const engine = fixture.engine(calls, failing(method, 'KEYTURN_DATABASE_CONFLICT'));
    const { code } = await fixture.failure('setSecret', 'second', { engine });
    expect(code).toBe('KEYTURN_DATABASE_CONFLICT');
    expect(calls.calls.filter((call) => call.method === method)).toHaveLength(times);
  });

  it('says what it did', async () => {
    const fixture = await atSet(1);
    const { outcome } = await fixture.run('setSecret', 'second');
    expect(outcome).toBe('the password of the alternate user was changed');
  });

  it.each([true, false, undefined])(
    'signs the superuser in as its own secret says: ssl %p',
    async (ssl) => {
      const fixture = await atSet(0, {}, { superuserFields: { ssl } });
      const addresses: DatabaseAddress[] = [];
      const engine = fixture.engine({
        before({ method, request }) {
          if (method !== 'signIn') return;
          const { user, address } = request as { user: string; address: DatabaseAddress };
          if (user === 'shepherd') addresses.push(address);
        },
      });
      await fixture.run('setSecret', 'second', { engine });
      const { host, port, dbname: database } = FIELDS;
      const expected = { host, port, database, ...(ssl !== undefined && { ssl }) };
      expect(addresses[0]).toStrictEqual(expected);
    },
  );

  it.each([
    ['first-rotation-only', false],
    ['add-missing', true],
  ] as const)(
    'completes its permissions where the policy is %s: %p',
    async (permissions, given) => {
      const fixture = await atSet(1, { permissions });
      const staff = { kind: 'group', group: 'staff', grantable: false } as const;
      fixture.database.grant(fixture.address, 'sheep_clone', [staff]);
      await fixture.run('setSecret', 'second');
      const { clusterWide = [] } = fixture.database.server(fixture.address).users['sheep'] ?? {};
      expect(clusterWide).toEqual(given ? [staff] : []);
    },
  );

  it('goes on without the permissions of a current user that is gone', async () => {
    const fixture = await atSet(1);
    fixture.dropUser('sheep_clone');
    await fixture.runUpTo('finishSecret', 'second');
    expect(fixture.isAlive('second')).toBe(true);
    expect(fixture.observer.named('rotation.healed').map(({ how }) => how)).toContain(
      'User "sheep_clone" is gone, so its permissions could not be compared.',
    );
  });
});
