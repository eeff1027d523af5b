import { COLOURS, rect, svg, text, WIDTH } from '../pictures.js';
import { megabytes } from './fleet-size-report.js';
import type { FleetSizeRun } from './measure-fleet-size.js';

const TOP = 50;
const PLOT_HEIGHT = 170;
const PLOT_WIDTH = 300;
const BOTTOM = TOP + PLOT_HEIGHT;

interface Plot {
  readonly left: number;
  readonly title: string;
  readonly points: readonly { readonly size: number; readonly value: number }[];
  /** A value to compare with, drawn as a line across. */
  readonly base?: { readonly value: number; readonly name: string };
}

/** Throughput and memory against the size of the fleet, side by side; sizes on a logarithmic scale. */
export function drawFleetSizes({ sizes, barePeakKb }: FleetSizeRun): string {
  const plots: readonly Plot[] = [
    {
      left: 50,
      title: 'rotated per second',
      points: sizes.map(({ secrets, perSecond }) => ({ size: secrets, value: perSecond.median })),
    },
    {
      left: WIDTH - PLOT_WIDTH - 20,
      title: 'peak memory of the command, MB',
      points: sizes.map(({ secrets, peakKb }) => ({
        size: secrets,
        value: megabytes(peakKb.median),
      })),
      base: { value: megabytes(barePeakKb), name: 'bare Node' },
    },
  ];
  return svg(BOTTOM + 48, [
    text(8, 18, 'keyturn fleet rotate against the number of secrets (medians)'),
    ...plots.flatMap(drawPlot),
  ]);
}

function drawPlot({ left, title, points, base }: Plot): string[] {
  const most = 1.15 * Math.max(...points.map(({ value }) => value), base?.value ?? 0);
  const sizes = points.map(({ size }) => Math.log10(size));
  const [first, last] = [Math.min(...sizes), Math.max(...sizes)];
  const inset = 30;
  const x = (size: number): number => {
    const share = last === first ? 0.5 : (Math.log10(size) - first) / (last - first);
    return left + inset + share * (PLOT_WIDTH - 2 * inset);
  };
  const y = (value: number): number => BOTTOM - (value / most) * PLOT_HEIGHT;
  const path = points.map(({ size, value }) => `${x(size).toFixed(1)},${y(value).toFixed(1)}`);
  return [
    text(left, TOP - 10, title, 'bold'),
    rect(left, BOTTOM, PLOT_WIDTH, 1, COLOURS.ink),
    ...(base === undefined
      ? []
      : [
          rect(left, Math.round(y(base.value)), PLOT_WIDTH, 1, '#868e96'),
          text(left + 2, Math.round(y(base.value)) - 4, base.name, 'normal', 10),
        ]),
    `<polyline points="${path.join(' ')}" fill="none" stroke="${COLOURS.ok}" stroke-width="2"/>`,
    ...points.flatMap(({ size, value }) => [
      `<circle cx="${x(size).toFixed(1)}" cy="${y(value).toFixed(1)}" r="3.5" fill="${COLOURS.ok}"/>`,
      text(x(size) - 10, Math.round(y(value)) - 10, value.toFixed(0), 'normal', 11),
      text(x(size) - 14, BOTTOM + 18, size.toLocaleString('en'), 'normal', 11),
    ]),
    text(left + PLOT_WIDTH / 2 - 22, BOTTOM + 38, 'secrets', 'normal', 11),
  ];
}
