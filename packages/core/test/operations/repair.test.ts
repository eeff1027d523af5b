import { alternatingUsers, singleUser } from '../../src/index.js';
import { diagnose } from '../../src/operations/diagnose.js';
import { repair, type RepairOptions } from '../../src/operations/repair.js';
import { once } from '../support/ports.js';
import { withCallPoints } from '@keyturn/testkit/faults';
import { RotationFixture, SECRET, token, sensitive } from '../support/rotation-fixture.js';

function setUp(strategy = singleUser(), superuserFields?: Record<string, unknown>) {
  const fixture = new RotationFixture({ strategy, ...(superuserFields && { superuserFields }) });
  fixture.store.configure(SECRET, { rotationEnabled: true, rotationFunction: 'function' });
  const { store, database, clock } = fixture;
  const parts = { store, database, clock, strategy, secretId: SECRET };
  return {
    fixture,
    parts,
    look: () => diagnose(parts),
    repaired: (more: Partial<RepairOptions> = {}) => repair({ ...parts, ...more }),
    changePassword: (name: string, password: string) =>
      fixture.database.putUser(fixture.address, { name, password }),
  };
}

/** Puts a secret into a state, and says how it is left after its repair. */
const REPAIRABLE = {
  'pending-empty': ({ fixture }: ReturnType<typeof setUp>) => fixture.begin('new'),
  'pending-not-set': async ({ fixture }: ReturnType<typeof setUp>) => {
    fixture.begin('new');
    await fixture.run('createSecret', 'new');
  },
  'pending-unfit': ({ fixture }: ReturnType<typeof setUp>) => {
    fixture.putValue('new', { host: 'evil.example' }, ['AWSPENDING']);
  },
  'pending-left-behind': async ({ fixture }: ReturnType<typeof setUp>) => {
    fixture.begin('old');
    await fixture.runUpTo('createSecret', 'old');
    const { username, password } = fixture.value('first') ?? {};
    fixture.putValue('newer', { username, password });
    await fixture.store.moveLabel({
      secretId: SECRET,
      label: 'AWSCURRENT',
      from: token('first'),
      to: token('newer'),
    });
  },
  'set-not-promoted': async ({ fixture, changePassword }: ReturnType<typeof setUp>) => {
    fixture.begin('new');
    await fixture.runUpTo('testSecret', 'new');
    // As if finishSecret had died between the change and the move of the label.
    changePassword('sheep', String(fixture.value('new')?.['password']));
  },
  'current-dead-previous-alive': async ({ fixture, changePassword }: ReturnType<typeof setUp>) => {
    await fixture.rotate('new');
    changePassword('sheep', 'Baaaaaa1');
  },
  'current-dead-unlabelled-alive': async ({
    fixture,
    changePassword,
  }: ReturnType<typeof setUp>) => {
    await fixture.rotate('new');
    fixture.begin('given-up');
    await fixture.runUpTo('createSecret', 'given-up');
    fixture.store.removeLabel(SECRET, 'AWSPENDING');
    changePassword('sheep', String(fixture.value('given-up')?.['password']));
  },
};

describe.each(Object.entries(REPAIRABLE))('a secret that is %s', (state, produce) => {
  it('is left alone in a dry run, repaired otherwise, and rotates on', async () => {
    const world = setUp();
    const { fixture, look, repaired } = world;
    await produce(world);
    const before = fixture.world();

    expect(await look()).toMatchObject({ state });
    expect(await repaired({ dryRun: true })).toMatchObject({
      kind: 'planned',
      diagnosis: { state },
    });
    expect(fixture.world()).toEqual(before);

    expect(await repaired()).toMatchObject({ kind: 'repaired' });
    expect(await look()).toMatchObject({ state: 'healthy' });
    await fixture.rotate('after');
    expect(fixture.labels).toMatchObject({ AWSCURRENT: 'after' });
    expect(fixture.isAlive('after')).toBe(true);
  });
});

