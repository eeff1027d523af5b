import type { DatabaseSecret } from '../domain/database-secret.js';
import { currentWasProven } from '../domain/tries/may-be-set.js';
import {
  MOST_UNLABELLED,
  type Rung,
  type Tried,
  type TryEvidence,
} from '../domain/tries/decide-next-try.js';
import type { OwnershipProof } from '../domain/ownership-proof.js';
import {
  versionWith,
  type SecretDescription,
  type VersionId,
} from '../domain/secret-description.js';
import { AWSCURRENT, AWSPENDING, AWSPREVIOUS } from '../domain/staging-label.js';
import {
  knownGivenUp,
  otherVersions,
  type OtherVersions,
} from '../domain/tries/given-up-versions.js';
import type { DatabaseSession } from '../ports/database-admin.js';
import type { TriedCredential, TryStoredRequest } from '../ports/rotation-strategy.js';
import { refuse } from '../domain/refusal.js';
import { KeyturnError, refusalToError } from '../errors.js';
import type { AccessContext, SecretOwner } from './access-context.js';
import { signInStored } from './sign-in-stored.js';
import { listVersions, parseIfFit, readAnew } from './stored-values.js';
import { TryLedger } from './try-ledger.js';

/** A version and the credential that it holds. */
export interface StoredCredential {
  readonly versionId: VersionId;
  readonly secret: DatabaseSecret;
}

/** Whose credentials they are, and the two versions that are read already. */
export interface StepVersions {
  readonly owner: SecretOwner;
  readonly current: StoredCredential;
  readonly pending: StoredCredential;
}

/** What trying gave, with the proof that an accepted credential of this secret is. */
export type TriedStored = TriedCredential & { readonly proof?: OwnershipProof | undefined };

/** The credentials of all stored versions, tried on demand, each at the address that it was stored with. */
export class StoredCredentials {
  readonly #context: AccessContext;
  #secret: SecretDescription;
  #hasRefused = false;
  readonly #versions: StepVersions;
  readonly #results = new Map<VersionId, TriedStored>();
  readonly #sessions: DatabaseSession[] = [];
  readonly #ledger: TryLedger;
  /** Of whom every rung has been tried, or as many as may be. */
  readonly #exhausted = new Set<string>();
  #others: OtherVersions | undefined;
  #owner: SecretOwner;
  /** Why some versions could not be looked at. */
  readonly blindSpots: string[] = [];

