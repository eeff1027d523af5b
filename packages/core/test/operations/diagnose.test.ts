import { withCallPoints, type CallHook } from '@keyturn/testkit/faults';
import {
  alternatingUsers,
  DatabaseError,
  singleUser,
  type AlternatingUsersOptions,
  type Permission,
  type RotationStrategy,
} from '../../src/index.js';
import { diagnose, examine } from '../../src/operations/diagnose.js';
import { obstacleOf } from '../../src/operations/obstacle-of.js';
import { failing, override } from '../support/ports.js';
import {
  RotationFixture,
  SECRET,
  token,
  type FixtureOptions,
} from '../support/rotation-fixture.js';
import { FIELDS } from '../support/values.js';

function setUp(strategy: RotationStrategy = singleUser(), more: Partial<FixtureOptions> = {}) {
  const fixture = new RotationFixture({ strategy, ...more });
  fixture.store.configure(SECRET, { rotationEnabled: true, rotationFunction: 'function' });
  const { database, clock } = fixture;
  const parts = { store: fixture.store, database, clock, strategy, secretId: SECRET };
  const look = (...hooks: CallHook[]) =>
    diagnose({ ...parts, store: hooks.reduce(withCallPoints, parts.store) });
  /** The facts about a version. */
  const about = async (name: string) => {
    const { facts } = await look();
    if (facts.kind === 'unread') throw new Error(facts.message);
    return facts.versions.find(({ versionId }) => versionId === token(name));
  };
  return { fixture, parts, look, about };
}

const pairOf = async ({ look }: ReturnType<typeof setUp>) => {
  const { facts } = await look();
  return facts.kind === 'read' ? facts.pair : undefined;
};

describe('a diagnosis of a secret that cannot be read', () => {
  it('says what the store said', async () => {
    const { facts, state } = await setUp().look(
      failing('describe', 'KEYTURN_STORE_ACCESS_DENIED', 'DescribeSecret is not allowed.'),
    );
    expect(state).toBe('access-denied');
    expect(facts).toEqual({
      kind: 'unread',
      code: 'KEYTURN_STORE_ACCESS_DENIED',
      message: 'DescribeSecret is not allowed.',
    });
  });

  it('says what is wrong with the value, and what to do', async () => {
    const none = setUp();
    none.fixture.store.removeLabel(SECRET, 'AWSCURRENT');
    expect((await none.look()).facts).toMatchObject({ code: 'KEYTURN_NO_CURRENT_VALUE' });

    const binary = setUp();
    const versionId = token('binary');
    binary.fixture.store.putCurrent({ secretId: SECRET, versionId, value: { kind: 'binary' } });
    expect(await binary.look()).toMatchObject({
      state: 'unreadable',
      explanation:
        'The value of the AWSCURRENT version is binary. Store it as SecretString, a JSON object.',
      facts: { kind: 'unread', code: 'KEYTURN_INVALID_SECRET' },
    });

    const unfit = setUp(singleUser(), { fields: { port: 0 } });
    expect((await unfit.look()).explanation).toContain('Port of the AWSCURRENT version is not');
  });

  it('goes no further where the strategy refuses the user', async () => {
    const { look } = setUp(alternatingUsers(), { fields: { username: 's'.repeat(125) } });
    expect((await look()).facts).toMatchObject({ kind: 'unread', code: 'KEYTURN_INVALID_SECRET' });
  });
});

describe('a diagnosis of a database that keeps everybody out', () => {
  it.each([
    ['KEYTURN_DATABASE_UNREACHABLE', 'tcp'],
    ['KEYTURN_DATABASE_CONNECTION_LOST', 'tcp'],
    ['KEYTURN_DATABASE_TIMEOUT', 'timeout'],
    ['KEYTURN_DATABASE_TLS', 'tls'],
    ['KEYTURN_DATABASE_FULL', 'refused'],
  ] as const)('takes %s for %s, and tries nothing further', async (code, cause) => {
    const { fixture, look } = setUp(alternatingUsers());
    await fixture.rotate('one');
    fixture.forgetSignIns();
    fixture.database.setTrouble(fixture.address, code);
    const { facts, state } = await look();
    expect(state).toBe(`unreachable-${cause}`);
    expect(facts).toMatchObject({ obstacle: { cause } });
    expect(facts).not.toHaveProperty('pair');
    expect(fixture.signIns).toEqual([`sheep_clone ${code}`]);
  });

  it.each(['ENOTFOUND', 'EAI_AGAIN'])('takes %s for a name that is not resolved', (code) => {
    const cause = Object.assign(new Error('getaddrinfo'), { code });
    const message = 'No address.';
    const error = new DatabaseError({ code: 'KEYTURN_DATABASE_UNREACHABLE', message, cause });
    expect(obstacleOf(error)).toEqual({ cause: 'dns', message });
  });

  it('hands on which settings would help', () => {
    const code = 'KEYTURN_DATABASE_TIMEOUT';
    const settings = ['connectTimeoutMs'];
    const error = new DatabaseError({ code, message: 'Late.', settings });
    expect(obstacleOf(error)).toEqual({ cause: 'timeout', message: 'Late.', settings });
  });
});

