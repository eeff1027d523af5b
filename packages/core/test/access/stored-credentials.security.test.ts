import { recordCalls, withCallPoints } from '@keyturn/testkit/faults';
import {
  alternatingUsers,
  diagnose,
  planSecretPermissions,
  repair,
  runRotation,
  singleUser,
  type RotationSettings,
  type RotationStrategy,
} from '../../src/index.js';
import type { SignInRequest } from '../../src/adapter/index.js';
import { once, override } from '../support/ports.js';
import { RotationFixture, SECRET, SUPERUSER_SECRET, token } from '../support/rotation-fixture.js';

const EVIL = { host: 'evil.example', port: 5439 };
const OWN = 'Baaaaaa1';
const STRATEGIES = [
  ['single user', singleUser({ changeIn: 'setSecret' })],
  ['alternating users', alternatingUsers()],
] as const;

/**
 * A secret whose writer is hostile: its AWSCURRENT names a server that lets everybody in whom it is told to, and an
 * earlier, true credential is on a version of its own. The writer's superuser secret names that server too.
 */
function hostile(
  strategy: RotationStrategy,
  change: Record<string, unknown> = EVIL,
  settings: RotationSettings = {},
) {
  const fixture = new RotationFixture({ strategy, settings });
  const evil = fixture.database.addServer({ ...EVIL, databases: ['dev', 'shop'] });
  for (const name of ['sheep', 'sheep_clone']) {
    fixture.database.putUser(evil, { name, password: 'Relayed-1' });
  }
  fixture.database.putUser(evil, { name: 'boss', password: 'Boss-1-boss', superuser: true });
  fixture.store.addSecret({
    secretId: 'theirs',
    current: {
      versionId: token('theirs'),
      value: JSON.stringify({ ...EVIL, username: 'boss', password: 'Boss-1-boss' }),
    },
  });
  const value = { password: 'Known-To-Them-1', masterarn: 'theirs', ...change };
  fixture.putValue('bad', value, ['AWSCURRENT']);
  const calls = recordCalls();
  const signIns = () =>
    calls.calls.flatMap(({ method, request }) => {
      if (method !== 'signIn') return [];
      const { address, user, password } = request as SignInRequest;
      return [{ server: `${address.host}:${address.port}`, user, password: password.reveal() }];
    });
  return { fixture, calls, signIns, engine: fixture.engine(calls) };
}

type Hostile = ReturnType<typeof hostile>;

/** Every password that went to the hostile server, without those that its writer has stored for it. */
function strays({ fixture, signIns }: Hostile): unknown[] {
  const stored = fixture.store.snapshot()[SECRET]?.versions ?? [];
  const theirs = stored.flatMap(({ value }) => {
    const { host, password } = JSON.parse(value?.kind === 'text' ? value.text : '{}') as Partial<
      Record<string, string>
    >;
    return host === EVIL.host ? [password] : [];
  });
  return signIns().filter(
    ({ server, password }) =>
      server === `${EVIL.host}:${EVIL.port}` && ![...theirs, 'Boss-1-boss'].includes(password),
  );
}

async function rotateAsFar(world: Hostile): Promise<void> {
  const { fixture, engine } = world;
  fixture.begin('next');
  for (const step of ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const) {
    if ((await fixture.attempt(step, 'next', { engine })) !== undefined) return;
  }
}

