import type { DatabaseSecret } from '../domain/database-secret.js';
import { MOST_UNLABELLED, type Rung } from '../domain/decide-login.js';
import type { OwnershipProof } from '../domain/ownership-proof.js';
import {
  versionWith,
  type SecretDescription,
  type VersionId,
} from '../domain/secret-description.js';
import type { Sensitive } from '../domain/sensitive.js';
import { AWSPREVIOUS } from '../domain/staging-label.js';
import type { DatabaseSession } from '../ports/database-admin.js';
import type { TriedCredential, TryStoredRequest } from '../ports/rotation-strategy.js';
import type { AccessContext, SecretOwner } from './access-context.js';
import { NO_OTHERS, otherVersions, type OtherVersions } from '../domain/tries/other-versions.js';
import { unprovenLabelsOn } from '../domain/tries/unproven-labels.js';
import { signInStored } from './sign-in-stored.js';
import { TryGate } from './try-gate.js';
import { listVersions, parseIfFit, readAnew } from './stored-values.js';

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

interface HowToTry {
  readonly keepSession: boolean;
  readonly again: boolean;
  readonly limit: number | undefined;
}

/** The credentials of all stored versions, tried on demand, each at the address that it was stored with. */
export class StoredCredentials {
  readonly #context: AccessContext;
  readonly #secret: SecretDescription;
  readonly #versions: StepVersions;
  readonly #results = new Map<VersionId, TriedStored>();
  readonly #sessions: DatabaseSession[] = [];
  /** Which password each user has, once one was accepted. */
  readonly #accepted = new Map<string, Sensitive>();
  readonly #gate: TryGate;
  /** Users of whom no further version may be tried. */
  readonly #withheld = new Set<string>();
  #others: Promise<OtherVersions> | undefined;
  #owner: SecretOwner;
  /** Why some versions could not be looked at. */
  readonly blindSpots: string[] = [];

  constructor(context: AccessContext, secret: SecretDescription, versions: StepVersions) {
    this.#context = context;
    this.#secret = secret;
    this.#versions = versions;
    this.#owner = versions.owner;
    this.#gate = new TryGate(context, {
      secret,
      owner: versions.owner,
      currentVersion: versions.current.versionId,
      pendingVersion: versions.pending.versionId,
      others: () => this.#listOthers(),
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

  /** See `ApplyContext.tryStored`. */
  async try(request: TryStoredRequest): Promise<TriedStored> {
    let refused = 0;
    for await (const stored of this.#on(request.rung, request.limit === Infinity)) {
      if (!request.users.includes(stored.secret.username)) continue;
      const { keepSession = false, limit } = request;
      const again = request.rung === 'again';
      const tried = await this.#signIn(stored, { keepSession, again, limit });
      if (tried.result === 'accepted') return tried;
      if (tried.result === 'refused') refused += 1;
      if (refused === MOST_UNLABELLED) break;
      // As many as may be: the rest is not read either.
      if (this.#withheld.has(stored.secret.username)) break;
    }
    return { result: refused > 0 ? 'refused' : 'absent' };
  }

  /** A user gets another password, so that what was tried before says nothing any more. */
  passwordChanges(user: string): void {
    this.#accepted.delete(user);
    this.#results.clear();
  }

  /** The delivery ends without proof; see `TryGate.stop`. */
  endWithoutProof(): Promise<void> {
    return this.#gate.stop();
  }

  /** See `ApplyContext.previousNames`. */
  async previousNames(user: string): Promise<boolean> {
    const versionId = versionWith(this.#secret, AWSPREVIOUS);
    const stored = versionId && (await this.#read(versionId));
    return stored ? stored.secret.username === user : false;
  }

  /** Closes the sessions that were kept. Never throws. */
  async close(): Promise<void> {
    await Promise.all(this.#sessions.map((session) => session.close()));
  }

  async #signIn(
    { versionId, secret }: StoredCredential,
    { keepSession, again, limit }: HowToTry,
  ): Promise<TriedStored> {
    const accepted = this.#accepted.get(secret.username);
    // A user has one password: any other would be a wrong one.
    if (accepted !== undefined && !accepted.equals(secret.password)) return { result: 'refused' };
    const known = this.#results.get(versionId);
    const enough =
      known?.result === 'refused' ? !again : !keepSession || known?.session !== undefined;
    if (known !== undefined && enough) return known;
    const permission = await this.#gate.ask(secret.username, versionId, { again, limit });
    if (permission.kind === 'known-refused') return { result: 'refused' };
    if (permission.kind === 'withheld') {
      this.#withheld.add(secret.username);
      this.#addBlindSpot(permission.why);
      return { result: 'absent' };
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
      this.#gate.refused(secret.username, versionId);
      return tried;
    }
    this.#accepted.set(secret.username, secret.password);
    const { session } = outcome;
    try {
      await this.#gate.accepted(secret.username);
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

  async *#on(rung: Rung, costsNothing: boolean): AsyncGenerator<StoredCredential> {
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
        if (stored && !(await this.#isOutdated(stored))) yield stored;
        return;
      }
      case 'given-up':
        yield* this.#readAll((await this.#listOthers()).givenUp);
        return;
      case 'unlabelled':
        yield* this.#readAll(await this.#oldVersions(costsNothing));
        return;
      case 'again':
        // What each of the two users ordinarily has.
        yield this.#versions.current;
        yield* this.#on('previous', costsNothing);
    }
  }

  /** AWSPREVIOUS has no claim on the user of AWSCURRENT once that was proved by a rotation that ended well. */
  async #isOutdated({ secret }: StoredCredential): Promise<boolean> {
    if (secret.username !== this.owner.current.username) return false;
    return (await this.#listOthers()).currentWasProven;
  }

  /** Nor have older versions then: the alternate has the password of AWSPREVIOUS. */
  async #oldVersions(costsNothing: boolean): Promise<readonly VersionId[]> {
    const { rest, currentWasProven } = await this.#listOthers();
    return currentWasProven && !costsNothing ? [] : rest;
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
  #listOthers(): Promise<OtherVersions> {
    this.#others ??= this.#sortOthers();
    return this.#others;
  }

  async #sortOthers(): Promise<OtherVersions> {
    const { versions, blindSpot } = await listVersions(this.#context, this.#secret);
    if (blindSpot !== undefined) {
      this.#addBlindSpot(blindSpot);
      return NO_OTHERS;
    }
    const known = {
      current: this.#versions.current.versionId,
      pending: this.#versions.pending.versionId,
      previous: versionWith(this.#secret, AWSPREVIOUS),
      ended: unprovenLabelsOn(this.#secret).map(({ versionId }) => versionId),
      lastRotatedAt: this.#secret.lastRotatedAt,
    };
    return otherVersions(versions, known, this.#context.clock.now());
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
