import { fullJitter } from '../domain/backoff.js';
import { classifySignInError, type SignInVerdict } from '../domain/classify-sign-in-error.js';
import type { Credential } from '../domain/credential.js';
import { decidePresentation } from '../domain/decide-presentation.js';
import { errorFrom, timeoutTemplate, type ErrorTemplate } from '../errors.js';
import { Breaker } from './breaker.js';
import type { CredentialSource, SignInAttempt, SignInOptions } from './credential-source.js';
import {
  Announcer,
  type CredentialCounters,
  type CredentialListener,
  type RefreshReason,
} from './events.js';
import { Holder, newLane } from './holder.js';
import { RefusalMemory, type Lane } from './memory.js';
import {
  parseSourceOptions,
  refuseOption,
  type CredentialSourceOptions,
  type SourceSettings,
} from './options.js';
import { searchCredential } from './search.js';
import { WaitingLine } from './waiting-line.js';

/**
 * Makes the one place in a process that knows the credential of a secret. Nothing is read before it is needed, and no
 * timer runs unless somebody waits.
 * @throws InvalidInputError `KEYTURN_INVALID_SETTING` that names the option
 * @example
 * const source = createCredentialSource({ secretId: 'orders', reader: secretsManagerReader() });
 * const pool = createSecretPool({ source, max: 10 });
 */
export function createCredentialSource(options: CredentialSourceOptions): CredentialSource {
  const settings = parseSourceOptions(options);
  const announcer = new Announcer();
  if (options.onEvent !== undefined) announcer.subscribe(options.onEvent);
  return new Source(settings, announcer);
}

type Refused = Extract<SignInVerdict, { readonly sqlState: string }>;

interface Deadline {
  /** As it was given, in milliseconds. */
  readonly ms: number;
  /** In epoch milliseconds. */
  readonly at: number;
}

class Source implements CredentialSource {
  readonly #settings: SourceSettings;
  readonly #announcer: Announcer;
  readonly #memory: RefusalMemory;
  readonly #holder: Holder;
  readonly #breaker: Breaker;
  /** Those who want to sign in, and those who only want to know the credential. */
  readonly #signers: WaitingLine<Lane>;
  readonly #askers: WaitingLine<Credential>;
  #searching = false;

  constructor(settings: SourceSettings, announcer: Announcer) {
    this.#settings = settings;
    this.#announcer = announcer;
    this.#memory = new RefusalMemory(settings);
    this.#holder = new Holder(settings, announcer);
    this.#breaker = new Breaker(settings, announcer);
    this.#signers = new WaitingLine(settings.clock);
    this.#askers = new WaitingLine(settings.clock);
  }

  get secretId(): string {
    return this.#settings.secretId;
  }

