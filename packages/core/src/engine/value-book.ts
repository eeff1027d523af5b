import type { VersionId } from '../domain/secret-description.js';
import type { StoredValue } from '../ports/secret-store.js';

/** Of how many secrets values are kept at most; beyond that the rotation touched longest ago is forgotten. */
const MOST_SECRETS = 64;

/** Which rotation a value is kept for: a secret, and the version that is to become current. */
export interface Rotation {
  readonly secretArn: string;
  readonly versionId: VersionId;
}

interface Kept {
  readonly rotation: VersionId;
  readonly values: Map<VersionId, StoredValue>;
}

/**
 * Values read or stored in this process during the rotations under way. A version that has a value never
 * changes, so a value is as good as a new read of the same version. Which version carries a label does change,
 * and is never kept.
 */
export class ValueBook {
  readonly #secrets = new Map<string, Kept>();

  /** Remembers the value of a version. Values kept for another rotation of the secret are forgotten. */
  keep({ secretArn, versionId }: Rotation, value: StoredValue): void {
    const kept = this.#secrets.get(secretArn);
    const values = kept?.rotation === versionId ? kept.values : new Map<VersionId, StoredValue>();
    values.set(value.versionId, value);
    this.#secrets.delete(secretArn);
    this.#secrets.set(secretArn, { rotation: versionId, values });
    const [oldest] = this.#secrets.keys();
    if (this.#secrets.size > MOST_SECRETS && oldest !== undefined) this.#secrets.delete(oldest);
  }

  /** The value of a version, if it is kept for this very rotation. */
  find({ secretArn, versionId }: Rotation, wanted: VersionId): StoredValue | undefined {
    const kept = this.#secrets.get(secretArn);
    return kept?.rotation === versionId ? kept.values.get(wanted) : undefined;
  }

  /** Whether it is worth asking before the secret's ARN is known. */
  mayHold(versionId: VersionId): boolean {
    return [...this.#secrets.values()].some(({ rotation }) => rotation === versionId);
  }

  /** Forgets what was kept for a rotation: it has ended. */
  forget(versionId: VersionId): void {
    for (const [secretArn, { rotation }] of this.#secrets) {
      if (rotation === versionId) this.#secrets.delete(secretArn);
    }
  }
}