describe('a diagnosis looks at the versions', () => {
  it('with labels first, then at the five newest others', async () => {
    const { fixture, look } = setUp();
    await fixture.rotate('second');
    for (const n of [1, 2, 3, 4, 5, 6, 7])
      fixture.putValue(`u${n}`, { password: `Unlabelled-${n}` });
    fixture.begin('next');
    const { facts } = await look();
    if (facts.kind === 'unread') throw new Error(facts.message);
    const order = ['second', 'next', 'first', 'u7', 'u6', 'u5', 'u4', 'u3'].map(token);
    expect(facts.versions.map(({ versionId }) => versionId)).toEqual(order);
    expect(facts).toMatchObject({ now: fixture.clock.now(), user: 'sheep', blindSpots: [] });
    expect(facts).not.toHaveProperty('obstacle');
    expect(facts).not.toHaveProperty('pair');
    const signIns = facts.versions.map(({ signIn }) => signIn);
    // One user has one password, so that what was not tried is refused as well.
    expect(signIns.slice(0, 4)).toEqual(['accepted', 'not-tried', 'refused', 'refused']);
  });

  it('with labels alone where it may not list them, and says so', async () => {
    const { fixture, look } = setUp();
    await fixture.rotate('second');
    fixture.putValue('unlabelled', {});
    const denied = failing('listVersions', 'KEYTURN_STORE_ACCESS_DENIED', 'Not allowed.');
    const { facts } = await look(denied);
    expect(facts).toMatchObject({
      blindSpots: ['Unlabelled versions could not be looked at: Not allowed.'],
      versions: [
        { versionId: token('second'), labels: new Set(['AWSCURRENT']) },
        { versionId: token('first'), labels: new Set(['AWSPREVIOUS']) },
      ],
    });
    const throttled = failing('listVersions', 'KEYTURN_STORE_THROTTLED');
    expect((await look(throttled)).facts).toMatchObject({ code: 'KEYTURN_STORE_THROTTLED' });
  });

  it('and keeps when they were made, where the store says', async () => {
    const { fixture, parts } = setUp();
    for (const [createdAt, kept] of [
      [undefined, {}],
      [0, {}],
      [5, { createdAt: 5 }],
    ] as const) {
      const versionId = token('first');
      const summary = { versionId, labels: new Set(['AWSCURRENT']), createdAt };
      const store = override(fixture.store, { listVersions: async () => [summary as never] });
      const { facts } = await diagnose({ ...parts, store });
      expect(facts.kind === 'read' && facts.versions).toStrictEqual([
        {
          versionId,
          labels: summary.labels,
          user: 'sheep',
          value: 'fit',
          signIn: 'accepted',
          ...kept,
        },
      ]);
    }
  });

  it('and leaves alone what must not be used, with the reason', async () => {
    const { fixture, about } = setUp();
    fixture.putValue('elsewhere', { host: 'old.example' });
    fixture.putValue('wolf', { username: 'wolf' });
    fixture.putValue('broken', { port: 0 });
    fixture.store.putVersion({
      secretId: SECRET,
      versionId: token('binary'),
      value: { kind: 'binary' },
    });
    fixture.putValue('staged', { username: 'wolf' }, ['AWSPENDING']);
    const unfit = { value: 'unfit', signIn: 'not-tried' };
    const reason = 'It names another user or server.';
    expect(await about('elsewhere')).toMatchObject({ ...unfit, user: 'sheep', reason });
    expect(await about('wolf')).toMatchObject({ ...unfit, user: 'wolf', reason });
    expect((await about('broken'))?.reason).toContain(`Port of version ${token('broken')} is not`);
    expect((await about('binary'))?.reason).toBe(
      `The value of version ${token('binary')} is binary.`,
    );
    expect((await about('staged'))?.reason).toContain('this strategy would not rotate to');
    expect(new Set(fixture.signIns)).toEqual(new Set(['sheep accepted']));
  });

  it('and takes AWSPENDING beside AWSCURRENT for no rotation', async () => {
    const { fixture, look, about } = setUp(alternatingUsers());
    fixture.begin('first');
    expect(await about('first')).toMatchObject({ value: 'fit', signIn: 'accepted' });
    expect((await look()).state).toBe('healthy');
  });

  it('without a label only as long as one of the two users is not proved', async () => {
    const { fixture, about } = setUp(alternatingUsers());
    for (const name of ['one', 'two']) await fixture.rotate(name);
    // `first` names the alternate's old password; AWSPREVIOUS names sheep_clone, AWSCURRENT sheep.
    fixture.putValue('spare', { username: 'sheep_clone', password: 'Spare-Spare-1' });
    expect((await about('spare'))?.signIn).toBe('refused');
    fixture.database.changePassword(fixture.address, 'sheep_clone', 'Spare-Spare-1');
    expect((await about('spare'))?.signIn).toBe('accepted');
    expect(await about('one')).toMatchObject({ user: 'sheep_clone', signIn: 'refused' });
  });
});

