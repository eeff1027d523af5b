import type { DatabaseSecret } from '../domain/database-secret.js';
import { mayBeTried, MOST_UNLABELLED, type Rung } from '../domain/decide-login.js';
import {
  versionWith,
  type SecretDescription,
  type VersionId,
} from '../domain/secret-description.js';
import { AWSPREVIOUS } from '../domain/staging-label.js';
import { KeyturnError } from '../errors.js';
import type { DatabaseSession, SignInOutcome } from '../ports/database-admin.js';
import type { TriedCredential, TryStoredRequest } from '../strategies/rotation-strategy.js';
import { parseIfFit, signInAt, type StepContext } from './step-context.js';

interface Stored {
  readonly versionId: VersionId;
  readonly secret: DatabaseSecret;
}

/** The credentials of all stored versions, tried on demand at the current version's address. */
export class StoredCredentials {
  readonly #context: StepContext;
  readonly #secret: SecretDescription;
  readonly #current: Stored;
  readonly #pending: Stored;
  readonly #results = new Map<VersionId, SignInOutcome['kind']>();
  readonly #sessions: DatabaseSession[] = [];
  #unlabelled: readonly VersionId[] | undefined;
  /** Why some versions could not be looked at. */
  readonly blindSpots: string[] = [];

  constructor(context: StepContext, secret: SecretDescription, current: Stored, pending: Stored) {
    this.#context = context;
    this.#secret = secret;
    this.#current = current;
    this.#pending = pending;
  }

  /** See `ApplyContext.tryStored`. */
  async try(request: TryStoredRequest): Promise<TriedCredential> {
    let refused = 0;
    for await (const stored of this.#on(request.rung)) {
      const { secret } = stored;
      const fit = request.anyAddress
        ? request.users.includes(secret.username)
        : mayBeTried(secret, this.#current.secret, request.users);
      if (!fit) continue;
      const tried = await this.#signIn(stored, request.keepSession ?? false);
      if (tried.result === 'accepted') return tried;
      refused += 1;
      if (refused === MOST_UNLABELLED) break;
    }
    return { result: refused > 0 ? 'refused' : 'absent' };
  }

  /** Closes the sessions that were kept. Never throws. */
  async close(): Promise<void> {
    await Promise.all(this.#sessions.map((session) => session.close()));
  }

  async #signIn({ versionId, secret }: Stored, keepSession: boolean): Promise<TriedCredential> {
    const { password } = secret;
    const known = this.#results.get(versionId);
    if (known === 'refused') return { result: 'refused' };
    if (known === 'accepted' && !keepSession) return { result: 'accepted', password };
    const outcome = await signInAt(this.#context, this.#current.secret, {
      user: secret.username,
      password,
    });
    this.#results.set(versionId, outcome.kind);
    if (outcome.kind === 'refused') return { result: 'refused' };
    const { session } = outcome;
    if (!keepSession) {
      await session.close();
      return { result: 'accepted', password };
    }
    this.#sessions.push(session);
    return { result: 'accepted', password, session };
  }

  async *#on(rung: Rung): AsyncGenerator<Stored> {
    switch (rung) {
      case 'current':
        yield this.#current;
        return;
      case 'pending':
        yield this.#pending;
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
          this.#context.time.forConnection();
          const stored = await this.#read(versionId);
          if (stored) yield stored;
        }
    }
  }

  /** Whatever the other rungs do not stand for; a label of the user's own makes no difference. */
  async #listUnlabelled(): Promise<readonly VersionId[]> {
    const { store, request } = this.#context;
    const previous = versionWith(this.#secret, AWSPREVIOUS);
    const known = [this.#current.versionId, this.#pending.versionId, previous];
    try {
      const versions = await store.listVersions({ secretId: request.secretId });
      return versions.map(({ versionId }) => versionId).filter((id) => !known.includes(id));
    } catch (error) {
      if (!KeyturnError.is(error, 'KEYTURN_STORE_ACCESS_DENIED')) throw error;
      this.blindSpots.push(`Unlabelled versions could not be looked at: ${error.message}`);
      return [];
    }
  }

  async #read(versionId: VersionId): Promise<Stored | undefined> {
    const { store, request, values } = this.#context;
    const rotation = { secretArn: this.#secret.arn, versionId: request.versionId };
    const value =
      values.find(rotation, versionId) ??
      (await store.readValue({ secretId: request.secretId, versionId }));
    const secret = value && parseIfFit(this.#context, value);
    return secret && { versionId, secret };
  }
}
