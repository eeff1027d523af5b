import type { ClientClock, Credential } from '@keyturn/client';

/** What a server did with one sign-in. */
export interface SignInRecord {
  readonly user: string;
  readonly password: string;
  readonly startedAt: number;
  readonly answeredAt: number;
  readonly answer: 'accepted' | 'refused' | 'locked';
}

const LOCK_AFTER = 5;

/** A database server that checks passwords at the end of a sign-in's time, and locks users as Redshift does. */
export class FakeServer {
  readonly log: SignInRecord[] = [];
  /** The most sign-ins of one user and password that were under way at a time. */
  mostAtOnce = 0;
  /** How long it takes to answer, in milliseconds. */
  latencyMs: number;
  /** Thrown instead of an answer, while it is set. */
  failure: unknown;
  readonly #clock: ClientClock;
  readonly #passwords = new Map<string, string>();
  readonly #failures = new Map<string, number>();
  readonly #underWay = new Map<string, number>();

  constructor(clock: ClientClock, latencyMs = 10) {
    this.#clock = clock;
    this.latencyMs = latencyMs;
  }

  setPassword(user: string, password: string): void {
    this.#passwords.set(user, password);
  }

  get refusals(): readonly SignInRecord[] {
    return this.log.filter(({ answer }) => answer !== 'accepted');
  }

  get lockedUsers(): readonly string[] {
    return [...this.#failures].filter(([, count]) => count >= LOCK_AFTER).map(([user]) => user);
  }

  readonly signIn = async ({ user, password }: Credential): Promise<string> => {
    const text = password.reveal();
    const key = `${user}:${text}`;
    const startedAt = this.#clock.now();
    const underWay = (this.#underWay.get(key) ?? 0) + 1;
    this.#underWay.set(key, underWay);
    this.mostAtOnce = Math.max(this.mostAtOnce, underWay);
    await this.#clock.sleep(this.latencyMs);
    this.#underWay.set(key, (this.#underWay.get(key) ?? 1) - 1);
    if (this.failure !== undefined) throw this.failure as Error;

    const failures = this.#failures.get(user) ?? 0;
    const isLocked = failures >= LOCK_AFTER;
    const isRight = this.#passwords.get(user) === text;
    const answer = isLocked ? 'locked' : isRight ? 'accepted' : 'refused';
    this.#failures.set(user, answer === 'accepted' ? 0 : failures + 1);
    this.log.push({ user, password: text, startedAt, answeredAt: this.#clock.now(), answer });
    if (answer !== 'accepted') throw refusal(user);
    return user;
  };
}

/** What `pg` throws for a wrong password. */
export function refusal(user: string): Error {
  const message = `password authentication failed for user "${user}"`;
  return Object.assign(new Error(message), { severity: 'FATAL', code: '28P01' });
}
