import type { ByteFigures } from './measure/bytes.js';
import type { CallFigures } from './measure/calls.js';
import type { ColdStartFigure } from './measure/cold-start.js';
import type { FleetFigure } from './measure/fleet.js';
import type { GapFigure } from './measure/sign-in-gap.js';
import type { WarmFigure } from './measure/warm.js';

/** All that was measured of one implementation. */
export interface Figures {
  readonly name: string;
  readonly calls: readonly CallFigures[];
  readonly warm: readonly WarmFigure[];
  readonly gap: readonly GapFigure[];
  readonly coldStart: readonly ColdStartFigure[];
  readonly fleet: FleetFigure;
}

/** One run. */
export interface Run {
  readonly at: string;
  readonly machine: string;
  readonly bytes: ByteFigures;
  /** keyturn, and what it was measured beside. */
  readonly keyturn: Figures;
  readonly other?: Figures;
}
