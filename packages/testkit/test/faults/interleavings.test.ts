import { AWSPENDING, Sensitive } from '@keyturn/core';
import type { SecretStore } from '@keyturn/core/adapter';
import { ManualClock } from '../../src/fakes/index.js';
import {
  exploreInterleavings,
  fingerprint,
  runInterleaved,
  withCallPoints,
  type InterleavedTask,
} from '../../src/faults/index.js';
import { createStore, put, secretId } from './fault-fixture.js';

/** Calls that only take turns; `log` shows in which order they were made. */
function counter() {
  const log: string[] = [];
  const port = { call: async (name: string) => void log.push(name) };
  const task =
    (name: string, levels: readonly number[]): InterleavedTask<string> =>
    async (hook) => {
      const { call } = withCallPoints(port, hook);
      for (const width of levels) {
        await Promise.all(Array.from({ length: width }, () => call(name)));
      }
      return name;
    };
  return { log, task };
}

describe('an interleaved run', () => {
  it('makes the calls in the order of the schedule, then lets the tasks end', async () => {
    const { log, task } = counter();
    const { results, turns } = await runInterleaved(
      [task('a', [1, 1, 1]), task('b', [1, 1])],
      [0, 1, 0],
    );

    expect(log.join('')).toBe('abaab');
    expect(turns).toEqual([0, 1, 0, 0, 1]);
    expect(results).toEqual([
      { status: 'fulfilled', value: 'a' },
      { status: 'fulfilled', value: 'b' },
    ]);
  });

  it('counts parallel calls as one turn', async () => {
    const { log, task } = counter();
    await runInterleaved([task('a', [3, 1]), task('b', [1])], [0, 1]);

    expect(log.join('')).toBe('aaaba');
  });

  it('leaves out turns of a task that has ended', async () => {
    const { log, task } = counter();
    const { turns } = await runInterleaved([task('a', [1]), task('b', [1, 1])], [0, 0, 0, 1]);

    expect(log.join('')).toBe('abb');
    expect(turns).toEqual([0, 1, 1]);
  });

  it('reports a task that throws, and goes on with the other', async () => {
    const { task } = counter();
    const { results } = await runInterleaved(
      [() => Promise.reject(new Error('no')), task('b', [1])],
      [0, 1],
    );

    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });

  it('lets tasks sleep on a manual clock between their calls', async () => {
    const clock = new ManualClock();
    const { log, task } = counter();
    const sleeper: InterleavedTask<string> = async (hook) => {
      await task('a', [1])(hook);
      await clock.sleep(100);
      return task('a', [1])(hook);
    };
    await runInterleaved([sleeper, task('b', [1])], [0, 1]);

    expect(log.join('')).toBe('aba');
  });
});

describe('an exploration', () => {
  it('runs every order of calls that can be told apart', async () => {
    const orders = new Set<string>();
    const report = await exploreInterleavings(() => {
      const { log, task } = counter();
      return {
        tasks: [task('a', [1, 1]), task('b', [1, 1, 1])],
        state: () => log,
        check: () => void orders.add(log.join('')),
      };
    });

    // Five calls, of which any two are the first task's.
    expect(orders.size).toBe(10);
    expect(report).toMatchObject({ schedules: 10, pruned: 0, complete: true });
  });

  it('leaves out what leads to a state that was seen before', async () => {
    const ends = new Set<string>();
    const report = await exploreInterleavings(() => {
      const { log, task } = counter();
      return {
        tasks: [task('a', [1, 1]), task('b', [1, 1, 1])],
        state: () => log.length,
        check: () => void ends.add([...log].sort().join('')),
      };
    });

    expect(ends).toEqual(new Set(['aabbb']));
    expect(report.schedules + report.pruned).toBeLessThan(10);
    expect(report).toMatchObject({ complete: true });
  });

  it('finds a lost update, and names its schedule', async () => {
    const explore = () =>
      exploreInterleavings(() => {
        const store = createStore();
        return {
          tasks: [claim('a'), claim('b')].map((run) => (hook) => run(withCallPoints(store, hook))),
          state: () => store.snapshot(),
          check: ({ results }) => {
            const won = results.filter((result) => valueOf(result) === 'mine').length;
            if (won !== 1) throw new Error(`${won} think that it is theirs`);
          },
        };
      });

    await expect(explore()).rejects.toThrow(/^schedule \[0, 1, .*\]: 2 think that it is theirs$/);
  });

  it('sees every outcome of two deliveries that both store a value', async () => {
    const kept = new Set<string | undefined>();
    const report = await exploreInterleavings(() => {
      const store = createStore();
      return {
        tasks: ['mine', 'yours'].map(
          (value) => (hook) => adopt(withCallPoints(store, hook), value),
        ),
        state: () => store.snapshot(),
        check: ({ results }) => {
          kept.add(store.text(secretId, 'v2'));
          for (const result of results) {
            expect(valueOf(result)).toBe(store.text(secretId, 'v2'));
          }
        },
      };
    });

    expect(kept).toEqual(new Set(['mine', 'yours']));
    expect(report.complete).toBe(true);
  });

  it('ends early, and says so, where it may run only so often', async () => {
    const report = await exploreInterleavings(
      () => {
        const { log, task } = counter();
        return {
          tasks: [task('a', [1, 1, 1]), task('b', [1, 1, 1])],
          state: () => log,
          check: () => undefined,
        };
      },
      { maxRuns: 3 },
    );

    expect(report).toMatchObject({ schedules: 3, complete: false });
  });
});

/** Looks whether the version is free and only then stores a value; whoever stores one thinks that it is theirs. */
function claim(value: string) {
  return async (store: SecretStore): Promise<string> => {
    const held = await store.readValue({ secretId, label: AWSPENDING });
    if (held !== undefined) return 'theirs';
    await put(store, value);
    await store.describe({ secretId });
    return 'mine';
  };
}

/** Stores a value, or takes over the one that is there. */
async function adopt(store: SecretStore, value: string): Promise<string | undefined> {
  if ((await put(store, value)) === 'stored') return value;
  const held = await store.readValue({ secretId, versionId: 'v2' });
  return held?.kind === 'text' ? held.text.reveal() : undefined;
}

function valueOf<T>(result: PromiseSettledResult<T>): T | undefined {
  return result.status === 'fulfilled' ? result.value : undefined;
}

describe('a fingerprint', () => {
  it.each<[string, unknown, unknown]>([
    ['hidden texts', new Sensitive('one'), new Sensitive('two')],
    ['maps', new Map([['a', 1]]), new Map([['a', 2]])],
    ['sets', new Set(['a']), new Set(['a', 'b'])],
    ['errors', new Error('a'), new Error('b')],
    ['codes of errors', Object.assign(new Error(), { code: 'a' }), new Error()],
    ['what is undefined and what is null', { a: undefined }, { a: null }],
    ['lists in another order', ['a', 'b'], ['b', 'a']],
  ])('tells %s apart', (_, one, other) => {
    expect(fingerprint(one)).not.toBe(fingerprint(other));
  });

  it.each<[string, unknown, unknown]>([
    ['keys', { a: 1, b: 2 }, { b: 2, a: 1 }],
    ['members', new Set(['a', 'b']), new Set(['b', 'a'])],
    ['entries', new Map(Object.entries({ a: 1, b: 2 })), new Map(Object.entries({ b: 2, a: 1 }))],
  ])('does not depend on the order of %s', (_, one, other) => {
    expect(fingerprint(one)).toBe(fingerprint(other));
  });
});