describe('3: a stored credential goes to the server it was stored with', () => {
  describe.each(STRATEGIES)('%s', (_, strategy) => {
    it.each([
      ['AWSPREVIOUS', ['AWSPREVIOUS']],
      ['an unlabelled version', []],
      ['a version with a label of its own', ['kept']],
    ])('not %s to the server of a rewritten AWSCURRENT', async (_, labels) => {
      for (const username of ['sheep', 'sheep_clone']) {
        const world = hostile(strategy);
        world.fixture.putValue('true', { username, password: OWN }, labels);
        await rotateAsFar(world);
        expect(world.signIns().length).toBeGreaterThan(0);
        expect(strays(world)).toEqual([]);
      }
    });

    it.each([
      ['the host', { host: EVIL.host }],
      ['the port', { port: 5440 }],
      ['host and port', { host: EVIL.host, port: 5440 }],
      ['the host in capitals', { host: 'EVIL.example' }],
    ])('not where %s alone differs', async (_, change) => {
      const world = hostile(strategy, change);
      world.fixture.putValue('true', { username: 'sheep_clone', password: OWN }, ['AWSPREVIOUS']);
      await rotateAsFar(world);
      expect(world.signIns().map(({ password }) => password)).not.toContain(OWN);
    });

    it.each(['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const)(
      'not where AWSCURRENT is rewritten before %s',
      async (before) => {
        const world = hostile(strategy, {});
        const { fixture, engine } = world;
        await fixture.store.moveLabel({
          secretId: SECRET,
          label: 'AWSCURRENT',
          from: token('bad'),
          to: token('first'),
        });
        fixture.begin('next');
        for (const step of ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const) {
          if (step === before) {
            fixture.putValue('flip', { ...EVIL, password: 'Known-To-Them-1' }, ['AWSCURRENT']);
          }
          await fixture.attempt(step, 'next', { engine });
        }
        expect(strays(world)).toEqual([]);
      },
    );

    it('not where AWSCURRENT changes with every read of it', async () => {
      const world = hostile(strategy);
      const { fixture, calls } = world;
      fixture.putValue('true', { username: 'sheep_clone', password: OWN }, ['AWSPREVIOUS']);
      let reads = 0;
      const store = override(fixture.store, {
        async readValue(request) {
          const flips = 'label' in request && request.label === 'AWSCURRENT';
          if (!flips) return fixture.store.readValue(request);
          const versionId = token(reads++ % 2 === 0 ? 'bad' : 'first');
          return fixture.store.readValue({ secretId: SECRET, versionId });
        },
      });
      const engine = fixture.engineWith({ store }, calls);
      for (const round of [1, 2, 3]) {
        fixture.begin(`next${round}`);
        await fixture.attempt('createSecret', `next${round}`, { engine });
        await fixture.attempt('setSecret', `next${round}`, { engine });
      }
      expect(strays(world)).toEqual([]);
    });

    it.each([
      ['doctor', diagnose],
      ['repair', repair],
      ['plan', planSecretPermissions],
      ['rotate in process', runRotation],
    ] as const)('not by %s', async (_, operation) => {
      const world = hostile(strategy);
      const { fixture, calls } = world;
      fixture.putValue('true', { username: 'sheep_clone', password: OWN }, ['AWSPREVIOUS']);
      fixture.putValue('older', { username: 'sheep', password: OWN });
      const { store, clock } = fixture;
      const database = withCallPoints(fixture.database, calls);
      await operation({ store, database, clock, strategy, secretId: SECRET, force: true });
      expect(strays(world)).toEqual([]);
    });
  });

  it.each([
    ['set', { settings: { superuserSecret: SUPERUSER_SECRET } }],
    ['given in code', { options: { superuserSecret: SUPERUSER_SECRET } }],
  ] as const)(
    'except to the superuser’s server, where the superuser secret is %s',
    async (_, { settings = {}, options = {} }: { settings?: object; options?: object }) => {
      for (const [labels, change] of [
        [['AWSPREVIOUS'], { host: 'old.example', port: 1 }],
        [[], { host: 'old.example' }],
      ] as const) {
        const strategy = alternatingUsers(options);
        const fixture = new RotationFixture({ strategy, settings });
        fixture.begin('second');
        await fixture.run('createSecret', 'second');
        fixture.database.putUser(fixture.address, {
          name: 'sheep_clone',
          password: 'Moved-Here-1',
        });
        fixture.putValue(
          'older',
          { username: 'sheep_clone', password: 'Moved-Here-1', ...change },
          labels,
        );
        await fixture.run('setSecret', 'second');
        expect(fixture.alive).toContain('second');
      }
    },
  );

  it.each([
    ['masterarn names it', {}],
    ['the configuration gives its address alone', { superuserHost: 'db.example' }],
  ])('and not there where %s', async (_, settings) => {
    const fixture = new RotationFixture({ strategy: alternatingUsers(), settings });
    fixture.begin('second');
    await fixture.run('createSecret', 'second');
    fixture.database.putUser(fixture.address, { name: 'sheep_clone', password: 'Moved-Here-1' });
    fixture.putValue(
      'older',
      { username: 'sheep_clone', password: 'Moved-Here-1', host: 'old.example' },
      ['AWSPREVIOUS'],
    );
    const error = await fixture.refusal('setSecret', 'second');
    expect(error.code).toBe('KEYTURN_UNRELATED_USER');
    expect(error.message).toContain('another server');
    expect(error.message).toContain('superuserSecret');
  });

  it('nor is one set on the server of a password that was being changed', async () => {
    // AWSCURRENT moves to another server while setSecret changes the password of its user here.
    const fixture = new RotationFixture({ strategy: singleUser({ changeIn: 'setSecret' }) });
    fixture.database.addServer({ ...EVIL, databases: ['dev'] });
    fixture.begin('second');
    await fixture.run('createSecret', 'second');
    const flip = once('before', 'setPassword', () => {
      fixture.putValue('flip', { ...EVIL, password: 'Known-To-Them-1' }, ['AWSCURRENT']);
      fixture.store.removeLabel(SECRET, 'AWSPENDING');
    });
    const { code, message } = await fixture.failure('setSecret', 'second', {
      engine: fixture.engine(flip),
    });
    expect(code).toBe('KEYTURN_TOKEN_SUPERSEDED');
    expect(message).toContain('holds no password for it on this server');
    expect(fixture.database.accepts(fixture.address, 'sheep', 'Known-To-Them-1')).toBe(false);
  });

  /** A pair after a change of the host: the clone's credential was stored with the old one. */
  function moved(settings: RotationSettings, change: object = { host: 'old.example' }) {
    const strategy = alternatingUsers();
    const fixture = new RotationFixture({ strategy, settings });
    fixture.database.putUser(fixture.address, { name: 'sheep_clone', password: 'Moved-Here-1' });
    const value = { username: 'sheep_clone', password: 'Moved-Here-1', ...change };
    fixture.putValue('older', value, ['AWSPREVIOUS']);
    const calls = recordCalls();
    const database = withCallPoints(fixture.database, calls);
    const { store, clock } = fixture;
    const parts = { store, database, clock, strategy, settings, secretId: SECRET };
    const presented = () =>
      calls.calls.some(
        ({ method, request }) =>
          method === 'signIn' && (request as SignInRequest).password.reveal() === 'Moved-Here-1',
      );
    return { fixture, parts, presented };
  }

  it('doctor says nothing against the pair where a configured rotation would go on', async () => {
    const { fixture, parts, presented } = moved({ superuserSecret: SUPERUSER_SECRET });
    expect((await diagnose(parts)).state).toBe('rotation-never-enabled');
    expect(presented()).toBe(true);
    await fixture.rotate('second');
    expect(fixture.alive).toContain('second');
  });

  it.each([
    ['masterarn names it', {}, {}],
    ['the configuration gives its address alone', { superuserHost: 'db.example' }, {}],
    ['masterarn is the writer’s', {}, { masterarn: 'theirs' }],
  ])('and doctor does not try it where %s', async (_, settings, more) => {
    const { fixture, parts, presented } = moved(settings);
    if ('masterarn' in more) fixture.putValue('flip', more, ['AWSCURRENT']);
    await diagnose(parts);
    expect(presented()).toBe(false);
  });

  it('nor where the superuser cannot sign in, whose server it would be', async () => {
    const { fixture, parts, presented } = moved({ superuserSecret: SUPERUSER_SECRET });
    fixture.database.changePassword(fixture.address, 'shepherd', 'Nobody-Knows-1');
    expect((await diagnose(parts)).state).toBe('superuser-dead');
    expect(presented()).toBe(false);
  });

  it('nor another user’s, wherever the superuser is', async () => {
    const { parts, presented } = moved(
      { superuserSecret: SUPERUSER_SECRET },
      { host: 'old.example', username: 'ram' },
    );
    await diagnose(parts);
    expect(presented()).toBe(false);
  });

  it.each([
    ['a trailing dot', 'evil.example.'],
    ['the name of the true one within', 'db.example.evil.example'],
    ['a user in front', 'db.example@evil.example'],
    ['a number for an address', '2130706433'],
    ['an address in hexadecimal digits', '0x7f000001'],
    ['a full-width dot', 'db．example'],
    ['a long s', 'db.exampleſ'],
    ['a zero-width space', 'db.exam\u200bple'],
  ])('not to a host that is written with %s', async (_, host) => {
    for (const [, strategy] of STRATEGIES) {
      const world = hostile(strategy, { host, port: 5439 });
      world.fixture.putValue('true', { username: 'sheep_clone', password: OWN }, ['AWSPREVIOUS']);
      await rotateAsFar(world);
      expect(world.signIns().map(({ password }) => password)).not.toContain(OWN);
    }
  });
});
