import { usersOf, type SecretOwner } from '../access/access-context.js';
import { signInStored } from '../access/sign-in-stored.js';
import {
  listVersions,
  parseIfFit,
  parseStored,
  readVersion,
  type ListedVersion,
} from '../access/stored-values.js';
import { sameServer } from '../domain/database-address.js';
import type { DatabaseSecret } from '../domain/database-secret.js';
import { noCurrentValue } from '../domain/decide-admission.js';
import { MOST_UNLABELLED } from '../domain/decide-login.js';
import { decidePending } from '../domain/decide-pending.js';
import type { VersionFacts } from '../domain/diagnosis/diagnosis-facts.js';
import {
  HISTORY_MAY_BE_CUT,
  userHistory,
  type NamingVersion,
  type UserHistory,
} from '../domain/diagnosis/user-history.js';
import type { OwnershipProof } from '../domain/ownership-proof.js';
import { isRefusal, refuse, type Refusal } from '../domain/refusal.js';
import { versionWith, type SecretDescription } from '../domain/secret-description.js';
import { AWSCURRENT, AWSPENDING, AWSPREVIOUS } from '../domain/staging-label.js';
import { redactError } from '../engine/redact-error.js';
import type { KeyturnError } from '../errors.js';
import type { NextUser } from '../ports/rotation-strategy.js';
import type { OperationContext } from './operation-context.js';

/** A version and, where its value is fit, what it holds. */
export interface ReadVersion {
  readonly facts: VersionFacts;
  readonly secret?: DatabaseSecret;
  /** The secret's own credential, which was stored with another server than AWSCURRENT names. */
  readonly elsewhere?: DatabaseSecret;
  /** Once it has signed in. */
  readonly proof?: OwnershipProof | undefined;
}

/** What a secret holds, before any of it is tried. */
export interface SecretContents {
  readonly kind: 'contents';
  readonly secret: SecretDescription;
  readonly owner: SecretOwner;
  /** Whom the next rotation makes current. */
  readonly next: NextUser;
  /** Labelled ones first: current, pending, previous; then the newest others, as far as they may be tried. */
  readonly versions: readonly ReadVersion[];
}

/** Reads the versions of one secret and tries their credentials, as a rotation would. Writes nothing. */
export class VersionReader {
  readonly context: OperationContext;
  readonly blindSpots: string[] = [];
  /** What kept a sign-in from being tried at all, if anything has; nothing is tried after it. */
  problem: KeyturnError | undefined;

  constructor(context: OperationContext) {
    this.context = context;
  }

  /** Reads labels and values. Throws where the store refuses. */
  async read(): Promise<SecretContents | Refusal> {
    const { context } = this;
    const { store, secretId, settings, strategy, database } = context;
    const secret = await store.describe({ secretId });
    // By its version and not by the label, which could have moved: one reading decides all that follows.
    const currentVersion = versionWith(secret, AWSCURRENT);
    const value =
      currentVersion === undefined
        ? undefined
        : await readVersion(context, secret.arn, currentVersion);
    if (value === undefined) return refuse(noCurrentValue);
    const current = parseStored(context, value, 'the AWSCURRENT version');
    if (isRefusal(current)) return current;
    const { profile } = database;
    const next = strategy.nextUser({ currentUser: current.username, settings, profile });
    if (isRefusal(next)) return next;
    const owner = { secretArn: secret.arn, current, nextUser: next.name };
    const versions = await this.#readVersions(secret, owner);
    return { kind: 'contents', secret, owner, next, versions };
  }

  /** Tries one version's credential where it was stored for, unless something keeps everybody out. */
  async trySignIn(version: ReadVersion, owner: SecretOwner): Promise<ReadVersion> {
    const { facts, secret } = version;
    if (facts.value !== 'fit' || secret === undefined || this.problem) return version;
    try {
      const outcome = await signInStored(this.context, owner, secret);
      if (outcome.kind === 'elsewhere') {
        return { facts: { ...facts, value: 'unfit', reason: outcome.why } };
      }
      const tried = { secret, facts: { ...facts, signIn: outcome.kind } };
      if (outcome.kind === 'refused') return tried;
      await outcome.session.close();
      return { ...tried, proof: outcome.proof };
    } catch (error) {
      this.problem = redactError(error, this.context.secrets);
      return version;
    }
  }

