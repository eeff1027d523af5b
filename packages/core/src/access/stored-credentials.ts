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
import { signInStored } from './sign-in-stored.js';
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

/** The credentials of all stored versions, tried on demand, each at the address that it was stored with. */
export class StoredCredentials {
  readonly #context: AccessContext;
  readonly #secret: SecretDescription;
  readonly #versions: StepVersions;
  readonly #results = new Map<VersionId, TriedStored>();
  readonly #sessions: DatabaseSession[] = [];
  /** Which password each user has, once one was accepted. */
  readonly #accepted = new Map<string, Sensitive>();
  #unlabelled: readonly VersionId[] | undefined;
  #owner: SecretOwner;
  /** Why some versions could not be looked at. */
  readonly blindSpots: string[] = [];

  constructor(context: AccessContext, secret: SecretDescription, versions: StepVersions) {
    this.#context = context;
    this.#secret = secret;
    this.#versions = versions;
    this.#owner = versions.owner;
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
    for await (const stored of this.#on(request.rung)) {
      if (!request.users.includes(stored.secret.username)) continue;
      const tried = await this.#signIn(stored, request.keepSession ?? false);
      if (tried.result === 'accepted') return tried;
      if (tried.result === 'absent') continue;
      refused += 1;
      if (refused === MOST_UNLABELLED) break;
    }
    return { result: refused > 0 ? 'refused' : 'absent' };
  }

  /** A user gets another password, so that what was tried before says nothing any more. */
  passwordChanges(user: string): void {
    this.#accepted.delete(user);
    this.#results.clear();
  }

  /** Closes the sessions that were kept. Never throws. */
  async close(): Promise<void> {
    await Promise.all(this.#sessions.map((session) => session.close()));
  }

  async #signIn(
    { versionId, secret }: StoredCredential,
    keepSession: boolean,
  ): Promise<TriedStored> {
    const accepted = this.#accepted.get(secret.username);
    // A user has one password: any other would be a wrong one.
    if (accepted !== undefined && !accepted.equals(secret.password)) return { result: 'refused' };
    const known = this.#results.get(versionId);
    const enough = known?.result === 'refused' || !keepSession || known?.session !== undefined;
    if (known !== undefined && enough) return known;
    const outcome = await signInStored(this.#context, this.owner, secret);
    if (outcome.kind === 'elsewhere') {
      // Not kept: once the superuser has signed in, the server may turn out to be a configured one.
      if (!this.blindSpots.includes(outcome.why)) this.blindSpots.push(outcome.why);
      return { result: 'absent' };
    }
    const tried: TriedStored =
      outcome.kind === 'refused'
        ? { result: 'refused' }
        : { result: 'accepted', password: secret.password, proof: outcome.proof };
    this.#results.set(versionId, tried);
    if (outcome.kind === 'refused') return tried;
    this.#accepted.set(secret.username, secret.password);
    const { session } = outcome;
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
      case 'unlabelled':
        this.#unlabelled ??= await this.#listUnlabelled();
        for (const versionId of this.#unlabelled) {
          // A long history must not use up the time; what could not be signed in with is not read either.
          this.#context.limits();
          const stored = await this.#read(versionId);
          if (stored) yield stored;
        }
    }
  }

  /** Whatever the other rungs do not stand for; a label of the user's own makes no difference. */
  async #listUnlabelled(): Promise<readonly VersionId[]> {
    const { versions, blindSpot } = await listVersions(this.#context, this.#secret);
    if (blindSpot !== undefined) {
      this.blindSpots.push(blindSpot);
      return [];
    }
    const { current, pending } = this.#versions;
    const previous = versionWith(this.#secret, AWSPREVIOUS);
    const known = [current.versionId, pending.versionId, previous];
    return versions.map(({ versionId }) => versionId).filter((id) => !known.includes(id));
  }

  async #read(versionId: VersionId): Promise<StoredCredential | undefined> {
    const value =
      this.#context.memory.value(this.#secret.arn, versionId) ??
      (await readAnew(this.#context, versionId));
    const secret = value && parseIfFit(this.#context, value);
    return secret && { versionId, secret };
  }
}
