import type { CallHook } from '@keyturn/testkit/faults';
import {
  KeyturnError,
  ROTATION_STEPS,
  type RotationEngine,
  type RotationStep,
  type RotationStrategy,
} from '../../src/index.js';
import { RotationBench, SECRET } from '../support/rotation-bench.js';

/** What a rotation is worth to whoever reads AWSCURRENT: always, or not between setSecret and finishSecret. */
export interface WorldOptions {
  readonly strategy: () => RotationStrategy;
  readonly currentAlwaysAlive: boolean;
}

/** How often the service repeats a rotation that failed. */
const ATTEMPTS = 3;

/**
 * A secret, its database and everybody who acts on them, with the invariants checked after every port call. It
 * is the model and the system at once: what is allowed next is read off the labels.
 */
export class RotationWorld {
  readonly bench: RotationBench;
  readonly tokens: string[] = ['first'];
  /** Rotations that were given up since the last promotion; no more than five of their versions are looked at. */
  givenUp = 0;
  readonly #options: WorldOptions;
  #engine: RotationEngine;
  #finished = new Map<string, Set<RotationStep>>();
  #labels: RotationBench['labels'];
  /** Somebody else's doing has not been rotated away yet, so that nobody may sign in. */
  #disturbed = false;
  /** Somebody else has changed a password or a value, so that a rotation may be refused from now on. */
  #mayBeRefused = false;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.bench = new RotationBench({ strategy: options.strategy() });
    this.#labels = this.bench.labels;
    this.#engine = this.bench.engine(this.#watch);
  }

  /** The version that the service would drive on. */
  get underWay(): string | undefined {
    const { AWSPENDING, AWSCURRENT } = this.bench.labels;
    return AWSPENDING === AWSCURRENT ? undefined : AWSPENDING;
  }

  /** Starts a rotation, which turns rotation on. The service refuses that while one is under way. */
  begin(): string {
    const name = `t${this.tokens.length}`;
    this.tokens.push(name);
    this.bench.store.configure(SECRET, { rotationEnabled: true });
    this.bench.begin(name);
    this.#labels = this.bench.labels;
    return name;
  }

  /** Runs one step; what was finished before must not change anything. */
  async deliver(step: RotationStep, name: string, fault?: CallHook): Promise<unknown> {
    const replayed = this.#finished.get(name)?.has(step) ?? false;
    const before = this.bench.world();
    const { AWSCURRENT } = this.bench.labels;
    const engine = fault === undefined ? this.#engine : this.bench.engine(fault, this.#watch);
    const error = await this.bench.run(step, name, { engine }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (this.#violation !== undefined) throw this.#violation;
    if (replayed) expect(this.bench.world()).toEqual(before);
    expect(this.bench.database.openSessions).toBe(0);
    if (error === undefined) this.#finish(step, name, AWSCURRENT !== name);
    else if (!KeyturnError.is(error)) throw error as Error;
    else if (fault === undefined) expect(error.code).not.toBe('KEYTURN_UNEXPECTED');
    return error;
  }

  /** A new process: proofs and kept values are gone. */
  restart(): void {
    this.#engine = this.bench.engine(this.#watch);
  }

  /** Somebody else does something. */
  interfere(act: () => void): void {
    act();
    this.#disturbed = true;
    this.#mayBeRefused = true;
    this.#finished.clear();
    this.#labels = this.bench.labels;
  }

  /** An operator does something that harms nobody. */
  operate(act: () => void): void {
    act();
    this.#labels = this.bench.labels;
  }

  /**
   * Lets the service drive the rotation that is under way, then a fresh one. Both must complete; after somebody
   * else's doing they may be refused by an error that names the state.
   */
  async converge(): Promise<void> {
    this.bench.store.configure(SECRET, { rotationEnabled: true });
    await this.#drive(this.underWay);
    await this.#drive(this.begin());
  }

  async #drive(name: string | undefined): Promise<void> {
    if (name === undefined) return;
    let error: unknown;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      for (const step of ROTATION_STEPS) {
        error = await this.deliver(step, name);
        if (error !== undefined) break;
      }
      if (error === undefined) {
        expect(this.bench.labels).toMatchObject({ AWSCURRENT: name });
        expect(this.bench.isAlive(name)).toBe(true);
        return;
      }
    }
    if (!this.#mayBeRefused) throw error;
    expect((error as KeyturnError).code).toMatch(REFUSALS);
    this.operate(() => this.bench.store.removeLabel(SECRET, 'AWSPENDING'));
  }

  #finish(step: RotationStep, name: string, wasNew: boolean): void {
    const steps = this.#finished.get(name) ?? new Set();
    this.#finished.set(name, steps.add(step));
    if (step !== 'finishSecret') return;
    this.operate(() => this.bench.store.completeRotation(SECRET));
    if (!wasNew) return;
    this.givenUp = 0;
    // A proof is believed for a minute, in which others may change the password.
    if (this.bench.isAlive(name)) this.#disturbed = false;
    this.#checkInvariants();
  }

  readonly #watch: CallHook = {
    after: () => {
      try {
        this.#checkInvariants();
      } catch (error) {
        // The engine would take it for a failed call, and a fault is allowed to fail a step.
        this.#violation ??= error as Error;
      }
    },
  };
  #violation: Error | undefined;

  #checkInvariants(): void {
    const { bench } = this;
    const before = this.#labels;
    const labels = (this.#labels = bench.labels);
    const held = Object.values(bench.store.labels(SECRET)).flat();
    expect(held).toEqual([...new Set(held)]);
    expect(held).toContain('AWSCURRENT');
    if (labels.AWSCURRENT !== before.AWSCURRENT) {
      expect(labels.AWSPREVIOUS).toBe(before.AWSCURRENT);
    }
    if (this.#disturbed) return;
    if (labels.AWSCURRENT !== before.AWSCURRENT && !bench.isAlive(labels.AWSCURRENT ?? '')) {
      throw new Error('a dead version was promoted');
    }
    if (bench.alive.length === 0) throw new Error('locked out: no stored version signs in');
    if (this.#options.currentAlwaysAlive && !bench.isAlive(labels.AWSCURRENT ?? '')) {
      throw new Error('AWSCURRENT is dead');
    }
  }
}

/** What a rotation may end in after somebody else changed a password or a value. */
const REFUSALS =
  /^KEYTURN_(NO_PROOF_OF_OWNERSHIP|UNRELATED_USER|TARGET_MISMATCH|USER_MISMATCH|INVALID_SECRET|SUPERUSER_SECRET_UNFIT|PENDING_PASSWORD_UNFIT|DATABASE_UNREACHABLE|DATABASE_UNKNOWN)$/;
