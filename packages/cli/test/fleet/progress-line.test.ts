import fc from 'fast-check';
import { progressLine, span } from '../../src/fleet/progress-line.js';

const some = { total: 1_000, rotated: 247, failed: 3, running: 8, waiting: 742 };

describe('progressLine', () => {
  it('shows a bar, live counts and how long it will take', () => {
    expect(progressLine(some, 60_000, 80)).toBe(
      '[=====               ] 250/1000  247 rotated  3 failed  8 under way  3 min left',
    );
  });

  it('leaves out what there is nothing to say about', () => {
    const first = { ...some, rotated: 0, failed: 0, waiting: 992 };
    expect(progressLine(first, 0, 80)).toBe(`[${' '.repeat(30)}] 0/1000  0 rotated  8 under way`);
    const last = { ...some, rotated: 997, running: 0, waiting: 0 };
    expect(progressLine(last, 1, 80)).not.toContain('left');
  });

  it('never fills a line', () => {
    fc.assert(
      fc.property(
        fc.nat(100_000),
        fc.nat(100_000),
        fc.nat(50),
        fc.integer({ min: 10, max: 200 }),
        (rotated, failed, running, columns) => {
          const total = rotated + failed + running;
          const progress = { total, rotated, failed, running, waiting: 0 };
          expect(progressLine(progress, 1e7, columns).length).toBeLessThan(columns);
        },
      ),
    );
  });
});

describe('span', () => {
  it.each([
    [0, '0 s'],
    [99_400, '99 s'],
    [100_000, '2 min'],
    [99.4 * 60_000, '99 min'],
    [3 * 3_600_000, '3 h'],
  ])('%d ms is %s', (ms, text) => expect(span(ms)).toBe(text));
});
