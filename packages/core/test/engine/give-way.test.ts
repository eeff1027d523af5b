import { setImmediate } from 'node:timers/promises';
import { recordCalls } from '@keyturn/testkit/faults';
import {
  alternatingUsers,
  singleUser,
  type RotationStep,
  type RotationStrategy,
  type SecretDescription,
} from '../../src/index.js';
import { once, override } from '../support/ports.js';
import { RotationBench, SECRET, token } from '../support/rotation-bench.js';

/** A bench at setSecret of `late`, which another rotation is going to supersede. */
async function atSet(strategy: RotationStrategy = singleUser()) {
  const bench = new RotationBench({ strategy });
  await bench.rotate('before');
  bench.begin('late');
  await bench.run('createSecret', 'late');
  return bench;
}

/** Another rotation that begins, after an operator has cleared AWSPENDING, and comes so far. */
async function takeOver(bench: RotationBench, upTo?: RotationStep, name = 'new') {
  bench.store.removeLabel(SECRET, 'AWSPENDING');
  bench.begin(name);
  if (upTo !== undefined) await bench.runUpTo(upTo, name, bench.engine());
}

/** Runs the late setSecret, which the other rotation overtakes right before or after its change. */
async function overtaken(bench: RotationBench, when: 'before' | 'after', upTo?: RotationStep) {
  const engine = bench.engine(once(when, 'setPassword', () => takeOver(bench, upTo)));
  return bench.failure('setSecret', 'late', { engine });
}

