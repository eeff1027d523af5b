import { AWSCURRENT } from '@keyturn/core';
import { countingPasswords } from '@keyturn/testkit/fakes';
import { runInterleaved, withCallPoints, type CallHook } from '@keyturn/testkit/faults';
import { afterEveryCall } from '../hooks/inject-fault.js';
import { MemoryWorld, type MemorySnapshot } from '../worlds/memory-world.js';
import {
  rotate,
  runSteps,
  startProcesses,
  type FunctionProcess,
  type Lifetime,
} from '../worlds/rotate.js';
import { tokenOf } from '../worlds/tokens.js';
import {
  anySignsIn,
  currentSignsIn,
  endedWell,
  versionWith,
  type NamedStrategy,
  type StrategyName,
} from '../worlds/world.js';

/**
 * Token A makes `i` turns, then an operator takes AWSPENDING off it and starts a rotation with token B; B makes `j`
 * turns, then A runs to its end, then B does. A turn is a port call, or several made in parallel.
 */
export interface TwoTokenSchedule {
  readonly i: number;
  readonly j: number;
}

/** What came of one schedule. */
export interface TwoTokenResult extends TwoTokenSchedule {
  readonly strategy: StrategyName;
  readonly lifetime: Lifetime;
  /** Whose version is AWSCURRENT at the end. */
  readonly current: 'A' | 'B' | 'neither';
  /** B's rotation completed, with the service's retries. */
  readonly completed: boolean;
  /** How often B had to be tried again. */
  readonly retries: number;
  readonly currentDead: boolean;
  readonly lockedOut: boolean;
  readonly healedByNext: boolean;
  /** Turns after which no stored version signed in. */
  readonly nobodyIn: number;
  /** Spans in which AWSCURRENT did not sign in: the turn that began it and the turns until the one that ended it. */
  readonly deadSpans: readonly DeadSpan[];
  /** The codes of the errors on the way. */
  readonly errors: readonly string[];
}

/** Named like `A setPassword`. */
export interface DeadSpan {
  readonly began: string;
  /** Turns between the one that began it and the one that ended it. */
  readonly between: readonly string[];
  /** Undefined where it lasted to the end. */
  readonly ended: string | undefined;
}

const A = tokenOf('token-a');
const B = tokenOf('token-b');

/**
 * Runs one schedule and then one more rotation.
 * @returns undefined where A has not `i` turns, or B not `j` at that point.
 */
export async function runTwoTokens(
  { name, strategy }: NamedStrategy,
  start: MemorySnapshot,
  { i, j }: TwoTokenSchedule,
  lifetime: Lifetime,
): Promise<TwoTokenResult | undefined> {
  const world = new MemoryWorld(start);
  await world.stage(A);
  const errors: string[] = [];
  let turnCalls: string[] = [];
  const open = (who: string, seed: number, hook?: CallHook): FunctionProcess =>
    startProcesses(
      world,
      {
        strategy,
        passwords: countingPasswords(seed),
        hooks: [
          afterEveryCall(({ method }) => void turnCalls.push(`${who} ${method}`)),
          ...(hook === undefined ? [] : [hook]),
        ],
      },
      lifetime,
    );
  const running = { A: true, B: true };
  let completed = false;
  let retries = 0;
  const runA = async (hook: CallHook): Promise<void> => {
    const { end } = await runSteps(open('A', 1, hook), A);
    if (end !== 'succeeded') errors.push(`A ${end.code}`);
    running.A = false;
  };
  const runOperator = async (hook: CallHook): Promise<void> => {
    const operator = {
      startOver: async () => {
        await world.clearPending();
        await world.stage(B);
      },
    };
    await withCallPoints(operator, hook).startOver();
  };
  const runB = async (hook: CallHook): Promise<void> => {
    const end = await rotate(world, open('B', 100, hook), B);
    errors.push(...end.failures.map(({ code }) => `B ${code}`));
    completed = end.completed;
    retries = end.failures.length;
    running.B = false;
  };

  const history: Moment[] = [];
  let possible = true;
  function* schedule(): Generator<number> {
    const turn = function* (task: number): Generator<number> {
      turnCalls = [];
      yield task;
      const picture = world.lookNow();
      const turnName = turnCalls.join(' + ') || 'operator';
      history.push({
        turn: turnName,
        alive: currentSignsIn(picture),
        anybody: anySignsIn(picture),
      });
    };
    for (let n = 0; n < i && (possible &&= running.A); n++) yield* turn(0);
    yield* turn(1);
    for (let n = 0; n < j && (possible &&= running.B); n++) yield* turn(2);
    while (running.A) yield* turn(0);
    while (running.B) yield* turn(2);
  }
  await runInterleaved([runA, runOperator, runB], schedule());
  if (!possible) return undefined;

  const picture = world.lookNow();
  const last = tokenOf('next');
  await world.clearPending();
  await world.stage(last);
  const next = await rotate(world, open('next', 1_000), last);
  errors.push(...next.failures.map(({ code }) => `next ${code}`));
  const healedByNext =
    next.completed && endedWell(world.lookNow(), last, name) && (await world.samePermissions());
  const currentDead = !currentSignsIn(picture);
  const current = versionWith(picture, AWSCURRENT)?.versionId;
  return {
    i,
    j,
    strategy: name,
    lifetime,
    current: current === A ? 'A' : current === B ? 'B' : 'neither',
    completed,
    retries,
    currentDead,
    lockedOut: !anySignsIn(picture) || (currentDead && !healedByNext),
    healedByNext,
    nobodyIn: history.filter(({ anybody }) => !anybody).length,
    deadSpans: spansOf(history),
    errors,
  };
}

