import { drawFleetSizes } from '../src/fleet-size/draw-fleet-size.js';
import { fleetSizeToMarkdown } from '../src/fleet-size/fleet-size-report.js';
import type { FleetSizeRun } from '../src/fleet-size/measure-fleet-size.js';
import { spreadOf } from '../src/statistics.js';

const figure = (secrets: number, perSecond: number, peakMb: number) => ({
  secrets,
  perSecond: spreadOf([perSecond]),
  seconds: spreadOf([secrets / perSecond]),
  peakKb: spreadOf([peakMb * 1_024]),
  cpuMsPerSecret: spreadOf([2]),
});
const run: FleetSizeRun = {
  at: '2026-01-01T00:00:00.000Z',
  machine: 'a machine',
  concurrency: 50,
  barePeakKb: 40 * 1_024,
  sizes: [figure(100, 200, 80), figure(10_000, 400, 160)],
};

describe('the report on fleets of growing size', () => {
  it('has a row for each size, in megabytes', () => {
    expect(fleetSizeToMarkdown(run).split('\n').slice(2)).toEqual([
      '| secrets | rotated per second | whole command, s | peak memory, MB | CPU per secret, ms |',
      '| --- | --- | --- | --- | --- |',
      '| 100 | 200 (200 to 200) | 0.5 (0.5 to 0.5) | 80 (80 to 80) | 2.0 (2.0 to 2.0) |',
      '| 10,000 | 400 (400 to 400) | 25.0 (25.0 to 25.0) | 160 (160 to 160) | 2.0 (2.0 to 2.0) |',
    ]);
  });

  it('draws a point for each figure inside the picture', () => {
    const picture = drawFleetSizes(run);
    const points = [...picture.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)];
    expect(points).toHaveLength(4);
    const [width = 0, height = 0] = (/width="(\d+)" height="(\d+)"/.exec(picture) ?? [])
      .slice(1)
      .map(Number);
    for (const [, x, y] of points) {
      expect(Number(x)).toBeLessThan(width);
      expect(Number(y)).toBeLessThan(height);
    }
  });
});
