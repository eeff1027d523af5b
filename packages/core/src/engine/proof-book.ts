/** How long a proof that a version works is worth something, in milliseconds. */
export const PROOF_LIFETIME_MS = 60_000;

/** What a proof is about; made against one current version, whose address was signed in to. */
export interface ProofSubject {
  readonly secretArn: string;
  readonly versionId: string;
  readonly currentVersion: string;
}

/**
 * Proofs made in this process that a pending version passed the whole list of checks. One engine has one list
 * of checks, so the list is part of every proof by where it is kept.
 */
export class ProofBook {
  readonly #proofs = new Map<string, { readonly key: string; readonly at: number }>();

  /** Remembers that the checks passed. Only the newest proof of a secret is kept. */
  record(subject: ProofSubject, at: number): void {
    this.#proofs.set(subject.secretArn, { key: keyOf(subject), at });
  }

  /** Forgets what was proved of a secret: its labels moved on, or a password was changed since. */
  forget(secretArn: string): void {
    this.#proofs.delete(secretArn);
  }

  /** Whether it is worth asking: a proof of this version exists, whatever it was made against. */
  mayHold(versionId: string): boolean {
    return [...this.#proofs.values()].some(({ key }) => key.startsWith(`${versionId} `));
  }

  /** Whether the version was proved against this current version, recently enough. */
  holds(subject: ProofSubject, now: number): boolean {
    const proof = this.#proofs.get(subject.secretArn);
    if (proof?.key !== keyOf(subject)) return false;
    const age = now - proof.at;
    return age >= 0 && age <= PROOF_LIFETIME_MS;
  }
}

function keyOf({ versionId, currentVersion }: ProofSubject): string {
  return `${versionId} ${currentVersion}`;
}
