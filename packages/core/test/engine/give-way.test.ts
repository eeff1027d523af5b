import { setImmediate } from 'node:timers/promises';
import { recordCalls } from '@keyturn/testkit/faults';
import {
  alternatingUsers,
  singleUser,
  type RotationStep,
  type RotationStrategy,
} from '../../src/index.js';
import type { SecretDescription } from '../../src/adapter/index.js';
import { once, override } from '../support/ports.js';
import { RotationFixture, SECRET, token } from '../support/rotation-fixture.js';

/** A fixture at setSecret of `late`, which another rotation is going to supersede. */
async function atSet(strategy: RotationStrategy = singleUser({ changeIn: 'setSecret' })) {
  const fixture = new RotationFixture({ strategy });
  await fixture.rotate('before');
  fixture.begin('late');
  await fixture.run('createSecret', 'late');
  return fixture;
}

/** Another rotation that begins, after an operator has cleared AWSPENDING, and comes so far. */
async function takeOver(fixture: RotationFixture, upTo?: RotationStep, name = 'new') {
  fixture.store.removeLabel(SECRET, 'AWSPENDING');
  fixture.begin(name);
  if (upTo !== undefined) await fixture.runUpTo(upTo, name, fixture.engine());
}

/** Runs the late setSecret, which the other rotation overtakes right before or after its change. */
async function overtaken(fixture: RotationFixture, when: 'before' | 'after', upTo?: RotationStep) {
  const engine = fixture.engine(once(when, 'setPassword', () => takeOver(fixture, upTo)));
  return fixture.failure('setSecret', 'late', { engine });
}

