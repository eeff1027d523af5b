import { table } from '../markdown.js';
import type { AtOnceFigure } from './measure-at-once.js';
import type { SizeFigure } from './measure-sizes.js';
import type { TemplateWayFigure } from './measure-template-way.js';
import type { PermissionRun } from './permission-run.js';
import type { StatementCounts } from './statement-log.js';

/** Lambda gives one vCPU for so many MB, and a share of it for less (AWS: "At 1,769 MB, a function has one vCPU"). */
const MB_PER_VCPU = 1769;

const BUSY =
  ' **The machine was busy with other work**: what is counted is exact, and so is memory, but milliseconds are not.';

/** The run as Markdown. */
export function permissionsToMarkdown(run: PermissionRun): string {
  const [before, after] = run.load;
  return [
    `Measured ${run.at} on ${run.machine}, ${after.toFixed(1)} at the end, with V8's limits for ${run.memoryMb} MB.` +
      (before > run.cores ? BUSY : ''),
    sizesToMarkdown(run),
    templateWayToMarkdown(run.templateWay),
    atOnceToMarkdown(run.atOnce),
  ].join('\n\n');
}

function sizesToMarkdown({ sizes, memoryMb }: PermissionRun): string {
  return table(
    [
      ...['databases', 'tables each', 'rotation', 'rights that differ', 'reads', 'changes'],
      ...['sign-ins', 'ms', 'processor ms', `alone at ${memoryMb} MB, s`, 'peak MB'],
    ],
    sizes.map((figure) => [
      `${figure.databases}`,
      number(figure.tables),
      figure.kind,
      number(figure.differences),
      ...countsOf(figure.statements),
      ...costsOf(figure, memoryMb),
    ]),
  );
}

function templateWayToMarkdown(figures: readonly TemplateWayFigure[]): string {
  const rows = figures.map((figure) => {
    const [ms = '', cpu = '', , peak = ''] = costsOf(figure, MB_PER_VCPU);
    const { tables, statements, granted } = figure;
    return [number(tables), ...countsOf(statements), number(granted), ms, cpu, peak];
  });
  return table(
    [
      ...["template's way, 1 database, tables", 'reads', 'changes', 'sign-ins', 'direct grants'],
      ...['ms', 'processor ms', 'peak MB'],
    ],
    rows,
  );
}

function atOnceToMarkdown(figures: readonly AtOnceFigure[]): string {
  return table(
    ['first rotations', 'at once', 'each GRANT keeps its locks', 'succeeded', 'conflicts', 's'],
    figures.map(({ secrets, atOnce, grantMs, failed, conflicts, seconds }) => [
      `${secrets}`,
      `${atOnce}`,
      grantMs === 0 ? 'as long as it takes' : `${grantMs} ms longer`,
      `${secrets - failed} of ${secrets}`,
      `${conflicts}`,
      seconds.toFixed(1),
    ]),
  );
}

function countsOf({ reads, changes, signIns }: StatementCounts): string[] {
  return [reads, changes, signIns].map(number);
}

function costsOf(
  { ms, usage }: Pick<SizeFigure, 'ms' | 'usage'>,
  memoryMb: number,
): [ms: string, cpu: string, alone: string, peak: string] {
  if (usage === undefined) return [number(ms), '?', '?', '?'];
  // The share of a processor that Lambda gives, and nothing else to wait for.
  const aloneS = (usage.cpuMs * Math.max(1, MB_PER_VCPU / memoryMb)) / 1000;
  const peak = (usage.peakKb / 1024).toFixed(0);
  return [number(ms), number(usage.cpuMs), aloneS.toFixed(1), peak];
}

function number(value: number): string {
  return Math.round(value).toLocaleString('en');
}
