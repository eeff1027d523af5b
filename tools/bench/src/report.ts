import type { Figures, Run } from './figures.js';
import { table } from './markdown.js';
import type { Spread } from './statistics.js';
import { targetsToMarkdown } from './targets.js';

/** The whole run as Markdown. */
export function toMarkdown(run: Run): string {
  return ['## Targets', targetsToMarkdown(run), figuresToMarkdown(run)].join('\n\n');
}

/** What was measured, without a judgement. */
export function figuresToMarkdown(run: Run): string {
  const { bare, functions } = run.bytes;
  return [
    `Measured ${run.at} on ${run.machine}. Medians of ${samplesOf(run)} samples (of twice as many for cold starts), ` +
      'with the 10th and the 90th percentile in parentheses.',
    '### Bundles',
    table(
      ['bundle', 'bytes', 'over bare AWS SDK + pg', 'zip'],
      functions.map(({ name, bytes, zip }) => [name, `${bytes}`, `${bytes - bare}`, `${zip}`]),
    ),
    ...[run.keyturn, ...(run.other === undefined ? [] : [run.other])].flatMap(sectionsOf),
  ].join('\n\n');
}

function samplesOf({ keyturn }: Run): number {
  return Math.min(...keyturn.warm.map(({ ms }) => ms.samples));
}

function sectionsOf(figures: Figures): string[] {
  const { name, calls, warm, gap, coldStart, fleet } = figures;
  return [
    `### ${name}`,
    table(
      ['rotation', 'API calls', 'levels', 'database connections', 'refused'],
      calls.map((row) => [
        row.kind,
        ...[row.calls, row.levels, row.connections, row.refused].map(String),
      ]),
    ),
    table(
      ['warm rotation', 'API latency', 'ms'],
      warm.map(({ kind, apiMs, ms }) => [kind, `${apiMs} ms`, show(ms)]),
    ),
    table(
      ['API latency', 'between steps', 'sign-in gap of single user, ms'],
      gap.map(({ apiMs, betweenStepsMs, ms }) => [`${apiMs} ms`, `${betweenStepsMs} ms`, show(ms)]),
    ),
    table(
      ['Node', 'bare node -e 0, ms', 'cold start, ms', 'units', 'bundle, ms', 'peak MB', 'bare MB'],
      coldStart.map(({ node, bareNodeMs, coldMs, units, loadMs, peakKb, barePeakKb }) => [
        node,
        show(bareNodeMs),
        show(coldMs),
        units.toFixed(2),
        loadMs === undefined ? '-' : show(loadMs),
        peakKb === undefined ? '-' : (peakKb.median / 1024).toFixed(1),
        (barePeakKb.median / 1024).toFixed(1),
      ]),
    ),
    `${fleet.secrets} first alternating rotations, ${fleet.atOnce} at once: ${fleet.failed} failed, ` +
      `${fleet.perSecond.toFixed(1)} per second, ` +
      `${fleet.cpuMsPerRotation?.toFixed(1) ?? '?'} ms of client CPU each.`,
  ];
}

/** API calls by operation and step. */
export function countsToMarkdown(calls: Figures['calls']): string {
  return calls
    .map(({ kind, byStep }) => {
      const rows = Object.entries(byStep).flatMap(([step, counts]) =>
        Object.entries(counts).map(([operation, count]) => [step, operation, `${count}`]),
      );
      return `#### ${kind}\n\n${table(['step', 'operation', 'calls'], rows)}`;
    })
    .join('\n\n');
}

function show({ median, low, high }: Spread): string {
  return `${median.toFixed(1)} (${low.toFixed(1)} to ${high.toFixed(1)})`;
}