  constructor(context: AccessContext, secret: SecretDescription, versions: StepVersions) {
    this.#context = context;
    this.#secret = secret;
    this.#versions = versions;
    this.#owner = versions.owner;
    this.#ledger = new TryLedger(context, {
      secret,
      owner: versions.owner,
      currentVersion: versions.current.versionId,
      pendingVersion: versions.pending.versionId,
    });
  }

  /** Whose they are. */
  get owner(): SecretOwner {
    return this.#owner;
  }

  /**
   * The superuser has signed in at the server of AWSCURRENT. Where the function's own configuration names its secret,
   * the configuration names the server too, and credentials that were stored with another one may be tried there.
   */
  superuserSignedIn(): void {
    const serverIsConfigured = this.#context.settings.superuserSecret !== undefined;
    this.#owner = { ...this.#owner, serverIsConfigured };
  }

  /**
   * What labels say about which version was set last. Once a password was refused they are read again each time, since
   * another rotation may be at work.
   * @throws `KEYTURN_LABELS_IN_MOTION` where AWSCURRENT or AWSPENDING has moved, so that nothing more is tried
   */
  async evidence(): Promise<TryEvidence> {
    const { versionId } = this.#versions.pending;
    if (this.#hasRefused) {
      const { store, secretId } = this.#context;
      const seen = await store.describe({ secretId });
      const isMoved = (label: string): boolean =>
        versionWith(seen, label) !== versionWith(this.#secret, label);
      if (isMoved(AWSCURRENT) || isMoved(AWSPENDING)) throw refusalToError(movedMeanwhile);
      this.#secret = seen;
    }
    if (knownGivenUp(this.#secret, versionId) !== undefined) return { setLast: 'given-up' };
    return { setLast: currentWasProven(this.#secret, versionId) ? 'pending' : undefined };
  }

  /** See `ApplyContext.tryStored`. */
  async try(request: TryStoredRequest): Promise<TriedStored> {
    const { rung, users, keepSession = false } = request;
    let refused = 0;
    let result: Tried = 'absent';
    for await (const stored of this.#on(rung)) {
      if (!users.includes(stored.secret.username)) continue;
      const tried = await this.#signIn(stored, { keepSession, again: rung === 'again' });
      if (tried.result === 'accepted') return tried;
      if (tried.result === 'absent') continue;
      result = result === 'refused' ? result : tried.result;
      if (tried.result === 'withheld') break;
      refused += 1;
      if (refused === MOST_UNLABELLED) break;
    }
    if (rung === 'again') for (const user of users) this.#exhausted.add(user);
    return { result };
  }

  /**
   * Closes the sessions that were kept, and says by a staging label of which user no stored version signs in, or takes
   * that off again where one does. Never throws for what the store or the database does.
   */
  async close(): Promise<void> {
    await Promise.all(this.#sessions.map((session) => session.close()));
    for (const user of new Set([this.owner.current.username, this.owner.nextUser])) {
      if (this.#context.accepted.has(user)) await this.#ledger.tidy(user);
      else if (this.#exhausted.has(user)) await this.#stop(user);
    }
  }

  async #stop(user: string): Promise<void> {
    try {
      await this.#ledger.stop(user);
    } catch (error) {
      // What was refused is the error that counts; the tries themselves have been counted.
      if (!KeyturnError.is(error)) throw error;
    }
  }

  async #signIn(
    { versionId, secret }: StoredCredential,
    { keepSession, again }: { readonly keepSession: boolean; readonly again: boolean },
  ): Promise<TriedStored> {
    const known = this.#results.get(versionId);
    const enough =
      known?.result === 'refused' ? !again : !keepSession || known?.session !== undefined;
    if (known !== undefined && enough) return known;
    const permission = await this.#ledger.ask(secret.username, versionId, again);
    if (permission.kind === 'known-refused') return { result: 'refused' };
    if (permission.kind === 'withheld') {
      this.#addBlindSpot(permission.why);
      return { result: 'withheld' };
    }
    const outcome = await signInStored(this.#context, this.owner, secret);
    if (outcome.kind === 'elsewhere') {
      // Not kept: once the superuser has signed in, the server may turn out to be a configured one.
      this.#addBlindSpot(outcome.why);
      return { result: 'absent' };
    }
    const tried: TriedStored =
      outcome.kind === 'refused'
        ? { result: 'refused' }
        : { result: 'accepted', password: secret.password, proof: outcome.proof };
    this.#results.set(versionId, tried);
    if (outcome.kind === 'refused') {
      this.#hasRefused = true;
      this.#ledger.refused(secret.username, versionId);
      return tried;
    }
    const { session } = outcome;
    try {
      await this.#ledger.accepted(secret.username);
    } catch (error) {
      await session.close();
      throw error;
    }
    if (!keepSession) {
      await session.close();
      return tried;
    }
    this.#sessions.push(session);
    const kept = { ...tried, session };
    this.#results.set(versionId, kept);
    return kept;
  }

  async *#on(rung: Rung): AsyncGenerator<StoredCredential> {
    switch (rung) {
      case 'current':
        yield this.#versions.current;
        return;
      case 'pending':
        yield this.#versions.pending;
        return;
      case 'previous': {
        const versionId = versionWith(this.#secret, AWSPREVIOUS);
        const stored = versionId && (await this.#read(versionId));
        if (stored) yield stored;
        return;
      }
      case 'given-up': {
        const known = knownGivenUp(this.#secret, this.#versions.pending.versionId);
        yield* this.#readAll(known === undefined ? (await this.#listOthers()).givenUp : [known]);
        return;
      }
      case 'unlabelled':
        yield* this.#readAll((await this.#listOthers()).rest);
        return;
      case 'again':
        // What each of the two users ordinarily has.
        yield* this.#on('current');
        yield* this.#on('previous');
    }
  }

  async *#readAll(versions: readonly VersionId[]): AsyncGenerator<StoredCredential> {
    for (const versionId of versions) {
      // A long history must not use up the time; what could not be signed in with is not read either.
      this.#context.limits();
      const stored = await this.#read(versionId);
      if (stored) yield stored;
    }
  }

  /** Whatever the other rungs do not stand for; a label of the user's own makes no difference. */
  async #listOthers(): Promise<OtherVersions> {
    this.#others ??= await this.#sortOthers();
    return this.#others;
  }

  async #sortOthers(): Promise<OtherVersions> {
    const { versions, blindSpot } = await listVersions(this.#context, this.#secret);
    if (blindSpot !== undefined) {
      this.#addBlindSpot(blindSpot);
      return { givenUp: [], rest: [] };
    }
    return otherVersions(this.#secret, this.#versions.pending.versionId, versions);
  }

  #addBlindSpot(why: string): void {
    if (!this.blindSpots.includes(why)) this.blindSpots.push(why);
  }

  async #read(versionId: VersionId): Promise<StoredCredential | undefined> {
    const value =
      this.#context.memory.value(this.#secret.arn, versionId) ??
      (await readAnew(this.#context, versionId));
    const secret = value && parseIfFit(this.#context, value);
    return secret && { versionId, secret };
  }
}

const movedMeanwhile = refuse({
  code: 'KEYTURN_LABELS_IN_MOTION',
  message: 'A label moved to another version while stored credentials were being tried.',
  remedy: 'The next delivery reads them again.',
  retryable: true,
});