describe('a diagnosis of the other user', () => {
  const usage: Permission = {
    kind: 'schema',
    schema: 'added',
    privilege: 'USAGE',
    grantable: false,
  };

  it('says whether it is there and what it lacks', async () => {
    const world = setUp(alternatingUsers());
    const base = { alternateUser: 'sheep_clone', configured: false, adopted: false };
    expect(await pairOf(world)).toEqual({
      ...base,
      alternate: { exists: false, missing: [], owned: [] },
    });
    await world.fixture.rotate('one');
    expect(await pairOf(world)).toMatchObject({
      alternateUser: 'sheep',
      alternate: { exists: true, missing: [], owned: [] },
    });
    world.fixture.database.grant(world.fixture.address, 'sheep_clone', [usage]);
    expect((await pairOf(world))?.alternate?.missing).toEqual(['USAGE on schema added']);
    expect(world.fixture.database.openSessions).toBe(0);
    expect((await examine(world.parts)).owner?.nextUser).toBe('sheep');
    expect((await examine(setUp().parts)).owner?.nextUser).toBe('sheep');
  });

  it('does not say that it lacks what nobody could read', async () => {
    const world = setUp(alternatingUsers());
    await world.fixture.rotate('one');
    world.fixture.database.grant(world.fixture.address, 'sheep_clone', [usage]);
    // As a superuser that is none: it sees only part of what others have.
    world.fixture.database.putUser(world.fixture.address, {
      name: 'shepherd',
      password: 'Woof-Woof-9',
    });
    expect((await pairOf(world))?.alternate).toEqual({ exists: true, missing: [], owned: [] });
  });

  it.each<[AlternatingUsersOptions, boolean, boolean]>([
    [{}, false, false],
    [{ existingUsers: 'adopt' }, false, true],
    [{ userPairs: [['sheep', 'ram']] }, true, false],
    [
      {
        userPairs: [
          ['wolf', 'fox'],
          ['sheep', 'ram'],
        ],
      },
      true,
      false,
    ],
    [{ userPairs: [['wolf', 'fox']] }, false, false],
  ])('says how the configuration vouches for it: %j', async (options, configured, adopted) => {
    expect(await pairOf(setUp(alternatingUsers(options)))).toMatchObject({ configured, adopted });
  });

  it('says why the superuser could not be asked', async () => {
    const world = setUp(alternatingUsers(), { superuserFields: { password: 'Wrong-1-wrong' } });
    expect((await pairOf(world))?.superuserProblem).toBe(
      "The database refused the password of the superuser secret. Store the superuser's working password in its own secret.",
    );
  });

  it.each([true, false, undefined])(
    'signs the superuser in as its own secret says: ssl %p',
    async (ssl) => {
      const { parts, fixture } = setUp(alternatingUsers(), { superuserFields: { ssl } });
      const addresses: unknown[] = [];
      const database = withCallPoints(fixture.database, {
        before({ method, request }) {
          const { user, address } = request as { user?: string; address?: unknown };
          if (method === 'signIn' && user === 'shepherd') addresses.push(address);
        },
      });
      await diagnose({ ...parts, database });
      const { host, port, dbname } = FIELDS;
      const expected = { host, port, database: dbname, ...(ssl !== undefined && { ssl }) };
      expect(addresses).toStrictEqual([expected]);
    },
  );
});
