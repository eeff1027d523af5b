import type { ErrorCode } from '@keyturn/core';
import type { CredentialLabel } from '../domain/credential.js';

/** Why the secret was read. */
export type RefreshReason = 'first' | 'age' | 'refusal' | 'probe';

/** What happens to a credential source. No event holds a secret. */
export type CredentialEvent =
  /** The secret was read, and there is a credential to present. */
  | {
      readonly kind: 'refreshed';
      readonly secretId: string;
      readonly reason: RefreshReason;
      readonly versionId: string;
      readonly label: CredentialLabel;
      readonly durationMs: number;
    }
  /** Reading failed; a credential that is known goes on being used. */
  | {
      readonly kind: 'refresh-failed';
      readonly secretId: string;
      readonly reason: RefreshReason;
      readonly code: ErrorCode;
    }
  /** Another credential is presented from now on. */
  | {
      readonly kind: 'changed';
      readonly secretId: string;
      readonly versionId: string;
      readonly label: CredentialLabel;
      readonly user: string;
      readonly userChanged: boolean;
    }
  /** The server refused a sign-in. */
  | {
      readonly kind: 'refused';
      readonly secretId: string;
      readonly versionId: string;
      readonly label: CredentialLabel;
      readonly user: string;
      readonly sqlState: string;
    }
  /** The first sign-in after a refusal was accepted. */
  | {
      readonly kind: 'recovered';
      readonly secretId: string;
      readonly versionId: string;
      readonly label: CredentialLabel;
      readonly durationMs: number;
      readonly refusals: number;
    }
  | {
      readonly kind: 'circuit-opened';
      readonly secretId: string;
      readonly code: ErrorCode;
      /** Milliseconds until one caller may try. */
      readonly pauseMs: number;
      readonly turnedAway: number;
    }
  | { readonly kind: 'circuit-closed'; readonly secretId: string };

/** Is told what happens. What it throws is ignored. */
export type CredentialListener = (event: CredentialEvent) => void;

/** Counts since the source was made. */
export interface CredentialCounters {
  /** GetSecretValue calls, or what stands for them. */
  readonly reads: number;
  /** DescribeSecret calls, for NextRotationDate. */
  readonly descriptions: number;
  /** Reads of AWSCURRENT and what followed from them, each for all who waited. */
  readonly refreshes: number;
  readonly refreshFailures: number;
  readonly signIns: number;
  readonly accepted: number;
  readonly refusals: number;
  /** Sign-ins that were tried again inside one call. */
  readonly retries: number;
  readonly timeouts: number;
  readonly circuitOpenings: number;
  /** Callers who were told no without a sign-in of their own. */
  readonly turnedAway: number;
  readonly recoveries: number;
  /** From the first refusal to the first accepted sign-in, in milliseconds; the last time. */
  readonly lastRecoveryMs: number;
}

/** Counters and the listeners, behind one door. */
export class Announcer {
  readonly #listeners = new Set<CredentialListener>();
  readonly #counts: { -readonly [K in keyof CredentialCounters]: number } = {
    reads: 0,
    descriptions: 0,
    refreshes: 0,
    refreshFailures: 0,
    signIns: 0,
    accepted: 0,
    refusals: 0,
    retries: 0,
    timeouts: 0,
    circuitOpenings: 0,
    turnedAway: 0,
    recoveries: 0,
    lastRecoveryMs: 0,
  };

  subscribe(listener: CredentialListener): () => void {
    // A function of its own, so that one listener may be there twice.
    const own: CredentialListener = (event) => listener(event);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  count(name: Exclude<keyof CredentialCounters, 'lastRecoveryMs'>, by = 1): void {
    this.#counts[name] += by;
  }

  emit(event: CredentialEvent): void {
    if (event.kind === 'recovered') this.#counts.lastRecoveryMs = event.durationMs;
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch {
        // Watching changes nothing.
      }
    }
  }

  counters(): CredentialCounters {
    return { ...this.#counts };
  }
}