describe.each([
  ['single user', () => singleUser()],
  ['alternating users', () => alternatingUsers()],
] as const)('a late password change with %s', (_, strategy) => {
  it.each(['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const)(
    'gives way to a rotation that has come to %s, before or after it',
    async (upTo) => {
      for (const when of ['before', 'after'] as const) {
        const bench = await atSet(strategy());
        const error = await overtaken(bench, when, upTo);
        expect(error).toMatchObject({ code: 'KEYTURN_TOKEN_SUPERSEDED', retryable: true });
        expect(bench.isAlive('new')).toBe(true);
        expect(bench.news.slice(-2)).toEqual(['rotation.healed', 'rotation.abandoned']);
        expect(bench.database.openSessions).toBe(0);

        await bench.runUpTo('finishSecret', 'new');
        expect(bench.labels.AWSCURRENT).toBe('new');
        expect(bench.isAlive('new')).toBe(true);
      }
    },
  );

  it('claims to have healed nobody where the password that it gives back is refused', async () => {
    const bench = await atSet(strategy());
    let overtakenBy = '';
    const engine = bench.engine({
      async after({ method, request }) {
        if (method !== 'setPassword') return;
        const { user } = request as { readonly user: string };
        if (overtakenBy === '') {
          overtakenBy = 'new';
          await takeOver(bench, 'createSecret');
        } else {
          // Somebody shuts the user out at once.
          bench.database.changePassword(bench.address, user, 'Shut-Out-1');
        }
      },
    });
    const error = await bench.failure('setSecret', 'late', { engine });
    expect(error.code).toBe('KEYTURN_TOKEN_SUPERSEDED');
    expect(bench.news).not.toContain('rotation.healed');
  });

  it('leaves AWSCURRENT alive where the other rotation has no value yet', async () => {
    const bench = await atSet(strategy());
    expect((await overtaken(bench, 'after')).code).toBe('KEYTURN_TOKEN_SUPERSEDED');
    expect(bench.isAlive('before')).toBe(true);
    await bench.runUpTo('finishSecret', 'new');
    expect(bench.isAlive('new')).toBe(true);
  });

  it.each([
    ['another host', { host: 'evil.example' }],
    ['another user', { username: 'wolf' }],
    ['an unfit password', { password: 'short' }],
    ['another engine', { engine: 'mysql' }],
  ])('leaves AWSCURRENT alive where the other pending value has %s', async (_, change) => {
    const bench = await atSet(strategy());
    const username = bench.value('late')?.['username'];
    const stage = once('after', 'setPassword', () =>
      bench.putValue('new', { username, password: 'Staged-Staged-1', ...change }, ['AWSPENDING']),
    );
    const error = await bench.failure('setSecret', 'late', { engine: bench.engine(stage) });
    expect(error.code).toBe('KEYTURN_TOKEN_SUPERSEDED');
    expect(bench.isAlive('before')).toBe(true);
    expect(bench.isAlive('new')).toBe(false);
  });

  it('succeeds where another delivery has made the version current meanwhile', async () => {
    const bench = await atSet(strategy());
    const other = once('after', 'setPassword', () =>
      bench.runUpTo('finishSecret', 'late', bench.engine()),
    );
    await bench.run('setSecret', 'late', { engine: bench.engine(other) });
    expect(bench.labels.AWSCURRENT).toBe('late');
    expect(bench.isAlive('late')).toBe(true);
  });

  it('does not give way for labels that merely lag', async () => {
    const bench = await atSet(strategy());
    let reads = 0;
    const describe = async (request: { readonly secretId: string }): Promise<SecretDescription> => {
      const described = await bench.store.describe(request);
      return ++reads === 2 ? { ...described, labels: new Map() } : described;
    };
    const store = override(bench.store, { describe });
    await bench.run('setSecret', 'late', { engine: bench.engineWith({ store }) });
    expect(reads).toBe(3);
    expect(bench.isAlive('late')).toBe(true);
    expect(bench.news).not.toContain('rotation.healed');
  });

  it('hands over once where the labels stay as they are', async () => {
    const bench = await atSet(strategy());
    const calls = recordCalls();
    const other = once('after', 'setPassword', () => takeOver(bench, 'createSecret'));
    await bench.failure('setSecret', 'late', { engine: bench.engine(calls, other) });
    expect(calls.calls.filter(({ method }) => method === 'setPassword')).toHaveLength(2);
  });

  it('follows the labels as long as they move, and gives up in the end', async () => {
    const bench = await atSet(strategy());
    let takeovers = 0;
    const engine = bench.engine(
      once('after', 'setPassword', () => takeOver(bench, 'createSecret', 'new0')),
      {
        async after({ method }) {
          // Whenever the late one has handed over, the next rotation begins.
          if (method !== 'setPassword' || takeovers > 20) return;
          takeovers += 1;
          await takeOver(bench, 'createSecret', `new${takeovers}`);
        },
      },
    );
    const error = await bench.failure('setSecret', 'late', { engine });
    expect(error.code).toBe('KEYTURN_TOKEN_SUPERSEDED');
    expect(takeovers).toBeLessThan(10);
    const last = `new${takeovers}`;
    await bench.runUpTo('finishSecret', last);
    expect(bench.isAlive(last)).toBe(true);
  });

  it('hands over to the last of two rotations that began one after the other', async () => {
    const bench = await atSet(strategy());
    const engine = bench.engine(
      once('after', 'setPassword', () => takeOver(bench, 'createSecret', 'lost')),
      once('after', 'setPassword', () => takeOver(bench, 'createSecret', 'new'), 2),
    );
    await bench.failure('setSecret', 'late', { engine });
    expect(bench.isAlive('new')).toBe(true);
    expect(bench.isAlive('lost')).toBe(false);
  });

  it('is not rolled back where the other rotation is why it is refused', async () => {
    const bench = await atSet(strategy());
    // The other one has its password set before the late one proves its own, and is finished.
    const error = await overtaken(bench, 'after', 'finishSecret');
    expect(error.code).toBe('KEYTURN_TOKEN_SUPERSEDED');
    expect(bench.isAlive('new')).toBe(true);
  });

  it('is not rolled back where the other rotation comes between the labels and the proof', async () => {
    const bench = await atSet(strategy());
    let set = false;
    let proofs = 0;
    const engine = bench.engine({
      async before({ method }) {
        if (method === 'setPassword') set = true;
        if (!set || method !== 'signIn' || ++proofs > 1) return;
        // The labels are read meanwhile, and still say that the late one is pending.
        await setImmediate();
        await takeOver(bench, 'finishSecret');
      },
    });
    const error = await bench.failure('setSecret', 'late', { engine });
    expect(error.code).toBe('KEYTURN_TOKEN_SUPERSEDED');
    expect(bench.labels.AWSCURRENT).toBe('new');
    expect(bench.isAlive('new')).toBe(true);
  });
});

describe('a late password change of the idle user', () => {
  it('stays where no version that holds a label names that user', async () => {
    const bench = await atSet(alternatingUsers());
    await overtaken(bench, 'after');
    expect(bench.isAlive('late')).toBe(true);
    expect(bench.labels).toMatchObject({ AWSCURRENT: 'before', AWSPENDING: 'new' });
    expect(bench.store.labels(SECRET)[token('late')]).toBeUndefined();
  });
});
