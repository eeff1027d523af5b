import type { CallHook } from '@keyturn/testkit/faults';
import {
  KeyturnError,
  ROTATION_STEPS,
  type RotationEngine,
  type RotationStep,
  type RotationStrategy,
} from '../../src/index.js';
import { RotationFixture, SECRET } from '../support/rotation-fixture.js';

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
  readonly fixture: RotationFixture;
  readonly tokens: string[] = ['first'];
  /** Rotations that were given up since the last promotion; no more than five of their versions are looked at. */
  givenUp = 0;
  readonly #options: WorldOptions;
  #engine: RotationEngine;
  #finished = new Map<string, Set<RotationStep>>();
  #labels: RotationFixture['labels'];
  /** Somebody else's doing has not been rotated away yet, so that nobody may sign in. */
  #disturbed = false;
  /** Somebody else has changed a password or a value, so that a rotation may be refused from now on. */
  #mayBeRefused = false;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.fixture = new RotationFixture({ strategy: options.strategy() });
    this.#labels = this.fixture.labels;
    this.#engine = this.fixture.engine(this.#watch);
  }

  /** The version that the service would drive on. */
  get underWay(): string | undefined {
    const { AWSPENDING, AWSCURRENT } = this.fixture.labels;
    return AWSPENDING === AWSCURRENT ? undefined : AWSPENDING;
  }

  /** Starts a rotation, which turns rotation on. The service refuses that while one is under way. */
  begin(): string {
    const name = `t${this.tokens.length}`;
    this.tokens.push(name);
    this.fixture.store.configure(SECRET, { rotationEnabled: true });
    this.fixture.begin(name);
    this.#labels = this.fixture.labels;
    return name;
  }

  /** Runs one step; what was finished before must not change anything. */
  async deliver(step: RotationStep, name: string, fault?: CallHook): Promise<unknown> {
    const replayed = this.#finished.get(name)?.has(step) ?? false;
    const before = this.fixture.world();
    const { AWSCURRENT } = this.fixture.labels;
    const engine = fault === undefined ? this.#engine : this.fixture.engine(fault, this.#watch);
    const error = await this.fixture.run(step, name, { engine }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (this.#violation !== undefined) throw this.#violation;
    if (replayed) expect(this.fixture.world()).toEqual(before);
    expect(this.fixture.database.openSessions).toBe(0);
    // It may have died after it had changed the password, which setSecret takes back then.
    if (error !== undefined && step === 'finishSecret') this.#finished.delete(name);
    if (error === undefined) this.#finish(step, name, AWSCURRENT !== name);
    else if (!KeyturnError.is(error)) throw error as Error;
    else if (fault === undefined) expect(error.code).not.toBe('KEYTURN_UNEXPECTED');
    return error;
  }

  /** A new process: proofs and kept values are gone. */
  restart(): void {
    this.#engine = this.fixture.engine(this.#watch);
  }

  /** Somebody else does something. */
  interfere(act: () => void): void {
    act();
    this.#disturbed = true;
    this.#mayBeRefused = true;
    this.#finished.clear();
    this.#labels = this.fixture.labels;
  }

  /** An operator does something that harms nobody. */
  operate(act: () => void): void {
    act();
    this.#labels = this.fixture.labels;
  }

  /**
   * Lets the service drive the rotation that is under way, then a fresh one. Both must complete; after somebody
   * else's doing they may be refused by an error that names the state.
   */
  async converge(): Promise<void> {
    this.fixture.store.configure(SECRET, { rotationEnabled: true });
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
        expect(this.fixture.labels).toMatchObject({ AWSCURRENT: name });
        expect(this.fixture.isAlive(name)).toBe(true);
        return;
      }
    }
    if (!this.#mayBeRefused) throw error;
    expect((error as KeyturnError).code).toMatch(REFUSALS);
    this.operate(() => this.fixture.store.removeLabel(SECRET, 'AWSPENDING'));
  }

  #finish(step: RotationStep, name: string, wasNew: boolean): void {
    const steps = this.#finished.get(name) ?? new Set();
    this.#finished.set(name, steps.add(step));
    if (step !== 'finishSecret') return;
    this.operate(() => this.fixture.store.completeRotation(SECRET));
    if (!wasNew) return;
    this.givenUp = 0;
    // A proof is believed for a minute, in which others may change the password.
    if (this.fixture.isAlive(name)) this.#disturbed = false;
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
    const { fixture } = this;
    const before = this.#labels;
    const labels = (this.#labels = fixture.labels);
    const held = Object.values(fixture.store.labels(SECRET)).flat();
    expect(held).toEqual([...new Set(held)]);
    expect(held).toContain('AWSCURRENT');
    if (labels.AWSCURRENT !== before.AWSCURRENT) {
      expect(labels.AWSPREVIOUS).toBe(before.AWSCURRENT);
    }
    if (this.#disturbed) return;
    if (labels.AWSCURRENT !== before.AWSCURRENT && !fixture.isAlive(labels.AWSCURRENT ?? '')) {
      throw new Error('a dead version was promoted');
    }
    if (fixture.alive.length === 0) throw new Error('locked out: no stored version signs in');
    if (this.#options.currentAlwaysAlive && !fixture.isAlive(labels.AWSCURRENT ?? '')) {
      throw new Error('AWSCURRENT is dead');
    }
  }
}

/** What a rotation may end in after somebody else changed a password or a value. */
const REFUSALS =
  /^KEYTURN_(NO_PROOF_OF_OWNERSHIP|UNRELATED_USER|TARGET_MISMATCH|USER_MISMATCH|INVALID_SECRET|SUPERUSER_SECRET_UNFIT|PENDING_PASSWORD_UNFIT|DATABASE_UNREACHABLE|DATABASE_UNKNOWN)$/;
