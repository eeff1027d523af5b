import type { AtOnceFigure } from './measure-at-once.js';
import type { SizeFigure } from './measure-sizes.js';
import type { TemplateWayFigure } from './measure-template-way.js';

/** One run of `npm run bench -- --permissions`. */
export interface PermissionRun {
  readonly at: string;
  /** Ends with the load average when the run began. */
  readonly machine: string;
  /** Load average of a minute when it began and when it ended; other work on the machine shows in it. */
  readonly load: readonly [before: number, after: number];
  readonly cores: number;
  /** MB of memory that V8's limits were set for. */
  readonly memoryMb: number;
  readonly sizes: readonly SizeFigure[];
  readonly templateWay: readonly TemplateWayFigure[];
  readonly atOnce: readonly AtOnceFigure[];
}
