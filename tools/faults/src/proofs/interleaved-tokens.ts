import { AWSCURRENT, AWSPENDING, ROTATION_STEPS } from '@keyturn/core';
import { countingPasswords } from '@keyturn/testkit/fakes';
import {
  exploreInterleavings,
  withCallPoints,
  type CallHook,
  type ExplorationReport,
} from '@keyturn/testkit/faults';
import { MemoryWorld, type MemorySnapshot } from '../worlds/memory-world.js';
import { rotate, runSteps, startProcess, type FunctionProcess } from '../worlds/rotate.js';
import { tokenOf } from '../worlds/tokens.js';
import {
  anySignsIn,
  currentSignsIn,
  endedWell,
  versionWith,
  type NamedStrategy,
} from '../worlds/world.js';

/** What came of all schedules. */
export interface InterleavedTokensResult extends ExplorationReport {
  /** How many ended with a version of which token as AWSCURRENT. */
  readonly current: Readonly<Record<'A' | 'B', number>>;
  readonly dead: number;
  readonly lockouts: number;
  readonly healed: number;
  /** Schedules that missed a target, each with what came of it. */
  readonly wrong: readonly string[];
}

const A = tokenOf('token-a');
const B = tokenOf('token-b');

/**
 * Every interleaving of a rotation A, and of an operator who takes AWSPENDING off it and starts a rotation B. In the
 * end the service tries the token again that AWSPENDING is on, be it A, whose PutSecretValue may have taken it back.
 * Where finishSecret changes the password, A has come that far when it begins: all orders of all steps take too long, and
 * the schedules of two-tokens.ts have the earlier steps of A.
 */
export async function interleaveTokens(
  { name, strategy }: NamedStrategy,
  start: MemorySnapshot,
): Promise<InterleavedTokensResult> {
  const current = { A: 0, B: 0 };
  let dead = 0;
  let lockouts = 0;
  let healed = 0;
  const wrong: string[] = [];
  const report = await exploreInterleavings(async () => {
    const world = new MemoryWorld(start);
    await world.stage(A);
    const from = name === 'single user' ? 'finishSecret' : 'createSecret';
    for (const step of ROTATION_STEPS.slice(0, ROTATION_STEPS.indexOf(from))) {
      await startProcess(world, { strategy, passwords: countingPasswords(1) }).run(step, A);
    }
    const errors: string[] = [];
    const open = (seed: number, hook: CallHook = {}): FunctionProcess =>
      startProcess(world, { strategy, passwords: countingPasswords(seed), hooks: [hook] });
    const note = (who: string, failures: readonly { readonly code: string }[]): void =>
      void errors.push(...failures.map(({ code }) => `${who} ${code}`));
    return {
      tasks: [
        async (hook: CallHook) => {
          const { end } = await runSteps(open(1, hook), A, from);
          if (end !== 'succeeded') note('A', [end]);
        },
        async (hook: CallHook) => {
          await withCallPoints(operatorOf(world), hook).startOver();
          note('B', (await rotate(world, open(100, hook), B)).failures);
        },
      ],
      state: () => world.snapshot(),
      async check({ turns }: { readonly turns: readonly number[] }) {
        const pending = versionWith(world.lookNow(), AWSPENDING);
        if (pending !== undefined && !pending.labels.includes(AWSCURRENT)) {
          note('again', (await rotate(world, open(200), pending.versionId)).failures);
        }
        const picture = world.lookNow();
        const last = tokenOf('next');
        await world.clearPending();
        await world.stage(last);
        const next = await rotate(world, open(1_000), last);
        note('next', next.failures);
        const isHealed = next.completed && endedWell(world.lookNow(), last, name);
        const isDead = !currentSignsIn(picture);
        const holder = versionWith(picture, AWSCURRENT)?.versionId;
        if (holder === A) current.A += 1;
        if (holder === B) current.B += 1;
        dead += Number(isDead);
        lockouts += Number(!anySignsIn(picture) || (isDead && !isHealed));
        healed += Number(isHealed);
        if (isDead || !isHealed) wrong.push(`[${turns.join('')}] ${errors.join(', ')}`);
      },
    };
  });
  return { ...report, current, dead, lockouts, healed, wrong };
}

function operatorOf(world: MemoryWorld): { startOver(): Promise<void> } {
  return {
    async startOver() {
      await world.clearPending();
      await world.stage(B);
    },
  };
}
