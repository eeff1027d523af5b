import type { Figures, Run } from '../src/figures.js';
import { spreadOf } from '../src/statistics.js';
import { targetsOf, targetsToMarkdown } from '../src/targets.js';

const at = (ms: number) => spreadOf([ms]);

/** Figures in which every time is `ms`. */
function figures(name: string, ms: number, change: Partial<Figures> = {}): Figures {
  const calls = ['single', 'alternating', 'alternating with KEYTURN_SUPERUSER_SECRET'].flatMap(
    (subject) =>
      ['first', 'later'].flatMap((turn) =>
        ['one process', 'fresh processes'].map((processes) => ({
          kind: `${subject}, ${turn}, ${processes}`,
          calls: 8,
          levels: 7,
          connections: 3,
          refused: 0,
          byStep: {},
        })),
      ),
  );
  const gap = [
    { apiMs: 0, betweenStepsMs: 0, ms: at(ms) },
    { apiMs: 10, betweenStepsMs: 0, ms: at(ms) },
    { apiMs: 0, betweenStepsMs: 200, ms: at(ms) },
  ];
  return {
    name,
    calls,
    warm: ['single', 'alternating, cloning', 'alternating, later'].map((kind) => ({
      kind,
      apiMs: 10,
      ms: at(ms),
    })),
    gap,
    coldStart: ['v20.20.2', 'v24.21.0'].map((node) => ({
      node,
      bareNodeMs: at(50),
      coldMs: at(100),
      units: 2,
      peakKb: at(60_000),
      barePeakKb: at(40_000),
    })),
    fleet: { secrets: 50, atOnce: 8, failed: 0, perSecond: 10, cpuMsPerRotation: ms },
    ...change,
  };
}

const run = (keyturn: Figures, other?: Figures): Run => ({
  at: '2026-01-01T00:00:00.000Z',
  machine: 'a machine',
  bytes: { bare: 400_000, functions: [{ name: 'one', bytes: 450_000, zip: 150_000 }] },
  keyturn,
  ...(other !== undefined && { other }),
});

const find = (of: Run, what: string) => {
  const found = targetsOf(of).find((target) => target.what.startsWith(what));
  if (found === undefined) throw new Error(`there is no target ${what}`);
  return found;
};

describe('the targets', () => {
  it('are met by what keeps to all of them', () => {
    const good = run(figures('keyturn', 10), figures('the other', 100));
    expect(targetsOf(good).filter(({ met }) => met !== true)).toEqual([]);
  });

  it('of times are shares of what the other took in the same run', () => {
    const close = run(figures('keyturn', 70), figures('the other', 100));
    expect(find(close, 'warm rotation')).toMatchObject({
      other: '100.0 ms',
      keyturn: '70.0 ms, 0.70 ×',
      met: false,
    });
    expect(find(close, 'sign-in gap, API latency')).toMatchObject({ met: false });
    expect(find(close, 'sign-in gap, no latency')).toMatchObject({ met: true });
  });

  it('of times are not judged without the other', () => {
    const alone = run(figures('keyturn', 70));
    expect(find(alone, 'warm rotation')).toMatchObject({ met: undefined, keyturn: '70.0 ms' });
    expect(targetsToMarkdown(alone)).toContain('| not measured |');
  });

  it('of counts take the worst row', () => {
    const good = figures('keyturn', 10);
    const calls = good.calls.map((row, index) => (index === 3 ? { ...row, levels: 8 } : row));
    const worse = run({ ...good, calls });
    expect(find(worse, 'levels of sequential API calls: single')).toMatchObject({
      keyturn: '8',
      met: false,
    });
    expect(targetsToMarkdown(worse)).toContain('**no**');
  });

  it('of a Node that was not measured are not judged', () => {
    const [onlyNode20] = figures('keyturn', 10).coldStart;
    const coldStart = onlyNode20 === undefined ? [] : [onlyNode20];
    expect(
      find(run(figures('keyturn', 10, { coldStart })), 'cold start in units of bare Node 24'),
    ).toMatchObject({ met: undefined });
  });
});