  /**
   * Tries what was stored with another server at that of AWSCURRENT, as a rotation does once the superuser has signed
   * in there: only where the configuration names the superuser secret, and so the server.
   */
  async tryConfigured(version: ReadVersion, owner: SecretOwner): Promise<ReadVersion> {
    const { elsewhere, facts } = version;
    if (elsewhere === undefined || this.context.settings.superuserSecret === undefined) {
      return version;
    }
    const { reason: _, ...rest } = facts;
    const fit = { secret: elsewhere, facts: { ...rest, value: 'fit' } } as const;
    const tried = await this.trySignIn(fit, { ...owner, serverIsConfigured: true });
    return tried.facts.signIn === 'accepted' ? tried : version;
  }

  /** What every other version says about the user of AWSCURRENT. Undefined where the role may not list them. */
  async readHistory({ secret, owner }: SecretContents): Promise<UserHistory | undefined> {
    const { versions, blindSpot } = await listVersions(this.context, secret);
    if (blindSpot !== undefined) return undefined;
    const { secretArn, current } = owner;
    const named = await Promise.all(
      versions.map(async ({ versionId, createdAt }) => {
        const value = await readVersion(this.context, secretArn, versionId);
        const parsed = value && parseIfFit(this.context, value);
        const at = createdAt !== undefined && createdAt > 0 ? createdAt : undefined;
        return parsed && namingVersion(versionId, parsed, at);
      }),
    );
    const known = named.filter((version) => version !== undefined);
    const currentVersion = versionWith(secret, AWSCURRENT) ?? '';
    const createdAt = known.find(({ versionId }) => versionId === currentVersion)?.createdAt;
    const naming = namingVersion(currentVersion, current, createdAt);
    const history = userHistory(naming, usersOf(owner), known);
    return versions.length < HISTORY_MAY_BE_CUT ? history : { ...history, isCut: true };
  }

  async #readVersions(
    secret: SecretDescription,
    owner: SecretOwner,
  ): Promise<readonly ReadVersion[]> {
    const { versions, blindSpot } = await listVersions(this.context, secret);
    if (blindSpot !== undefined) this.blindSpots.push(blindSpot);
    const byLabel = [AWSCURRENT, AWSPENDING, AWSPREVIOUS].map((label) =>
      versionWith(secret, label),
    );
    const ranked = [
      ...byLabel.flatMap((id) => versions.filter(({ versionId }) => versionId === id)),
      ...versions.filter(({ versionId }) => !byLabel.includes(versionId)),
    ];
    const unique = [...new Map(ranked.map((each) => [each.versionId, each])).values()];
    const most = byLabel.filter((id) => id !== undefined).length + MOST_UNLABELLED;
    return Promise.all(unique.slice(0, most).map((listed) => this.#readVersion(listed, owner)));
  }

  async #readVersion(
    { versionId, labels, createdAt }: ListedVersion,
    owner: SecretOwner,
  ): Promise<ReadVersion> {
    const base = {
      versionId,
      labels,
      signIn: 'not-tried' as const,
      ...(createdAt !== undefined && createdAt > 0 && { createdAt }),
    };
    const value = await readVersion(this.context, owner.secretArn, versionId);
    if (value === undefined) return { facts: { ...base, value: 'absent' } };
    const secret = parseStored(this.context, value, `version ${versionId}`);
    if (isRefusal(secret)) {
      return { facts: { ...base, value: 'unfit', reason: secret.message } };
    }
    const user = secret.username;
    const reason = reasonAgainst(labels, secret, owner);
    if (reason !== undefined) {
      const isOwn = !labels.has(AWSPENDING) && usersOf(owner).includes(user);
      const facts = { ...base, user, value: 'unfit', reason } as const;
      return { facts, ...(isOwn && { elsewhere: secret }) };
    }
    return { secret, facts: { ...base, user, value: 'fit' } };
  }
}

function namingVersion(
  versionId: string,
  { username: user, address }: DatabaseSecret,
  createdAt: number | undefined,
): NamingVersion {
  return { versionId, user, address, createdAt };
}

/** Why a version must not be tried, if it must not. */
function reasonAgainst(
  labels: ReadonlySet<string>,
  secret: DatabaseSecret,
  owner: SecretOwner,
): string | undefined {
  if (!labels.has(AWSPENDING) || labels.has(AWSCURRENT)) {
    const isOwn = usersOf(owner).includes(secret.username);
    return isOwn && sameServer(secret.address, owner.current.address)
      ? undefined
      : 'It names another user or server.';
  }
  const verdict = decidePending(owner.current, secret, owner.nextUser, 'setSecret');
  return isRefusal(verdict) ? verdict.message : undefined;
}
