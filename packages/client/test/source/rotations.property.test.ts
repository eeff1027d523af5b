import fc from 'fast-check';
import { createCredentialSource, type CredentialSource, type RotationKind } from '@keyturn/client';
import { FakeServer } from '../support/fake-server.js';
import { RotatingSecret, type Pace } from '../support/rotating-secret.js';
import { VirtualClock } from '../support/virtual-clock.js';

const pause = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 400 }));
const pace: fc.Arbitrary<Pace> = fc.record({
  beforeSetMs: pause,
  gapMs: pause,
  beforeEndMs: pause,
});

const world = fc.record({
  seed: fc.integer(),
  paces: fc.array(pace, { minLength: 1, maxLength: 6 }),
  // A rotation that follows before anybody could read the last one is none that a service makes.
  pauseMs: fc.integer({ min: 300, max: 1_000 }),
  callers: fc.integer({ min: 1, max: 12 }),
  signInMs: fc.integer({ min: 0, max: 60 }),
  readMs: fc.integer({ min: 0, max: 40 }),
});

/** Callers who sign in again and again while the secret is rotated. */
async function live(
  kind: RotationKind,
  facts: {
    seed: number;
    paces: readonly Pace[];
    pauseMs: number;
    callers: number;
    signInMs: number;
    readMs: number;
  },
  processes = 1,
) {
  const clock = new VirtualClock(facts.seed);
  const server = new FakeServer(clock, facts.signInMs);
  const secret = new RotatingSecret(clock, server, kind);
  const sources: CredentialSource[] = Array.from({ length: processes }, () =>
    createCredentialSource({
      secretId: secret.secretId,
      reader: secret.reader(facts.readMs),
      rotation: kind,
      clock,
      maxAgeMs: 600,
    }),
  );
  let isOver = false;
  const errors: unknown[] = [];
  const call = async (source: CredentialSource) => {
    while (!isOver) {
      await source.signIn(server.signIn).catch((error) => errors.push(error));
      await clock.sleep(5 + clock.random() * 20);
    }
  };
  const rotations = async () => {
    for (const each of facts.paces) {
      await clock.sleep(facts.pauseMs);
      await secret.rotate(each);
    }
    await clock.sleep(200);
    isOver = true;
  };
  const callers = sources.flatMap((source) =>
    Array.from({ length: facts.callers }, () => call(source)),
  );
  await clock.run(Promise.all([rotations(), ...callers]));
  return { server, sources, errors, clock };
}

/** No sign-in began with what the same process had been refused before; here there is one process. */
function presentedAgain(server: FakeServer): boolean {
  return server.log.some((later) =>
    server.refusals.some(
      (earlier) =>
        earlier.user === later.user &&
        earlier.password === later.password &&
        earlier.answeredAt < later.startedAt,
    ),
  );
}

describe.each(['single-user', 'alternating-users'] as const)('a source under %s', (kind) => {
  it('surfaces no failure, locks nobody and is refused twice per rotation at most', async () => {
    await fc.assert(
      fc.asyncProperty(world, async (facts) => {
        const { server, sources, errors } = await live(kind, facts);
        expect(errors).toEqual([]);
        expect(server.lockedUsers).toEqual([]);
        expect(presentedAgain(server)).toBe(false);
        expect(server.mostAtOnce).toBeLessThanOrEqual(2);
        expect(server.refusals.length).toBeLessThanOrEqual(2 * facts.paces.length);
        expect(sources[0]?.counters().refusals).toBe(server.refusals.length);
      }),
      { numRuns: 60 },
    );
  });

  it('locks nobody and presents nothing twice while rotations follow each other at once', async () => {
    await fc.assert(
      fc.asyncProperty(world, async (facts) => {
        const { server } = await live(kind, { ...facts, pauseMs: 0 });
        expect(server.lockedUsers).toEqual([]);
        expect(presentedAgain(server)).toBe(false);
        expect(server.mostAtOnce).toBeLessThanOrEqual(2);
      }),
      { numRuns: 60 },
    );
  });

  it('leaves no timer behind', async () => {
    await fc.assert(
      fc.asyncProperty(world, async (facts) => {
        const { clock } = await live(kind, facts);
        // A refresh behind the callers may be under way; it takes one read, whose time-out is much longer.
        await clock.pass(facts.readMs + 1);
        expect(clock.pending).toBe(0);
      }),
      { numRuns: 10 },
    );
  });
});

it('never locks an alternating user, however many processes there are, while they read between rotations', async () => {
  await fc.assert(
    fc.asyncProperty(world, fc.integer({ min: 2, max: 20 }), async (facts, processes) => {
      const calm = { ...facts, pauseMs: 700, callers: 1 };
      const { server, errors } = await live('alternating-users', calm, processes);
      expect(errors).toEqual([]);
      expect(server.refusals).toEqual([]);
    }),
    { numRuns: 15 },
  );
});

it('never locks a single user with two processes', async () => {
  await fc.assert(
    fc.asyncProperty(world, async (facts) => {
      const { server, errors } = await live('single-user', { ...facts, pauseMs: 700 }, 2);
      expect(errors).toEqual([]);
      expect(server.lockedUsers).toEqual([]);
    }),
    { numRuns: 25 },
  );
});
