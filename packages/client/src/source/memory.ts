import type { Credential } from '../domain/credential.js';
import { isSameCredential } from '../domain/credential.js';
import type { SignInVerdict } from '../domain/classify-sign-in-error.js';
import { fullBudget, mayRisk, spendRefusal, type RefusalBudget } from '../domain/refusal-budget.js';
import type { SourceSettings } from './options.js';

/** From the first refusal to the next accepted sign-in. */
export interface Incident {
  readonly startedAt: number;
  refusals: number;
  /** AWSCURRENT as it was read after the first refusal has been refused too. */
  freshCurrentRefused: boolean;
  userRefused: boolean;
  sqlState: string;
}

/** One credential and the sign-ins with it. */
export interface Lane {
  credential: Credential;
  inFlight: number;
  /** A sign-in with it was accepted. */
  proven: boolean;
  /** It was read after a refusal, so that it is what the secret says now. */
  readonly learntAfterRefusal: boolean;
}

/** More than a process meets in a year of rotations every hour. */
const MOST_REFUSED = 10_000;

/** What a source remembers about refusals. */
export class RefusalMemory {
  readonly #settings: SourceSettings;
  #refused: Credential[] = [];
  #budget: RefusalBudget;
  #incident: Incident | undefined;
  #epoch = 0;

  constructor(settings: SourceSettings) {
    this.#settings = settings;
    this.#budget = fullBudget(settings.refusalBudget, settings.clock.now());
  }

  /** Grows with each refusal: what was read before one says nothing about what to present after it. */
  get epoch(): number {
    return this.#epoch;
  }

  get incident(): Incident | undefined {
    return this.#incident;
  }

  get refused(): readonly Credential[] {
    return this.#refused;
  }

  /** Whether a credential that may be refused can be presented without coming near a lock. */
  mayRisk(): boolean {
    const { refusalBudget, clock } = this.#settings;
    return mayRisk(this.#budget, refusalBudget, clock.now());
  }

  /** @param isHeld it is the credential of the moment, not one that was given up meanwhile */
  noteRefusal(
    lane: Lane,
    verdict: Extract<SignInVerdict, { readonly sqlState: string }>,
    isHeld: boolean,
  ): void {
    const { refusalBudget, clock } = this.#settings;
    const now = clock.now();
    this.#epoch++;
    this.#budget = spendRefusal(this.#budget, refusalBudget, now);
    if (!this.#refused.some((known) => isSameCredential(known, lane.credential))) {
      this.#refused = [...this.#refused.slice(1 - MOST_REFUSED), lane.credential];
    }
    const { sqlState } = verdict;
    if (isHeld) {
      this.#incident ??= {
        startedAt: now,
        refusals: 0,
        freshCurrentRefused: false,
        userRefused: false,
        sqlState,
      };
    }
    const incident = this.#incident;
    if (incident === undefined) return;
    incident.refusals++;
    incident.sqlState = sqlState;
    incident.userRefused ||= isHeld && verdict.kind === 'user-refused';
    incident.freshCurrentRefused ||=
      lane.learntAfterRefusal && lane.credential.label === 'AWSCURRENT';
  }

  /** The server counts from the beginning after a sign-in. */
  noteAccepted(): void {
    const { refusalBudget, clock } = this.#settings;
    this.#budget = fullBudget(refusalBudget, clock.now());
  }

  /** @returns the incident that is over, if there was one */
  endIncident(): Incident | undefined {
    const incident = this.#incident;
    this.#incident = undefined;
    return incident;
  }

  forget(): void {
    this.#refused = [];
    this.#incident = undefined;
    this.noteAccepted();
  }
}