interface Moment {
  /** The turn that led to it. */
  readonly turn: string;
  readonly alive: boolean;
  readonly anybody: boolean;
}

function spansOf(history: readonly Moment[]): readonly DeadSpan[] {
  const spans: DeadSpan[] = [];
  let open: { began: string; between: string[] } | undefined;
  for (const { turn, alive } of history) {
    if (open === undefined) {
      if (!alive) open = { began: turn, between: [] };
    } else if (alive) {
      spans.push({ ...open, ended: turn });
      open = undefined;
    } else {
      open.between.push(turn);
    }
  }
  return open === undefined ? spans : [...spans, { ...open, ended: undefined }];
}

/** Every schedule there is. */
export async function* exploreTwoTokens(
  strategy: NamedStrategy,
  start: MemorySnapshot,
  lifetime: Lifetime,
): AsyncGenerator<TwoTokenResult> {
  for (let i = 0; ; i++) {
    for (let j = 0; ; j++) {
      const result = await runTwoTokens(strategy, start, { i, j }, lifetime);
      if (result !== undefined) yield result;
      else if (j === 0) return;
      else break;
    }
  }
}

/** What left AWSCURRENT dead: a password that was set too late, or a label that was moved too late. */
export type SpanCause = 'a late ALTER' | 'a late promotion';

/** Which of the two it was. */
export function spanCause({ began }: DeadSpan): SpanCause {
  return began.includes('moveLabel') ? 'a late promotion' : 'a late ALTER';
}

/**
 * The most port calls that AWSCURRENT may be dead for, alternating. After a late promotion one of them finds out whether
 * AWSCURRENT signs in, since no other version of its user is tried while it does.
 */
const MOST_CALLS: Record<SpanCause, number> = { 'a late ALTER': 3, 'a late promotion': 5 };

/** The targets that a result misses, in words. */
export function missedByTokens(result: TwoTokenResult, rotation: string): readonly string[] {
  const missed: string[] = [];
  if (result.lockedOut) missed.push('locked out');
  if (!result.healedByNext) missed.push('not healed by the next rotation');
  if (result.currentDead) missed.push('AWSCURRENT dead');
  if (result.nobodyIn > 0) missed.push('nobody could sign in for a moment');
  if (result.strategy === 'alternating users') {
    for (const span of result.deadSpans) {
      const calls = span.between.length;
      if (calls > MOST_CALLS[spanCause(span)]) missed.push(`AWSCURRENT dead for ${calls} calls`);
    }
  }
  const { strategy, lifetime, i, j, errors } = result;
  const where = `${strategy}, ${rotation} rotation, ${lifetime}, A^${i} B^${j} A* B*`;
  return missed.map((what) => `${what}: ${where} (${errors.join(', ')})`);
}
