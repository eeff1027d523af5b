import {
  judgeSignIn,
  NEVER_FAILED,
  type LockRule,
  type LockState,
  type LockVerdict,
} from '../../fakes/lock-rule.js';

/** What a gate remembers of the users behind it. */
export class LockBook {
  rule: LockRule;
  readonly #exempt: ReadonlySet<string>;
  readonly #states = new Map<string, LockState>();
  #refused = new Map<string, number>();

  constructor(rule: LockRule, exempt: readonly string[]) {
    this.rule = rule;
    this.#exempt = new Set(exempt);
  }

  /** Counts a sign-in and gives its answer. */
  judge(user: string, right: boolean): LockVerdict {
    if (!right) this.#refused.set(user, (this.#refused.get(user) ?? 0) + 1);
    if (this.#exempt.has(user)) return right ? 'accepted' : 'wrong-password';
    const { verdict, state } = judgeSignIn(this.rule, this.stateOf(user), right);
    this.#states.set(user, state);
    return verdict;
  }

  stateOf(user: string): LockState {
    return this.#states.get(user) ?? NEVER_FAILED;
  }

  /** Everybody of whom something is remembered. */
  get users(): readonly (readonly [string, LockState])[] {
    return [...this.#states];
  }

  /** `ALTER USER ... NOLOGIN`, as an administrator would. */
  lock(user: string): void {
    this.#states.set(user, { ...this.stateOf(user), locked: 'manual' });
  }

  unlock(user: string): void {
    this.#states.set(user, NEVER_FAILED);
  }

  /** Wrong passwords that were ever presented for a user, however the count in a row went. */
  wrongPasswords(user: string): number {
    return this.#refused.get(user) ?? 0;
  }
}