describe('a repair', () => {
  it('finishes the rotation of an alternating pair, permissions included', async () => {
    const { fixture, look, repaired, changePassword } = setUp(alternatingUsers());
    await fixture.rotate('one');
    fixture.begin('new');
    await fixture.runUpTo('setSecret', 'new');
    expect(await look()).toMatchObject({ state: 'set-not-promoted' });
    changePassword('sheep_clone', 'Elsewhere-1');
    expect(await look()).toMatchObject({ state: 'current-dead-pending-alive' });

    expect(await repaired()).toMatchObject({ kind: 'repaired' });
    expect(fixture.labels).toMatchObject({ AWSCURRENT: 'new', AWSPREVIOUS: 'one' });
  });

  it('shows the plan, and does nothing where somebody says no', async () => {
    const { fixture, repaired } = setUp();
    fixture.begin('new');
    const shown: string[] = [];
    const result = await repaired({
      async confirm(steps) {
        shown.push(...steps);
        return false;
      },
    });
    expect(result.kind).toBe('planned');
    expect(shown).toEqual([`take AWSPENDING off version ${token('new')}`]);
    expect(fixture.labels.AWSPENDING).toBe('new');
  });

  it('does nothing where the state changes between plan and act', async () => {
    const { fixture, repaired } = setUp();
    fixture.begin('new');
    const result = await repaired({
      async confirm() {
        await fixture.run('createSecret', 'new');
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
    expect(fixture.labels.AWSPENDING).toBe('new');
  });

  it('says so where the act itself fails', async () => {
    const { fixture, parts } = setUp();
    fixture.begin('new');
    const refuse = once('before', 'moveLabel', () => {
      throw new Error('not today');
    });
    const result = await repair({ ...parts, store: withCallPoints(fixture.store, refuse) });
    expect(result).toMatchObject({ kind: 'failed', error: { code: 'KEYTURN_UNEXPECTED' } });
  });

  it('does nothing where another version is stuck between plan and act', async () => {
    const { fixture, repaired } = setUp();
    fixture.begin('new');
    const result = await repaired({
      async confirm() {
        fixture.begin('newer');
        return true;
      },
    });
    expect(result).toMatchObject({ kind: 'refused', diagnosis: { state: 'pending-empty' } });
    expect(fixture.labels.AWSPENDING).toBe('newer');
  });

  it('says so where the rotation that it goes on with fails', async () => {
    const world = setUp();
    const { fixture, repaired } = world;
    await REPAIRABLE['set-not-promoted'](world);
    const verify = () => Promise.reject(new Error('empty'));
    expect(await repaired({ checks: [{ name: 'orders', verify }] })).toMatchObject({
      kind: 'failed',
      error: { code: 'KEYTURN_VERIFICATION_FAILED' },
    });
    expect(fixture.labels.AWSCURRENT).toBe('first');
  });

  it('has nothing to do for a healthy secret', async () => {
    expect((await setUp().repaired()).kind).toBe('nothing-to-do');
  });

  describe('of a user nobody can sign in as', () => {
    it('is refused without the superuser, and sets the AWSCURRENT password with it', async () => {
      const { fixture, look, repaired, changePassword } = setUp();
      changePassword('sheep', 'Nobody-knows-1');
      expect(await look()).toMatchObject({ state: 'locked-out' });

      expect(await repaired()).toMatchObject({
        kind: 'refused',
        refusal: { code: 'KEYTURN_REPAIR_UNPROVEN' },
      });
      expect(fixture.alive).toEqual([]);

      const repair = await repaired({ useSuperuser: true, userName: 'sheep' });
      expect(repair).toMatchObject({ kind: 'repaired' });
      expect(fixture.alive).toEqual(['first']);
    });

    it.each([
      [
        'the superuser secret names another server',
        { host: 'evil.example' },
        'SUPERUSER_SECRET_UNFIT',
      ],
      ['the superuser cannot sign in', { password: 'Wrong-1-wrong' }, 'SUPERUSER_REFUSED'],
    ])('changes nothing where %s', async (_, fields, code) => {
      const { fixture, repaired, changePassword } = setUp(singleUser(), fields);
      changePassword('sheep', 'Nobody-knows-1');
      const { servers } = fixture.database.snapshot();

      const result = await repaired({ useSuperuser: true, userName: 'sheep' });
      expect(result).toMatchObject({ kind: 'failed', error: { code: `KEYTURN_${code}` } });
      expect(fixture.database.snapshot().servers).toEqual(servers);
    });

    it('changes nothing where the user is gone', async () => {
      const { fixture, parts, changePassword } = setUp();
      changePassword('sheep', 'Nobody-knows-1');
      const session = await fixture.database.signIn({
        address: fixture.address,
        user: 'shepherd',
        password: sensitive('Woof-Woof-9'),
        connectTimeoutMs: 1,
        statementTimeoutMs: 1,
      });
      if (session.kind === 'accepted') await session.session.dropUser({ user: 'sheep' });

      expect(await repair({ ...parts, useSuperuser: true, userName: 'sheep' })).toMatchObject({
        kind: 'failed',
        error: { code: 'KEYTURN_USER_MISSING' },
      });
    });
  });
});

describe('a diagnosis of an alternating pair', () => {
  it('goes from healthy to rotated without a word', async () => {
    const { fixture, look } = setUp(alternatingUsers());
    expect(await look()).toMatchObject({ state: 'healthy' });
    await fixture.rotate('one');
    expect(await look()).toMatchObject({ state: 'healthy' });
  });

  it('sends the superuser nowhere before a stored credential has signed in', async () => {
    const { fixture, look, changePassword } = setUp(alternatingUsers());
    changePassword('sheep', 'Nobody-knows-1');
    expect(await look()).toMatchObject({ state: 'locked-out' });
    expect(fixture.signIns.join()).not.toContain('shepherd');
  });

  it('finds an unrelated user of the name, and a superuser that is refused', async () => {
    const { look, changePassword } = setUp(alternatingUsers());
    changePassword('sheep_clone', 'Somebody-else-1');
    expect(await look()).toMatchObject({ state: 'alternate-unrelated' });

    const other = setUp(alternatingUsers(), { password: 'Wrong-1-wrong' });
    expect(await other.look()).toMatchObject({ state: 'superuser-dead' });
  });

  it("goes by the strategy's own options", async () => {
    const { look, changePassword } = setUp(alternatingUsers({ existingUsers: 'adopt' }));
    changePassword('sheep_clone', 'Somebody-else-1');
    expect(await look()).toMatchObject({ state: 'healthy' });
  });

  it('leaves versions without a label alone as long as the labelled ones work', async () => {
    const { fixture, look } = setUp(singleUser());
    for (const name of ['one', 'two', 'three']) await fixture.rotate(name);
    fixture.forgetSignIns();
    await look();
    expect(fixture.signIns).toEqual(['sheep accepted']);
  });
});
