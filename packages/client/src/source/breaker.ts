import { CLOSED, decideAdmission, openCircuit, type Circuit } from '../domain/circuit.js';
import { errorFrom, timeoutTemplate, type ErrorTemplate } from '../errors.js';
import type { Announcer } from './events.js';
import type { SourceSettings } from './options.js';

/** The circuit of a source: why it is open, and what those who come meanwhile are told. */
export class Breaker {
  readonly #settings: SourceSettings;
  readonly #announcer: Announcer;
  #circuit: Circuit = CLOSED;
  #reason: ErrorTemplate | undefined;

  constructor(settings: SourceSettings, announcer: Announcer) {
    this.#settings = settings;
    this.#announcer = announcer;
  }

  get isProbed(): boolean {
    return this.#circuit.kind === 'half-open';
  }

  /** Whether somebody who was let in before may go on. */
  letsPass(isProbe: boolean): boolean {
    return this.#circuit.kind === 'closed' || (this.isProbed && isProbe);
  }

  /** @returns whether the caller is the one who may try while everybody else is turned away. @throws CredentialError */
  admit(): boolean {
    const admission = decideAdmission(this.#circuit, this.#settings.clock.now());
    if (admission === 'turn-away') throw this.turnAway();
    if (admission === 'enter' || this.#circuit.kind !== 'open') return false;
    this.#circuit = { kind: 'half-open', openings: this.#circuit.openings };
    return true;
  }

  /** An error for one caller who is turned away. */
  turnAway(): Error {
    const { secretId } = this.#settings;
    this.#announcer.count('turnedAway');
    return errorFrom(this.#reason ?? timeoutTemplate(secretId, 0, 'the circuit is open'));
  }

  /**
   * Opens it, or opens it again after a probe that failed.
   * @param dismiss sends those away who wait, and tells how many
   */
  open(reason: ErrorTemplate | undefined, dismiss: (error: () => Error) => number): void {
    const { clock, circuit, secretId } = this.#settings;
    this.#reason = reason ?? this.#reason;
    const now = clock.now();
    const opened = openCircuit(this.#circuit, now, clock.random(), circuit);
    this.#circuit = opened;
    this.#announcer.count('circuitOpenings');
    const turnedAway = dismiss(() => this.turnAway());
    this.#announcer.emit({
      kind: 'circuit-opened',
      secretId,
      code: this.#reason?.code ?? 'KEYTURN_CREDENTIAL_TIMEOUT',
      pauseMs: opened.kind === 'open' ? opened.until - now : 0,
      turnedAway,
    });
  }

  /** Safe to repeat. */
  close(): void {
    if (this.#circuit.kind === 'closed') return;
    this.#circuit = CLOSED;
    this.#announcer.emit({ kind: 'circuit-closed', secretId: this.#settings.secretId });
  }
}
