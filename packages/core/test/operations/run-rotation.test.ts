import { RecordingObserver } from '@keyturn/testkit/fakes';
import { withCallPoints, type CallHook } from '@keyturn/testkit/faults';
import { runRotation, type RunRotationOptions } from '../../src/operations/run-rotation.js';
import { alternatingUsers, KeyturnError, singleUser, type RotationRun } from '../../src/index.js';
import { failing, once, override } from '../support/ports.js';
import { RotationFixture, SECRET, token } from '../support/rotation-fixture.js';

const NEW = token('new');
const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:rotate';

/** A fixture, and a whole rotation in it whose port calls go through the hooks. */
function setUp(strategy = singleUser()) {
  const fixture = new RotationFixture({ strategy });
  const run = (more: Partial<RunRotationOptions> = {}, ...hooks: CallHook[]) => {
    const wrap = <P extends object>(port: P) => hooks.reduce(withCallPoints, port);
    return runRotation({
      database: wrap(fixture.database),
      store: wrap(fixture.store),
      strategy,
      clock: fixture.clock,
      observer: fixture.observer,
      secretId: SECRET,
      versionId: NEW,
      ...more,
    });
  };
  return { fixture, run };
}

const code = (run: RotationRun) =>
  run.kind === 'refused' ? run.refusal.code : 'error' in run ? run.error.code : run.kind;

