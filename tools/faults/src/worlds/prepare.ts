import { alternatingUsers, singleUser } from '@keyturn/core';
import { countingPasswords } from '@keyturn/testkit/fakes';
import { rotate, startProcess } from './rotate.js';
import { tokenOf } from './tokens.js';
import type { NamedStrategy, World } from './world.js';

/** Both strategies, and the one option that changes the order of things. */
export const STRATEGIES: readonly NamedStrategy[] = [
  { name: 'single user', strategy: singleUser() },
  {
    name: 'single user, changed in setSecret',
    strategy: singleUser({ changeIn: 'setSecret' }),
  },
  { name: 'alternating users', strategy: alternatingUsers() },
];

/** Which rotation of a secret is looked at; a later one has rotations behind it, and an unlabelled version. */
export const ROTATIONS = ['first', 'later'] as const;

/** One of {@link ROTATIONS}. */
export type WhichRotation = (typeof ROTATIONS)[number];

/** How many rotations lie behind each. */
const BEFORE: Record<WhichRotation, number> = { first: 0, later: 2 };

/** Brings a fresh world to where the rotation in question begins. */
export async function prepare<W extends World>(
  world: W,
  { strategy }: NamedStrategy,
  which: WhichRotation,
): Promise<W> {
  const process = startProcess(world, { strategy, passwords: countingPasswords(1_000) });
  for (let n = 1; n <= BEFORE[which]; n++) {
    const token = tokenOf(`earlier-${n}`);
    await world.stage(token);
    const { completed, failures } = await rotate(world, process, token);
    if (!completed) throw failures[0] ?? new Error('the earlier rotation did not complete');
  }
  return world;
}
