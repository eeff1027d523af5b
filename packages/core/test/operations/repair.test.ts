import { alternatingUsers, singleUser } from '../../src/index.js';
import { diagnose } from '../../src/operations/diagnose.js';
import { repair, type RepairOptions } from '../../src/operations/repair.js';
import { once } from '../support/ports.js';
import { withCallPoints } from '@keyturn/testkit/faults';
import { RotationBench, SECRET, token, sensitive } from '../support/rotation-bench.js';

function setUp(strategy = singleUser(), superuserFields?: Record<string, unknown>) {
  const bench = new RotationBench({ strategy, ...(superuserFields && { superuserFields }) });
  bench.store.configure(SECRET, { rotationEnabled: true, rotationFunction: 'function' });
  const { store, database, clock } = bench;
  const parts = { store, database, clock, strategy, secretId: SECRET };
  return {
    bench,
    parts,
    look: () => diagnose(parts),
    repaired: (more: Partial<RepairOptions> = {}) => repair({ ...parts, ...more }),
    changePassword: (name: string, password: string) =>
      bench.database.putUser(bench.address, { name, password }),
  };
}

/** Puts a secret into a state, and says how it is left after its repair. */
const REPAIRABLE = {
  'pending-empty': ({ bench }: ReturnType<typeof setUp>) => bench.begin('new'),
  'pending-not-set': async ({ bench }: ReturnType<typeof setUp>) => {
    bench.begin('new');
    await bench.run('createSecret', 'new');
  },
  'pending-unfit': ({ bench }: ReturnType<typeof setUp>) => {
    bench.putValue('new', { host: 'evil.example' }, ['AWSPENDING']);
  },
  'pending-left-behind': async ({ bench }: ReturnType<typeof setUp>) => {
    bench.begin('old');
    await bench.runUpTo('createSecret', 'old');
    const { username, password } = bench.value('first') ?? {};
    bench.putValue('newer', { username, password });
    await bench.store.moveLabel({
      secretId: SECRET,
      label: 'AWSCURRENT',
      from: token('first'),
      to: token('newer'),
    });
  },
  'set-not-promoted': async ({ bench }: ReturnType<typeof setUp>) => {
    bench.begin('new');
    await bench.runUpTo('setSecret', 'new');
  },
  'current-dead-previous-alive': async ({ bench, changePassword }: ReturnType<typeof setUp>) => {
    await bench.rotate('new');
    changePassword('sheep', 'Baaaaaa1');
  },
  'current-dead-unlabelled-alive': async ({ bench, changePassword }: ReturnType<typeof setUp>) => {
    await bench.rotate('new');
    await bench.rotate('newer');
    changePassword('sheep', 'Baaaaaa1');
  },
};

describe.each(Object.entries(REPAIRABLE))('a secret that is %s', (state, produce) => {
  it('is left alone in a dry run, repaired otherwise, and rotates on', async () => {
    const world = setUp();
    const { bench, look, repaired } = world;
    await produce(world);
    const before = bench.world();

    expect(await look()).toMatchObject({ state });
    expect(await repaired({ dryRun: true })).toMatchObject({
      kind: 'planned',
      diagnosis: { state },
    });
    expect(bench.world()).toEqual(before);

    expect(await repaired()).toMatchObject({ kind: 'repaired' });
    expect(await look()).toMatchObject({ state: 'healthy' });
    await bench.rotate('after');
    expect(bench.labels).toMatchObject({ AWSCURRENT: 'after' });
    expect(bench.isAlive('after')).toBe(true);
  });
});