describe('a whole rotation in process', () => {
  it.each([
    ['single user', singleUser(), ['new']],
    ['alternating users', alternatingUsers(), ['first', 'new']],
  ] as const)('rotates with %s and leaves no AWSPENDING', async (_, strategy, alive) => {
    const { fixture, run } = setUp(strategy);

    expect(await run()).toEqual({ kind: 'rotated', versionId: NEW, attempts: 1 });
    expect(fixture.labels).toEqual({ AWSCURRENT: 'new', AWSPREVIOUS: 'first' });
    expect(fixture.alive).toEqual(alive);
  });

  it('tells the observer what a function would, and can be run again and again', async () => {
    const { fixture, run } = setUp();
    const observer = new RecordingObserver();
    await run({ observer });
    expect(observer.events.map(({ name }) => name)).toEqual([
      'rotation.started',
      'rotation.step.succeeded',
      'rotation.step.succeeded',
      'rotation.step.succeeded',
      'password.changed',
      'rotation.step.succeeded',
      'rotation.succeeded',
    ]);
    expect(await run({ versionId: token('newer') })).toMatchObject({ kind: 'rotated' });
    expect(fixture.labels).toEqual({ AWSCURRENT: 'newer', AWSPREVIOUS: 'new' });
  });

  it('makes a version id of its own', async () => {
    const { fixture } = setUp();
    const { database, store, clock } = fixture;
    const run = await runRotation({
      database,
      store,
      clock,
      strategy: singleUser(),
      secretId: SECRET,
    });
    expect(run).toMatchObject({ kind: 'rotated', versionId: expect.stringMatching(/^[\w-]{36}$/) });
  });

  describe('is refused, and nothing is changed,', () => {
    it.each([
      [
        'while AWSPENDING is on another version',
        'KEYTURN_ROTATION_UNDER_WAY',
        (fixture: RotationFixture) => fixture.begin('other'),
      ],
      [
        'while the secret has a rotation function',
        'KEYTURN_ROTATION_BY_FUNCTION',
        (fixture: RotationFixture) =>
          fixture.store.configure(SECRET, { rotationEnabled: true, rotationFunction: FUNCTION }),
      ],
      [
        'where a service manages the secret',
        'KEYTURN_MANAGED_SECRET',
        (fixture: RotationFixture) =>
          fixture.store.configure(SECRET, { owningService: 'redshift' }),
      ],
    ])('%s', async (_, expected, prepare) => {
      const { fixture, run } = setUp();
      prepare(fixture);
      const world = fixture.world();

      expect(code(await run())).toBe(expected);
      expect(fixture.world()).toEqual(world);
    });
  });

  it('counts rotation that is turned off as no function, even if its ARN is still stored', async () => {
    const { fixture, run } = setUp();
    fixture.store.configure(SECRET, { rotationEnabled: false, rotationFunction: FUNCTION });

    expect(await run()).toMatchObject({ kind: 'rotated' });
  });

  it('takes AWSPENDING that sits on AWSCURRENT for a rotation that is complete', async () => {
    const { fixture, run } = setUp();
    fixture.begin('first');

    expect(await run()).toMatchObject({ kind: 'rotated' });
  });

  it('takes the label over, and the place of the function, where it is forced to', async () => {
    const { fixture, run } = setUp();
    fixture.store.configure(SECRET, { rotationEnabled: true, rotationFunction: FUNCTION });
    fixture.begin('other');

    expect(await run({ force: true })).toMatchObject({ kind: 'rotated' });
    expect(fixture.labels).toEqual({ AWSCURRENT: 'new', AWSPREVIOUS: 'first' });
  });

  it('yields to another rotation that takes the label right after the put', async () => {
    const { fixture, run } = setUp();
    const take = once('after', 'putPending', () => fixture.begin('other'));

    const yielded = await run({}, take);
    expect(yielded).toMatchObject({ kind: 'yielded', error: { code: 'KEYTURN_TOKEN_SUPERSEDED' } });
    expect(yielded.kind === 'yielded' && yielded.error.message).toBe(
      `Another rotation took AWSPENDING (version ${token('other')}) before anything was changed in the database. Let that rotation end.`,
    );
    expect(fixture.clock.sleeps).toEqual([500, 500]);
    expect(fixture.labels).toEqual({ AWSCURRENT: 'first', AWSPENDING: 'other' });
    expect(fixture.alive).toContain('first');
    expect(fixture.isAlive('new')).toBe(false);
  });

  it('does not put over a rotation that began after it had looked', async () => {
    const { fixture, run } = setUp();
    const begin = once('after', 'describe', () => fixture.begin('other'));

    expect(await run({}, begin)).toMatchObject({ kind: 'yielded' });
    expect(fixture.labels).toEqual({ AWSCURRENT: 'first', AWSPENDING: 'other' });
  });

  it('of two at once lets one through', async () => {
    const { fixture, run } = setUp();
    const [one, other] = await Promise.all([run(), run({ versionId: token('rival') })]);

    expect([one.kind, other.kind].sort()).toContain('rotated');
    expect(fixture.labels.AWSPENDING).toBeUndefined();
    expect(fixture.isAlive(fixture.labels.AWSCURRENT ?? '')).toBe(true);
  });

  it('tries again with growing pauses where a failure may pass, and keeps its version', async () => {
    const { fixture, run } = setUp();
    const broken = once('before', 'signIn', () => {
      throw new Error('the network blinked');
    });

    expect(await run({}, broken)).toEqual({ kind: 'rotated', versionId: NEW, attempts: 2 });
    expect(fixture.clock.sleeps).toEqual([750]);
    expect(fixture.labels).toEqual({ AWSCURRENT: 'new', AWSPREVIOUS: 'first' });
  });

  it('gives up after so many attempts, and says that AWSPENDING is left', async () => {
    const { fixture, run } = setUp();
    const down: CallHook = {
      before({ method }) {
        if (method === 'signIn') throw new Error('down');
      },
    };

    expect(await run({ attempts: 3 }, down)).toMatchObject({
      kind: 'failed',
      attempts: 3,
      pendingLeft: true,
    });
    expect(fixture.clock.sleeps).toEqual([750, 1_500]);
    expect(fixture.labels).toEqual({ AWSCURRENT: 'first', AWSPENDING: 'new' });
  });

  it('leaves nothing behind when it fails before setSecret', async () => {
    const { fixture, run } = setUp(alternatingUsers());
    fixture.store.addSecret({ secretId: 'shepherd' });

    const result = await run();
    expect(result).toMatchObject({ kind: 'failed', pendingLeft: false });
    expect(fixture.labels).toEqual({ AWSCURRENT: 'first' });
  });

  it.each([
    ['after', 'KEYTURN_STORE_ACCESS_DENIED', true],
    ['after', 'KEYTURN_STORE_REFUSED', false],
    ['before', 'KEYTURN_STORE_ACCESS_DENIED', false],
  ] as const)(
    'that fails right %s the put, and may not clean up: %s, says whether AWSPENDING is left',
    async (when, answer, pendingLeft) => {
      const { run } = setUp();
      const method = when === 'after' ? 'putPending' : 'readValue';
      const denied = new KeyturnError({ code: 'KEYTURN_STORE_ACCESS_DENIED', message: 'No.' });
      const fails = once(when, method, () => Promise.reject(denied));
      const result = await run({}, fails, failing('moveLabel', answer));
      expect(result).toMatchObject({ kind: 'failed', attempts: 1, pendingLeft });
    },
  );

  it('stops in a pause between two attempts when it is asked to', async () => {
    const { fixture, run } = setUp();
    const controller = new AbortController();
    const sleep = (): Promise<void> => {
      setImmediate(() => controller.abort());
      return new Promise(() => undefined);
    };
    const clock = override(fixture.clock, { sleep });
    const broken = once('before', 'signIn', () => Promise.reject(new Error('down')));
    const { signal } = controller;
    expect(await run({ signal, clock }, broken)).toMatchObject({
      kind: 'aborted',
      before: 'createSecret',
      pendingLeft: true,
    });
  });

  it('says so when the secret cannot be read', async () => {
    const { run } = setUp();
    expect(await run({ secretId: 'nowhere' })).toMatchObject({
      kind: 'failed',
      error: { code: 'KEYTURN_STORE_NOT_FOUND' },
      attempts: 0,
      pendingLeft: false,
    });
  });

  it.each([
    ['before it begins', undefined, 'createSecret', false],
    ['before setSecret', 'putPending', 'setSecret', false],
    ['from setSecret on', 'signIn', 'testSecret', true],
  ] as const)('asked to stop %s, ends accordingly', async (_, during, before, pendingLeft) => {
    const { fixture, run } = setUp();
    const controller = new AbortController();
    const abort = () => controller.abort();
    if (during === undefined) abort();
    const hooks = during === undefined ? [] : [once('after', during, abort)];

    expect(await run({ signal: controller.signal }, ...hooks)).toEqual({
      kind: 'aborted',
      versionId: NEW,
      before,
      pendingLeft,
    });
    expect(fixture.labels.AWSPENDING).toBe(pendingLeft ? 'new' : undefined);
  });
});
