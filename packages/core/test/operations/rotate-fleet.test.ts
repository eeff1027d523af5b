import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { ManualClock } from '@keyturn/testkit/fakes';
import { KeyturnError, rotateFleet, type FleetEntry, type FleetJournal } from '../../src/index.js';

const members = (...ids: string[]) => ids.map((secretId) => ({ secretId }));
const rotateNothing = async () => undefined;

function memoryJournal(entries: FleetEntry[] = []): FleetJournal & { entries: FleetEntry[] } {
  return {
    entries,
    read: async () => entries,
    append: async (entry) => void entries.push(entry),
  };
}

/** Rotations that take some turns of the event loop, and who was under way at any one time. */
function slowRotations() {
  const running = new Set<string>();
  const moments: string[][] = [];
  const rotate = async (secretId: string) => {
    running.add(secretId);
    moments.push([...running]);
    for (let turn = 0; turn < 1 + (secretId.length % 3); turn++) await setImmediate();
    running.delete(secretId);
  };
  return { rotate, moments };
}

describe('rotateFleet', () => {
  it('rotates every secret once, however often it is named', async () => {
    const seen: string[] = [];
    const report = await rotateFleet({
      members: members('a', 'b', 'a', 'c'),
      rotate: async (id) => void seen.push(id),
      clock: new ManualClock(),
    });
    expect(seen).toEqual(['a', 'b', 'c']);
    expect(report).toEqual({
      rotated: ['a', 'b', 'c'],
      alreadyRotated: [],
      failed: [],
      notStarted: [],
    });
  });

  it('goes on after a failure, and tells nothing of foreign errors but their name', async () => {
    const report = await rotateFleet({
      members: members('a', 'b', 'c'),
      rotate: async (id) => {
        if (id === 'a') throw new TypeError('hunter2');
        if (id === 'b') {
          throw new KeyturnError({ code: 'KEYTURN_OUT_OF_TIME', message: 'Too slow.' });
        }
      },
      clock: new ManualClock(),
    });
    expect(report.rotated).toEqual(['c']);
    expect(report.failed).toEqual([
      { secretId: 'a', reason: 'TypeError' },
      {
        secretId: 'b',
        reason: 'KEYTURN_OUT_OF_TIME: Too slow.',
        code: 'KEYTURN_OUT_OF_TIME',
      },
    ]);
  });

  it('waits between starts, so that there are no more per second than there may be', async () => {
    const clock = new ManualClock();
    await rotateFleet({ members: members(...'abcde'), rotate: rotateNothing, clock, perSecond: 4 });
    expect(clock.sleeps).toEqual([250, 250, 250, 250]);
  });

  it('starts a few at once where timers are too coarse for the pauses between them', async () => {
    const clock = new ManualClock();
    const ids = Array.from({ length: 10 }, (_, n) => `s${n}`);
    const begun = clock.now();
    await rotateFleet({ members: members(...ids), rotate: rotateNothing, clock, perSecond: 500 });
    expect(clock.sleeps).toHaveLength(5);
    expect(clock.now() - begun).toBe(10);
  });

  it('never has more under way than allowed, nor two of a cluster, and comes to an end', async () => {
    const fleet = fc.array(fc.record({ cluster: fc.option(fc.constantFrom('x', 'y', 'z')) }), {
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(fleet, fc.integer({ min: 1, max: 5 }), async (drawn, concurrency) => {
        const all = drawn.map(({ cluster }, n) => ({
          secretId: `${'s'.repeat(n % 3)}${n}`,
          cluster: cluster ?? undefined,
        }));
        const clusterOf = new Map(all.map(({ secretId, cluster }) => [secretId, cluster]));
        const { rotate, moments } = slowRotations();
        const clock = new ManualClock();
        const report = await rotateFleet({ members: all, rotate, clock, concurrency });
        expect([...report.rotated].sort()).toEqual([...clusterOf.keys()].sort());
        for (const running of moments) {
          expect(running.length).toBeLessThanOrEqual(concurrency);
          const clusters = running.map((id) => clusterOf.get(id)).filter((key) => key != null);
          expect(new Set(clusters).size).toBe(clusters.length);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('uses the concurrency it is given', async () => {
    const { rotate, moments } = slowRotations();
    const clock = new ManualClock();
    await rotateFleet({
      members: members('aaa', 'bbb', 'ccc', 'ddd'),
      rotate,
      clock,
      concurrency: 3,
    });
    expect(Math.max(...moments.map(({ length }) => length))).toBe(3);
  });

  it('goes on from the journal: what was rotated is left alone, the rest is rotated', async () => {
    const journal = memoryJournal([
      { secretId: 'done', state: 'started', at: 1 },
      { secretId: 'done', state: 'rotated', at: 2 },
      { secretId: 'failed', state: 'failed', at: 3, reason: 'x' },
      { secretId: 'crashed', state: 'started', at: 4 },
    ]);
    const report = await rotateFleet({
      members: members('done', 'failed', 'crashed', 'new'),
      rotate: rotateNothing,
      clock: new ManualClock(),
      journal,
    });
    expect(report.alreadyRotated).toEqual(['done']);
    expect(report.rotated).toEqual(['failed', 'crashed', 'new']);
    const again = await rotateFleet({
      members: members('done', 'failed', 'crashed', 'new'),
      rotate: () => Promise.reject(new Error('nothing is left to do')),
      clock: new ManualClock(),
      journal,
    });
    expect(again.alreadyRotated).toHaveLength(4);
  });

  it('begins nothing that the journal does not know of', async () => {
    const journal = memoryJournal();
    await rotateFleet({
      members: members('a'),
      rotate: async () => {
        expect(journal.entries.map(({ state }) => state)).toEqual(['started']);
      },
      clock: new ManualClock(),
      journal,
    });
    expect(journal.entries.map(({ state }) => state)).toEqual(['started', 'rotated']);
  });

  it('stops with the error of a journal that cannot be written', async () => {
    const seen: string[] = [];
    const append = () => Promise.reject(new Error('disk full'));
    const failed = rotateFleet({
      members: members('a', 'b', 'c'),
      rotate: async (id) => void seen.push(id),
      clock: new ManualClock(),
      concurrency: 1,
      journal: { read: async () => [], append },
    });
    await expect(failed).rejects.toThrow('disk full');
    expect(seen).toEqual([]);
  });

  it('starts no more once it is aborted, waits for those under way and says what is left', async () => {
    const controller = new AbortController();
    let ended = 0;
    const report = await rotateFleet({
      members: members('a', 'b', 'c', 'd'),
      rotate: async (id) => {
        if (id === 'b') controller.abort();
        await setImmediate();
        ended += 1;
      },
      clock: new ManualClock(),
      concurrency: 2,
      signal: controller.signal,
    });
    expect(ended).toBe(2);
    expect(report).toMatchObject({ rotated: ['a', 'b'], notStarted: ['c', 'd'] });
  });

  it('tells how far it is', async () => {
    const seen: string[] = [];
    await rotateFleet({
      members: members('a', 'b'),
      rotate: rotateNothing,
      clock: new ManualClock(),
      concurrency: 1,
      onProgress: ({ total, rotated, running, waiting }) => {
        seen.push(`${rotated} of ${total}, ${running} running, ${waiting} waiting`);
        throw new Error('ignored');
      },
    });
    expect(seen).toEqual([
      '0 of 2, 1 running, 1 waiting',
      '1 of 2, 0 running, 1 waiting',
      '1 of 2, 1 running, 0 waiting',
      '2 of 2, 0 running, 0 waiting',
    ]);
  });

  it.each([
    [{ concurrency: 0 }, 'concurrency has to be a whole number from 1'],
    [{ concurrency: 1.5 }, 'concurrency has to be a whole number from 1'],
    [{ perSecond: 0 }, 'perSecond has to be more than 0'],
    [{ perSecond: Number.NaN }, 'perSecond has to be more than 0'],
  ])('refuses %j', async (limits, problem) => {
    const clock = new ManualClock();
    const failed = rotateFleet({ members: [], rotate: rotateNothing, clock, ...limits });
    await expect(failed).rejects.toThrow(new RangeError(problem));
  });

  it('starts the members of each cluster in the order given', async () => {
    const seen: string[] = [];
    await rotateFleet({
      members: ['a1', 'b1', 'a2', 'b2', 'a3'].map((secretId) => ({
        secretId,
        cluster: secretId.charAt(0),
      })),
      rotate: async (id) => void seen.push(id),
      clock: new ManualClock(),
      concurrency: 1,
    });
    expect(seen).toEqual(['a1', 'b1', 'a2', 'b2', 'a3']);
  });

  it('says in the journal why a rotation failed', async () => {
    const journal = memoryJournal();
    const report = await rotateFleet({
      members: members('a'),
      rotate: async () => {
        // Anything may be thrown.
        throw 'hunter2' as unknown;
      },
      clock: new ManualClock(),
      journal,
    });
    expect(report.failed).toEqual([{ secretId: 'a', reason: 'unknown' }]);
    expect(journal.entries.at(-1)).toMatchObject({ state: 'failed', reason: 'unknown' });
  });

  it('starts none that it was stopped before, in the wait for its turn', async () => {
    const controller = new AbortController();
    const clock = new ManualClock();
    const sleep = async () => controller.abort();
    const report = await rotateFleet({
      members: members('a', 'b'),
      rotate: rotateNothing,
      clock: { now: () => clock.now(), random: () => 0.5, sleep, after: () => () => undefined },
      signal: controller.signal,
    });
    expect(report).toMatchObject({ rotated: ['a'], notStarted: ['b'] });
  });
});