describe('a repair', () => {
  it('finishes the rotation of an alternating pair, permissions included', async () => {
    const { bench, look, repaired, changePassword } = setUp(alternatingUsers());
    await bench.rotate('one');
    bench.begin('new');
    await bench.runUpTo('setSecret', 'new');
    expect(await look()).toMatchObject({ state: 'set-not-promoted' });
    changePassword('sheep_clone', 'Elsewhere-1');
    expect(await look()).toMatchObject({ state: 'current-dead-pending-alive' });

    expect(await repaired()).toMatchObject({ kind: 'repaired' });
    expect(bench.labels).toMatchObject({ AWSCURRENT: 'new', AWSPREVIOUS: 'one' });
  });

  it('shows the plan, and does nothing where somebody says no', async () => {
    const { bench, repaired } = setUp();
    bench.begin('new');
    const shown: string[] = [];
    const result = await repaired({
      async confirm(steps) {
        shown.push(...steps);
        return false;
      },
    });
    expect(result.kind).toBe('planned');
    expect(shown).toEqual([`take AWSPENDING off version ${token('new')}`]);
    expect(bench.labels.AWSPENDING).toBe('new');
  });

  it('does nothing where the state changes between plan and act', async () => {
    const { bench, repaired } = setUp();
    bench.begin('new');
    const result = await repaired({
      async confirm() {
        await bench.run('createSecret', 'new');
        return true;
      },
    });
    expect(result).toMatchObject({
      kind: 'refused',
      diagnosis: { state: 'pending-not-set' },
      refusal: {
        code: 'KEYTURN_REPAIR_UNPROVEN',
        message: expect.stringContaining('changed while the repair was being planned'),
        remedy: expect.stringContaining('look again in a minute'),
      },
    });
    expect(bench.labels.AWSPENDING).toBe('new');
  });

  it('says so where the act itself fails', async () => {
    const { bench, parts } = setUp();
    bench.begin('new');
    const refuse = once('before', 'moveLabel', () => {
      throw new Error('not today');
    });
    const result = await repair({ ...parts, store: withCallPoints(bench.store, refuse) });
    expect(result).toMatchObject({ kind: 'failed', error: { code: 'KEYTURN_UNEXPECTED' } });
  });

  it('does nothing where another version is stuck between plan and act', async () => {
    const { bench, repaired } = setUp();
    bench.begin('new');
    const result = await repaired({
      async confirm() {
        bench.begin('newer');
        return true;
      },
    });
    expect(result).toMatchObject({ kind: 'refused', diagnosis: { state: 'pending-empty' } });
    expect(bench.labels.AWSPENDING).toBe('newer');
  });

  it('says so where the rotation that it goes on with fails', async () => {
    const { bench, repaired } = setUp();
    bench.begin('new');
    await bench.runUpTo('setSecret', 'new');
    const verify = () => Promise.reject(new Error('empty'));
    expect(await repaired({ checks: [{ name: 'orders', verify }] })).toMatchObject({
      kind: 'failed',
      error: { code: 'KEYTURN_VERIFICATION_FAILED' },
    });
    expect(bench.labels.AWSCURRENT).toBe('first');
  });

  it('has nothing to do for a healthy secret', async () => {
    expect((await setUp().repaired()).kind).toBe('nothing-to-do');
  });

  describe('of a user nobody can sign in as', () => {
    it('is refused without the superuser, and sets the AWSCURRENT password with it', async () => {
      const { bench, look, repaired, changePassword } = setUp();
      changePassword('sheep', 'Nobody-knows-1');
      expect(await look()).toMatchObject({ state: 'locked-out' });

      expect(await repaired()).toMatchObject({
        kind: 'refused',
        refusal: { code: 'KEYTURN_REPAIR_UNPROVEN' },
      });
      expect(bench.alive).toEqual([]);

      expect(await repaired({ useSuperuser: true })).toMatchObject({ kind: 'repaired' });
      expect(bench.alive).toEqual(['first']);
    });

    it.each([
      [
        'the superuser secret names another server',
        { host: 'evil.example' },
        'SUPERUSER_SECRET_UNFIT',
      ],
      ['the superuser cannot sign in', { password: 'Wrong-1-wrong' }, 'SUPERUSER_REFUSED'],
    ])('changes nothing where %s', async (_, fields, code) => {
      const { bench, repaired, changePassword } = setUp(singleUser(), fields);
      changePassword('sheep', 'Nobody-knows-1');
      const { servers } = bench.database.snapshot();

      const result = await repaired({ useSuperuser: true });
      expect(result).toMatchObject({ kind: 'failed', error: { code: `KEYTURN_${code}` } });
      expect(bench.database.snapshot().servers).toEqual(servers);
    });

    it('changes nothing where the user is gone', async () => {
      const { bench, parts, changePassword } = setUp();
      changePassword('sheep', 'Nobody-knows-1');
      const session = await bench.database.signIn({
        address: bench.address,
        user: 'shepherd',
        password: sensitive('Woof-Woof-9'),
        connectTimeoutMs: 1,
        statementTimeoutMs: 1,
      });
      if (session.kind === 'accepted') await session.session.dropUser({ user: 'sheep' });

      expect(await repair({ ...parts, useSuperuser: true })).toMatchObject({
        kind: 'failed',
        error: { code: 'KEYTURN_USER_MISSING' },
      });
    });
  });
});

describe('a diagnosis of an alternating pair', () => {
  it('goes from healthy to rotated without a word', async () => {
    const { bench, look } = setUp(alternatingUsers());
    expect(await look()).toMatchObject({ state: 'healthy' });
    await bench.rotate('one');
    expect(await look()).toMatchObject({ state: 'healthy' });
  });

  it('sends the superuser nowhere before a stored credential has signed in', async () => {
    const { bench, look, changePassword } = setUp(alternatingUsers());
    changePassword('sheep', 'Nobody-knows-1');
    expect(await look()).toMatchObject({ state: 'locked-out' });
    expect(bench.signIns.join()).not.toContain('shepherd');
  });

  it('finds an unrelated user of the name, and a superuser that is refused', async () => {
    const { look, changePassword } = setUp(alternatingUsers());
    changePassword('sheep_clone', 'Somebody-else-1');
    expect(await look()).toMatchObject({ state: 'clone-unrelated' });

    const other = setUp(alternatingUsers(), { password: 'Wrong-1-wrong' });
    expect(await other.look()).toMatchObject({ state: 'superuser-dead' });
  });

  it("goes by the strategy's own options", async () => {
    const { look, changePassword } = setUp(alternatingUsers({ existingUsers: 'adopt' }));
    changePassword('sheep_clone', 'Somebody-else-1');
    expect(await look()).toMatchObject({ state: 'healthy' });
  });

  it('leaves versions without a label alone as long as the labelled ones work', async () => {
    const { bench, look } = setUp(singleUser());
    for (const name of ['one', 'two', 'three']) await bench.rotate(name);
    bench.forgetSignIns();
    await look();
    expect(bench.signIns).toEqual(['sheep accepted', 'sheep refused']);
  });
});
