import { Sensitive } from '@keyturn/core';
import { drawPassword, type PasswordPolicy, type PasswordSource } from '@keyturn/core/adapter';
import { seededRandom } from './seeded-random.js';

/**
 * Gives the passwords of a list, one after the other, whatever the policy. Throws `TypeError` after the last.
 *
 * @example
 * const passwords = new FixedPasswords(['Baaaaaa1', 'Baaaaaa2']);
 */
export class FixedPasswords implements PasswordSource {
  readonly #left: string[];

  constructor(passwords: readonly string[]) {
    this.#left = [...passwords];
  }

  async generate(): Promise<Sensitive> {
    const next = this.#left.shift();
    if (next === undefined) throw new TypeError('there is no password left');
    return new Sensitive(next);
  }
}

/** Gives passwords that meet any policy, all different and the same in every run. */
export function countingPasswords(firstSeed = 1): PasswordSource {
  let seed = firstSeed;
  return {
    async generate(policy: PasswordPolicy) {
      const random = seededRandom(seed++);
      return new Sensitive(drawPassword(policy, (n) => Math.floor(random() * n)));
    },
  };
}