  async signIn<T>(attempt: SignInAttempt<T>, options: SignInOptions = {}): Promise<T> {
    const { clock, backoff } = this.#settings;
    const deadline = this.#deadline(options);
    return this.#admitted(async (isProbe) => {
      for (let tries = 0; ; tries++) {
        if (tries > 0) this.#announcer.count('retries');
        const lane = await this.#turn(deadline, isProbe);
        const outcome = await this.#attempt(lane, attempt, deadline.at);
        if (outcome.kind === 'done') return outcome.result;
        if (outcome.kind === 'failed') throw outcome.error;
        if (outcome.kind === 'busy') {
          const pauseMs = fullJitter(tries, clock.random(), backoff);
          if (clock.now() + pauseMs >= deadline.at) throw outcome.error;
          await clock.sleep(pauseMs);
        }
      }
    });
  }

  async credential(options: SignInOptions = {}): Promise<Credential> {
    const deadline = this.#deadline(options);
    return this.#admitted(async (isProbe) => {
      const turn = this.#askers.join(deadline.at, () => this.#late(deadline.ms));
      this.#pump();
      const credential = await turn;
      // The caller signs in by itself and reports refusals alone, so that a new credential has to be enough.
      if (isProbe) this.#breaker.close();
      return credential;
    });
  }

  peek(): Credential | undefined {
    return this.#holder.lane?.credential;
  }

  reportFailure(credential: Credential, error: unknown): boolean {
    const verdict = classifySignInError(error);
    if (verdict.kind !== 'refused' && verdict.kind !== 'user-refused') return false;
    this.#refused(this.#holder.laneOf(credential) ?? newLane(credential, false), verdict);
    this.#pump();
    return true;
  }

  forgetRefusals(): void {
    this.#memory.forget();
    this.#breaker.close();
    this.#pump();
  }

  subscribe(listener: CredentialListener): () => void {
    return this.#announcer.subscribe(listener);
  }

  counters(): CredentialCounters {
    return this.#announcer.counters();
  }

  #deadline({ deadlineMs = this.#settings.deadlineMs }: SignInOptions): Deadline {
    if (!(deadlineMs > 0 && deadlineMs < 2 ** 31)) {
      refuseOption('deadlineMs', 'a number of milliseconds from 1');
    }
    return { ms: deadlineMs, at: this.#settings.clock.now() + deadlineMs };
  }

  /** Does `work` unless the circuit is open. The one who probes it leaves it closed or open, not in between. */
  async #admitted<T>(work: (isProbe: boolean) => Promise<T>): Promise<T> {
    const isProbe = this.#breaker.admit();
    try {
      return await work(isProbe);
    } finally {
      if (isProbe && this.#breaker.isProbed) this.#open(undefined);
    }
  }

  /** Waits for the moment at which this caller may sign in. */
  #turn(deadline: Deadline, isProbe: boolean): Promise<Lane> {
    if (!this.#breaker.letsPass(isProbe)) return Promise.reject(this.#breaker.turnAway());
    const turn = this.#signers.join(deadline.at, () => this.#late(deadline.ms));
    this.#pump();
    return turn;
  }

  async #attempt<T>(lane: Lane, attempt: SignInAttempt<T>, deadlineAt: number) {
    const { clock } = this.#settings;
    const { credential } = lane;
    let isOpen = true;
    const settle = (note: () => void) => {
      if (!isOpen) return;
      isOpen = false;
      callOff();
      this.#holder.end(lane);
      note();
      this.#pump();
    };
    const nothing = () => {};
    // An attempt that outlives its deadline must not keep everybody else waiting for ever.
    const left = Math.max(0, deadlineAt - clock.now());
    const callOff = clock.after(left, () => settle(nothing), false);
    const accepted = () => settle(() => this.#accepted(lane));
    try {
      const result = await attempt(credential, { accepted, deadlineAt });
      accepted();
      return { kind: 'done', result } as const;
    } catch (error) {
      const verdict: SignInVerdict = isOpen ? classifySignInError(error) : { kind: 'other' };
      switch (verdict.kind) {
        case 'refused':
        case 'user-refused':
          settle(() => this.#refused(lane, verdict));
          return { kind: 'refused' } as const;
        case 'busy':
          settle(nothing);
          return { kind: 'busy', error } as const;
        case 'other':
          settle(nothing);
          return { kind: 'failed', error } as const;
      }
    }
  }

  #accepted(lane: Lane): void {
    this.#announcer.count('accepted');
    lane.proven = true;
    this.#memory.noteAccepted();
    if (this.#holder.lane !== lane) return;
    const incident = this.#memory.endIncident();
    this.#breaker.close();
    if (incident === undefined) return;
    this.#announcer.count('recoveries');
    const { secretId } = this;
    const { versionId, label } = lane.credential;
    const durationMs = this.#settings.clock.now() - incident.startedAt;
    const { refusals } = incident;
    this.#announcer.emit({ kind: 'recovered', secretId, versionId, label, durationMs, refusals });
  }

  #refused(lane: Lane, verdict: Refused): void {
    const isHeld = this.#holder.lane === lane;
    this.#memory.noteRefusal(lane, verdict, isHeld);
    if (isHeld) this.#holder.drop();
    this.#announcer.count('refusals');
    const { secretId } = this;
    const { versionId, label, user } = lane.credential;
    const { sqlState } = verdict;
    this.#announcer.emit({ kind: 'refused', secretId, versionId, label, user, sqlState });
  }

  /** Lets go whoever may go, and reads the secret if somebody waits for that. */
  #pump(): void {
    while (this.#signers.length + this.#askers.length > 0) {
      const { lane, freshness, state } = this.#holder;
      const isUsable = lane !== undefined && state !== 'refresh-first';
      if (isUsable && this.#askers.length > 0) {
        if (state === 'refresh-behind' && !this.#searching) void this.#search('age');
        this.#askers.serve(lane.credential);
        continue;
      }
      if (isUsable && this.#signers.length === 0) return;
      const step = decidePresentation({
        held: lane && freshness && { ...lane, freshness },
        reading: this.#searching,
        atOnce: this.#settings.signInsAtOnce,
        now: this.#settings.clock.now(),
      });
      if (step.kind === 'wait') return;
      if (step.kind === 'read' || lane === undefined) {
        void this.#search(this.#reason());
        return;
      }
      if (step.refresh) void this.#search('age');
      this.#holder.begin(lane);
      this.#announcer.count('signIns');
      this.#signers.serve(lane);
    }
  }

  #reason(): RefreshReason {
    if (this.#breaker.isProbed) return 'probe';
    if (this.#memory.incident !== undefined) return 'refusal';
    return this.#holder.hadOne ? 'age' : 'first';
  }

  async #search(reason: RefreshReason): Promise<void> {
    const { clock } = this.#settings;
    this.#searching = true;
    const startedAt = clock.now();
    const outcome = await searchCredential(
      {
        settings: this.#settings,
        memory: this.#memory,
        announcer: this.#announcer,
        held: () => this.peek(),
        isAwaited: () => this.#signers.length + this.#askers.length > 0,
      },
      reason,
    );
    this.#searching = false;
    switch (outcome.kind) {
      case 'found': {
        const afterRefusal = this.#memory.incident !== undefined;
        const durationMs = clock.now() - startedAt;
        this.#holder.take(outcome.credential, { reason, durationMs, afterRefusal });
        break;
      }
      case 'keep':
        this.#holder.keep(outcome.failed);
        break;
      case 'failed':
        this.#open(outcome.template);
        break;
    }
    this.#pump();
  }

  #open(template: ErrorTemplate | undefined): void {
    this.#breaker.open(
      template,
      (error) => this.#signers.dismiss(error) + this.#askers.dismiss(error),
    );
  }

  #late(deadlineMs: number): Error {
    this.#announcer.count('timeouts');
    const underWay = this.#holder.lane?.inFlight ?? 0;
    const waitedFor = this.#searching
      ? 'Secrets Manager was being read'
      : `${underWay} sign-ins with it were under way and had no answer`;
    return errorFrom(timeoutTemplate(this.secretId, deadlineMs, waitedFor));
  }
}