describe.each([
  ['single user', () => singleUser({ changeIn: 'setSecret' })],
  ['alternating users', () => alternatingUsers()],
] as const)('a late password change with %s', (_, strategy) => {
  it.each(['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const)(
    'gives way to a rotation that has come to %s, before or after it',
    async (upTo) => {
      for (const when of ['before', 'after'] as const) {
        const fixture = await atSet(strategy());
        const error = await overtaken(fixture, when, upTo);
        expect(error).toMatchObject({ code: 'KEYTURN_TOKEN_SUPERSEDED', retryable: true });
        expect(fixture.isAlive('new')).toBe(true);
        expect(fixture.news.slice(-2)).toEqual(['rotation.healed', 'rotation.abandoned']);
        expect(fixture.database.openSessions).toBe(0);

        await fixture.runUpTo('finishSecret', 'new');
        expect(fixture.labels.AWSCURRENT).toBe('new');
        expect(fixture.isAlive('new')).toBe(true);
      }
    },
  );

  it('claims to have healed nobody where the password that it gives back is refused', async () => {
    const fixture = await atSet(strategy());
    let overtakenBy = '';
    const engine = fixture.engine({
      async after({ method, request }) {
        if (method !== 'setPassword') return;
        const { user } = request as { readonly user: string };
        if (overtakenBy === '') {
          overtakenBy = 'new';
          await takeOver(fixture, 'createSecret');
        } else {
          // Somebody shuts the user out at once.
          fixture.database.changePassword(fixture.address, user, 'Shut-Out-1');
        }
      },
    });
    const error = await fixture.failure('setSecret', 'late', { engine });
    expect(error.code).toBe('KEYTURN_TOKEN_SUPERSEDED');
    expect(fixture.news).not.toContain('rotation.healed');
  });

  it('leaves AWSCURRENT alive where the other rotation has no value yet', async () => {
    const fixture = await atSet(strategy());
    expect((await overtaken(fixture, 'after')).code).toBe('KEYTURN_TOKEN_SUPERSEDED');
    expect(fixture.isAlive('before')).toBe(true);
    await fixture.runUpTo('finishSecret', 'new');
    expect(fixture.isAlive('new')).toBe(true);
  });

  it.each([
    ['another host', { host: 'evil.example' }],
    ['another user', { username: 'wolf' }],
    ['an unfit password', { password: 'short' }],
    ['another engine', { engine: 'mysql' }],
  ])('leaves AWSCURRENT alive where the other pending value has %s', async (_, change) => {
    const fixture = await atSet(strategy());
    const username = fixture.value('late')?.['username'];
    const stage = once('after', 'setPassword', () =>
      fixture.putValue('new', { username, password: 'Staged-Staged-1', ...change }, ['AWSPENDING']),
    );
    const error = await fixture.failure('setSecret', 'late', { engine: fixture.engine(stage) });
    expect(error.code).toBe('KEYTURN_TOKEN_SUPERSEDED');
    expect(fixture.isAlive('before')).toBe(true);
    expect(fixture.isAlive('new')).toBe(false);
  });

  it('succeeds where another delivery has made the version current meanwhile', async () => {
    const fixture = await atSet(strategy());
    const other = once('after', 'setPassword', () =>
      fixture.runUpTo('finishSecret', 'late', fixture.engine()),
    );
    await fixture.run('setSecret', 'late', { engine: fixture.engine(other) });
    expect(fixture.labels.AWSCURRENT).toBe('late');
    expect(fixture.isAlive('late')).toBe(true);
  });

  it('does not give way for labels that merely lag', async () => {
    const fixture = await atSet(strategy());
    let reads = 0;
    const describe = async (request: { readonly secretId: string }): Promise<SecretDescription> => {
      const described = await fixture.store.describe(request);
      return ++reads === 2 ? { ...described, labels: new Map() } : described;
    };
    const store = override(fixture.store, { describe });
    await fixture.run('setSecret', 'late', { engine: fixture.engineWith({ store }) });
    expect(reads).toBe(3);
    expect(fixture.isAlive('late')).toBe(true);
    expect(fixture.news).not.toContain('rotation.healed');
  });

  it('hands over once where the labels stay as they are', async () => {
    const fixture = await atSet(strategy());
    const calls = recordCalls();
    const other = once('after', 'setPassword', () => takeOver(fixture, 'createSecret'));
    await fixture.failure('setSecret', 'late', { engine: fixture.engine(calls, other) });
    expect(calls.calls.filter(({ method }) => method === 'setPassword')).toHaveLength(2);
  });

  it('follows the labels as long as they move, and gives up in the end', async () => {
    const fixture = await atSet(strategy());
    let takeovers = 0;
    const engine = fixture.engine(
      once('after', 'setPassword', () => takeOver(fixture, 'createSecret', 'new0')),
      {
        async after({ method }) {
          // Whenever the late one has handed over, the next rotation begins.
          if (method !== 'setPassword' || takeovers > 20) return;
          takeovers += 1;
          await takeOver(fixture, 'createSecret', `new${takeovers}`);
        },
      },
    );
    const error = await fixture.failure('setSecret', 'late', { engine });
    expect(error.code).toBe('KEYTURN_TOKEN_SUPERSEDED');
    expect(takeovers).toBeLessThan(10);
    const last = `new${takeovers}`;
    await fixture.runUpTo('finishSecret', last);
    expect(fixture.isAlive(last)).toBe(true);
  });

  it('hands over to the last of two rotations that began one after the other', async () => {
    const fixture = await atSet(strategy());
    const engine = fixture.engine(
      once('after', 'setPassword', () => takeOver(fixture, 'createSecret', 'lost')),
      once('after', 'setPassword', () => takeOver(fixture, 'createSecret', 'new'), 2),
    );
    await fixture.failure('setSecret', 'late', { engine });
    expect(fixture.isAlive('new')).toBe(true);
    expect(fixture.isAlive('lost')).toBe(false);
  });

  it('is not rolled back where the other rotation is why it is refused', async () => {
    const fixture = await atSet(strategy());
    // The other one has its password set before the late one proves its own, and is finished.
    const error = await overtaken(fixture, 'after', 'finishSecret');
    expect(error.code).toBe('KEYTURN_TOKEN_SUPERSEDED');
    expect(fixture.isAlive('new')).toBe(true);
  });

  it('is not rolled back where the other rotation comes between the labels and the proof', async () => {
    const fixture = await atSet(strategy());
    let set = false;
    let proofs = 0;
    const engine = fixture.engine({
      async before({ method }) {
        if (method === 'setPassword') set = true;
        if (!set || method !== 'signIn' || ++proofs > 1) return;
        // The labels are read meanwhile, and still say that the late one is pending.
        await setImmediate();
        await takeOver(fixture, 'finishSecret');
      },
    });
    const error = await fixture.failure('setSecret', 'late', { engine });
    expect(error.code).toBe('KEYTURN_TOKEN_SUPERSEDED');
    expect(fixture.labels.AWSCURRENT).toBe('new');
    expect(fixture.isAlive('new')).toBe(true);
  });
});

describe('a late password change of the alternate', () => {
  it('stays where no version that holds a label names that user', async () => {
    const fixture = await atSet(alternatingUsers());
    await overtaken(fixture, 'after');
    expect(fixture.isAlive('late')).toBe(true);
    expect(fixture.labels).toMatchObject({ AWSCURRENT: 'before', AWSPENDING: 'new' });
    expect(fixture.store.labels(SECRET)[token('late')]).toBeUndefined();
  });
});
