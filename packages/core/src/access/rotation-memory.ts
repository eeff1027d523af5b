import type { SuperuserAddress } from '../domain/database-secret.js';
import type { VersionId } from '../domain/secret-description.js';
import type { StoredValue } from '../ports/secret-store.js';

/** How long a proof that a version works is worth something, in milliseconds. */
export const PROOF_LIFETIME_MS = 60_000;

/** How long a password that was refused is not tried again, in milliseconds. */
export const REFUSAL_LIFETIME_MS = 15 * 60_000;

/** Of how many rotations something is remembered; beyond that the one touched longest ago is forgotten. */
export const MOST_ROTATIONS = 64;

/** Which rotation: a secret, as the request names it, and the version that is to become current. */
export interface Rotation {
  readonly secretId: string;
  readonly versionId: VersionId;
}

/** A proof that is under way; `complete` says when the checks had passed, in epoch milliseconds. */
export interface ProofUnderWay {
  complete(at: number): void;
}

interface Proof {
  readonly currentVersion: VersionId;
  at?: number;
}

/** What the database has refused to one user since it last accepted a password. */
interface Refused {
  inRow: number;
  /** When, in epoch milliseconds. */
  readonly at: Map<VersionId, number>;
}

interface Entry {
  /** Which secret the request's name led to; undefined before the labels were read. */
  readonly secretArn: string | undefined;
  readonly values: Map<VersionId, StoredValue>;
  readonly refused: Map<string, Refused>;
  mayNotLabel?: boolean;
  proof?: Proof | undefined;
  server?: { readonly key: string; readonly server: SuperuserAddress };
}

/**
 * All that a process remembers of the rotations under way. Nothing depends on it but the number of calls: what is
 * forgotten is read or proved again. Entries are kept by secret and version, so that no two secrets ever meet.
 */
export class RotationMemory {
  readonly #entries = new Map<string, Entry>();

  /** What is remembered of one rotation. Takes no room before something is written to it. */
  of(rotation: Rotation): RotationRecord {
    return new RotationRecord(this.#entries, rotation);
  }
}

/** What is remembered of one rotation. */
export class RotationRecord {
  readonly #entries: Map<string, Entry>;
  readonly #key: string;

  constructor(entries: Map<string, Entry>, rotation: Rotation) {
    this.#entries = entries;
    this.#key = keyOf(rotation);
  }

  /** Forgets all of it: the rotation has ended, or what was read of it is in doubt. */
  forget(): void {
    this.#entries.delete(this.#key);
  }

  /** Whether values are kept, so that reading ahead is not worth it. */
  get hasValues(): boolean {
    return (this.#entry()?.values.size ?? 0) > 0;
  }

  /**
   * The value of a version. A version that has a value never changes, so it is as good as a new read. Which version
   * carries a label does change, and is never kept.
   */
  value(secretArn: string, wanted: VersionId): StoredValue | undefined {
    const entry = this.#entry();
    return entry?.secretArn === secretArn ? entry.values.get(wanted) : undefined;
  }

  /** Remembers the value of a version. Values kept for other rotations of the secret are dropped. */
  keepValue(value: StoredValue): void {
    const { secretArn } = value;
    const kept = this.#write(secretArn);
    kept.values.set(value.versionId, value);
    for (const entry of this.#entries.values()) {
      if (entry !== kept && entry.secretArn === secretArn) entry.values.clear();
    }
  }

  /**
   * Begins a proof against one current version. It counts once it is complete, and only if it was not disproved
   * meanwhile: what signed in before a password was changed says nothing about afterwards. Only the newest proof of a
   * secret is kept.
   */
  beginProof(secretArn: string, currentVersion: VersionId): ProofUnderWay {
    const proof: Proof = { currentVersion };
    this.disprove(secretArn);
    this.#write(secretArn).proof = proof;
    return {
      complete(at) {
        proof.at = at;
      },
    };
  }

  /** Forgets every proof about the secret: its labels moved on, or a password was changed. */
  disprove(secretArn: string): void {
    for (const entry of this.#entries.values()) {
      if (entry.secretArn === secretArn) entry.proof = undefined;
    }
  }

  /** Whether it is worth asking: a proof of the version exists, whatever it was made against. */
  get mayBeProved(): boolean {
    return this.#entry()?.proof?.at !== undefined;
  }

  /** Whether the version was proved against this current version, recently enough. */
  isProved(secretArn: string, currentVersion: VersionId, now: number): boolean {
    const entry = this.#entry();
    const { proof } = entry ?? {};
    if (entry?.secretArn !== secretArn || proof?.at === undefined) return false;
    const age = now - proof.at;
    return proof.currentVersion === currentVersion && age >= 0 && age <= PROOF_LIFETIME_MS;
  }

  /** The server that a look-up led to, found before for this very key. */
  server(key: string): SuperuserAddress | undefined {
    const found = this.#entry()?.server;
    return found?.key === key ? found.server : undefined;
  }

  /** Remembers the server that a look-up led to; the newest alone. */
  keepServer(key: string, server: SuperuserAddress): void {
    this.#write(this.#entry()?.secretArn).server = { key, server };
  }

  /** Counts a password that the database refused to a user. */
  countRefused(user: string): void {
    this.#refusedTo(user).inRow += 1;
  }

  /** How many passwords of stored versions the database has refused to a user in a row in this rotation. */
  refused(user: string): number {
    return this.#entry()?.refused.get(user)?.inRow ?? 0;
  }

  /** Remembers which version's password was refused, and when. */
  keepRefused(user: string, versionId: VersionId, at: number): void {
    this.#refusedTo(user).at.set(versionId, at);
  }

  /** Whether the version's password was refused to the user so recently that it is not worth another try. */
  isRefused(user: string, versionId: VersionId, now: number): boolean {
    const at = this.#entry()?.refused.get(user)?.at.get(versionId);
    return at !== undefined && now >= at && now - at <= REFUSAL_LIFETIME_MS;
  }

  /** The database has accepted a password of the user: what was refused before is over. */
  forgetRefused(user: string): void {
    this.#entry()?.refused.delete(user);
  }

  /** The role may not put a staging label of keyturn's own. */
  keepMayNotLabel(): void {
    this.#write(this.#entry()?.secretArn).mayNotLabel = true;
  }

  /** Whether it is known that it may not. */
  get mayNotLabel(): boolean {
    return this.#entry()?.mayNotLabel === true;
  }

  #refusedTo(user: string): Refused {
    const { refused } = this.#write(this.#entry()?.secretArn);
    const known = refused.get(user) ?? { inRow: 0, at: new Map<VersionId, number>() };
    refused.set(user, known);
    return known;
  }

  #entry(): Entry | undefined {
    return this.#entries.get(this.#key);
  }

  /** The entry, made if there is none of this secret, and the youngest from now on. */
  #write(secretArn: string | undefined): Entry {
    const entry = this.#owned(secretArn);
    this.#entries.delete(this.#key);
    this.#entries.set(this.#key, entry);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > MOST_ROTATIONS && oldest !== undefined) this.#entries.delete(oldest);
    return entry;
  }

  #owned(secretArn: string | undefined): Entry {
    const entry = this.#entry();
    if (entry !== undefined && entry.secretArn === secretArn) return entry;
    // The name has only now been looked up, or leads to another secret than before.
    if (entry !== undefined && entry.secretArn === undefined) return { ...entry, secretArn };
    return { secretArn, values: new Map(), refused: new Map() };
  }
}

function keyOf({ secretId, versionId }: Rotation): string {
  return JSON.stringify([secretId, versionId]);
}
