/** How long a proof that a version works is worth something, in milliseconds. */
export const PROOF_LIFETIME_MS = 60_000;

/** What a proof is about; made against one current version, whose address was signed in to. */
export interface ProofSubject {
  readonly secretArn: string;
  readonly versionId: string;
  readonly currentVersion: string;
}

/** A proof that is under way; `complete` says when the checks had passed, in epoch milliseconds. */
export interface ProofUnderWay {
  complete(at: number): void;
}

interface Proof {
  readonly key: string;
  at?: number;
}

/**
 * Proofs made in this process that a pending version passed the whole list of checks. One engine has one list
 * of checks, so the list is part of every proof by where it is kept.
 */
export class ProofBook {
  readonly #proofs = new Map<string, Proof>();

  /**
   * Begins a proof. It counts once it is complete, and only if the secret was not forgotten meanwhile: what signed
   * in before a password was changed says nothing about afterwards. Only the newest proof of a secret is kept.
   */
  begin(subject: ProofSubject): ProofUnderWay {
    const proof: Proof = { key: keyOf(subject) };
    this.#proofs.set(subject.secretArn, proof);
    return {
      complete(at) {
        proof.at = at;
      },
    };
  }

  /** Forgets what was proved of a secret, or is being proved: its labels moved on, or a password was changed. */
  forget(secretArn: string): void {
    this.#proofs.delete(secretArn);
  }

  /** Whether it is worth asking: a proof of this version exists, whatever it was made against. */
  mayHold(versionId: string): boolean {
    return [...this.#proofs.values()].some(
      ({ key, at }) => at !== undefined && key.startsWith(`${versionId} `),
    );
  }

  /** Whether the version was proved against this current version, recently enough. */
  holds(subject: ProofSubject, now: number): boolean {
    const proof = this.#proofs.get(subject.secretArn);
    if (proof?.at === undefined || proof.key !== keyOf(subject)) return false;
    const age = now - proof.at;
    return age >= 0 && age <= PROOF_LIFETIME_MS;
  }
}

function keyOf({ versionId, currentVersion }: ProofSubject): string {
  return `${versionId} ${currentVersion}`;
}
