import { TimeBudget } from '../../src/engine/time-budget.js';
import {
  alternatingUsers,
  singleUser,
  type Permission,
  type RotationSettings,
} from '../../src/index.js';
import type { SignInRequest } from '../../src/adapter/index.js';
import { resolved } from '../support/values.js';
import { once, override } from '../support/ports.js';
import { RotationFixture } from '../support/rotation-fixture.js';

const OUT_OF_TIME = { code: 'KEYTURN_OUT_OF_TIME', retryable: true };

/** Of what a server may say, by default. */
const LIMITS = { maxMessageBytes: 4_194_304, maxResultBytes: 67_108_864 };

describe('the time of a step', () => {
  const clock = {
    now: () => 0,
    sleep: async () => undefined,
    random: () => 0,
    after: () => () => undefined,
  };
  const budget = (deadline?: number, settings: RotationSettings = {}) =>
    new TimeBudget(clock, deadline, resolved(settings));
  const thrown = (act: () => void) => {
    try {
      act();
      return undefined;
    } catch (error) {
      return error;
    }
  };

  it.each<[number | undefined, RotationSettings, object]>([
    [undefined, {}, { connectTimeoutMs: 10_000, statementTimeoutMs: 30_000 }],
    [60_000, {}, { connectTimeoutMs: 10_000, statementTimeoutMs: 30_000 }],
    [20_000, {}, { connectTimeoutMs: 10_000, statementTimeoutMs: 18_000 }],
    [5_000, {}, { connectTimeoutMs: 3_000, statementTimeoutMs: 3_000 }],
    [
      undefined,
      { connectTimeoutMs: 1, statementTimeoutMs: 2 },
      { connectTimeoutMs: 1, statementTimeoutMs: 2 },
    ],
    [
      60_000,
      { connectTimeoutMs: 90_000, statementTimeoutMs: 90_000 },
      { connectTimeoutMs: 58_000, statementTimeoutMs: 58_000 },
    ],
  ])('until %p with %j gives a connection %j', (deadline, settings, timeouts) => {
    expect(budget(deadline, settings).forConnection()).toEqual({ ...LIMITS, ...timeouts });
  });

  it('gives no connection where nothing would be left in reserve', () => {
    expect(thrown(() => budget(2_001).forConnection())).toBeUndefined();
    expect(thrown(() => budget(2_000).forConnection())).toMatchObject(OUT_OF_TIME);
    expect(thrown(() => budget(-1).forConnection())).toMatchObject(OUT_OF_TIME);
  });

  it.each<[number | undefined, RotationSettings, boolean]>([
    [undefined, {}, true],
    [5_000, {}, true],
    [4_999, {}, false],
    [5_000, { minimumTimeMs: 5_001 }, false],
    [1, { minimumTimeMs: 1 }, true],
    [0, { minimumTimeMs: 1 }, false],
  ])('until %p with %j is enough to change a password: %p', (deadline, settings, enough) => {
    expect(thrown(() => budget(deadline, settings).require()) === undefined).toBe(enough);
  });
});

describe.each([
  ['single user', () => singleUser({ changeIn: 'setSecret' })],
  ['alternating users', () => alternatingUsers()],
] as const)('setSecret with %s', (_, strategy) => {
  const atSet = async (rotations: number) => {
    const fixture = new RotationFixture({ strategy: strategy() });
    for (let i = 1; i <= rotations; i++) await fixture.rotate(`before${i}`);
    fixture.begin('second');
    await fixture.run('createSecret', 'second');
    return fixture;
  };

  it.each([0, 1])('changes nothing with less than 5 s left, after %i rotations', async (n) => {
    const fixture = await atSet(n);
    const right: Permission = { kind: 'group', group: 'staff', grantable: false };
    const current = fixture.value(fixture.labels.AWSCURRENT ?? '')?.['username'] ?? '';
    fixture.database.grant(fixture.address, current, [right]);
    const deadline = fixture.clock.now() + 4_999;
    const error = await fixture.refusal('setSecret', 'second', { deadline });
    // Where permissions are missing, the error says how many are left instead.
    expect(error.code).toMatch(/^KEYTURN_(OUT_OF_TIME|PERMISSIONS_INCOMPLETE)$/);
    expect(error.retryable).toBe(true);
    await fixture.run('setSecret', 'second', { deadline: deadline + 1 });
    expect(fixture.isAlive('second')).toBe(true);
  });

  it('changes nothing where signing in took the time', async () => {
    const fixture = await atSet(1);
    const slow = once('after', 'signIn', () => fixture.clock.advance(20_000));
    const options = { engine: fixture.engine(slow), deadline: fixture.clock.now() + 24_000 };
    const error = await fixture.refusal('setSecret', 'second', options);
    // Where other databases were still to be compared, the error says so instead.
    expect(error.code).toMatch(/^KEYTURN_(OUT_OF_TIME|PERMISSIONS_INCOMPLETE)$/);
    expect(error.retryable).toBe(true);
  });

  it('hands the timeouts to every connection', async () => {
    const fixture = await atSet(1);
    const requests: SignInRequest[] = [];
    const database = override(fixture.database, {
      signIn: (request) => {
        requests.push(request);
        return fixture.database.signIn(request);
      },
    });
    const engine = fixture.engineWith({ database });
    await fixture.run('setSecret', 'second', { engine, deadline: fixture.clock.now() + 10_000 });
    expect(requests.length).toBeGreaterThan(1);
    for (const request of requests) {
      const { address, user, connectTimeoutMs, statementTimeoutMs, sessionTimeoutMs } = request;
      // Another database than the secret's gets its share of half the time alone; in the secret's own no statement of
      // the superuser's, which may wait for a lock, takes more than a third.
      const own = user === 'shepherd' ? 10_000 / 3 : 8_000;
      const [connect, statement, all] =
        address.database === 'dev' ? [5_000, 5_000, 5_000] : [8_000, own, undefined];
      expect([connectTimeoutMs, statementTimeoutMs]).toEqual([connect, statement]);
      expect(sessionTimeoutMs).toBe(all);
    }
  });
});
