import { withSetting, type Contender } from './contenders.js';
import type { Figures } from './figures.js';
import { measureCalls, type CallFigures, type CallSubject } from './measure/calls.js';
import { measureColdStart } from './measure/cold-start.js';
import { measureFleet } from './measure/fleet.js';
import { measureGap } from './measure/sign-in-gap.js';
import { measureWarm } from './measure/warm.js';
import { SUPERUSER_SECRET, type World } from './world.js';

/** How much is measured. */
export interface RunOptions {
  readonly quick: boolean;
  /** Paths of Node binaries; the first is that of this process. */
  readonly nodes: readonly string[];
  readonly progress: (line: string) => void;
}

/** API calls, levels and connections of one contender. */
export function measureCallsOf(
  world: World,
  { on, isKeyturn }: Contender,
): Promise<readonly CallFigures[]> {
  const alternating = on('alternating');
  const subjects: CallSubject[] = [
    { name: 'single', strategy: 'single', implementation: on('single') },
    { name: 'alternating', strategy: 'alternating', implementation: alternating },
  ];
  if (isKeyturn) {
    subjects.push({
      name: 'alternating with KEYTURN_SUPERUSER_SECRET',
      strategy: 'alternating',
      implementation: withSetting(alternating, 'KEYTURN_SUPERUSER_SECRET', SUPERUSER_SECRET),
    });
  }
  return measureCalls(world, subjects);
}

/**
 * Everything about all contenders, who take turns wherever times are measured.
 * @returns figures in the order of the contenders
 */
export async function measureRun(
  world: World,
  contenders: readonly Contender[],
  { quick, nodes, progress }: RunOptions,
): Promise<Figures[]> {
  const samples = quick ? 3 : 15;
  progress('Calls, levels and connections');
  const calls: (readonly CallFigures[])[] = [];
  for (const contender of contenders) calls.push(await measureCallsOf(world, contender));

  progress('Warm rotations');
  const warm = await measureWarm(
    world,
    contenders.map(
      ({ on }) =>
        (strategy) =>
          on(strategy),
    ),
    samples,
  );

  progress('Sign-in gap');
  const singles = contenders.map(({ on }) => on('single'));
  const gaps = await measureGap(world, singles, samples);

  const coldStarts = contenders.map(() => [] as Figures['coldStart'][number][]);
  for (const [index, node] of nodes.entries()) {
    progress(`Cold start, ${node}`);
    // A command has the Node that it has, so it is measured once, beside the first.
    const here = contenders.filter(({ isKeyturn }) => isKeyturn || index === 0);
    const figures = await measureColdStart(
      world,
      here.map(({ on }) => on('single', node)),
      node,
      2 * samples,
    );
    for (const [place, figure] of figures.entries()) {
      const contender = here[place];
      if (contender !== undefined) coldStarts[contenders.indexOf(contender)]?.push(figure);
    }
  }

  progress('Fleet');
  const fleets: Figures['fleet'][] = [];
  for (const { on } of contenders) {
    const size = { secrets: quick ? 16 : 50, atOnce: 8 };
    fleets.push(await measureFleet(world, on('alternating'), size));
  }

  return contenders.map((contender, index) => ({
    name: contender.name,
    calls: at(calls, index),
    warm: at(warm, index),
    gap: at(gaps, index),
    coldStart: at(coldStarts, index),
    fleet: at(fleets, index),
  }));
}

function at<T>(list: readonly T[], index: number): T {
  const value = list[index];
  if (value === undefined) throw new RangeError(`there is no figure ${index}`);
  return value;
}
