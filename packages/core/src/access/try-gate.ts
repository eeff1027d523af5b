import {
  versionWith,
  type SecretDescription,
  type VersionId,
} from '../domain/secret-description.js';
import { AWSCURRENT, AWSPENDING } from '../domain/staging-label.js';
import type { OtherVersions } from '../domain/tries/other-versions.js';
import { tryBudget } from '../domain/tries/try-budget.js';
import {
  standingLabels,
  UNPROVEN_LABELS,
  unprovenLabelsOn,
  type TriedUser,
} from '../domain/tries/unproven-labels.js';
import { KeyturnError } from '../errors.js';
import type { AccessContext, SecretOwner } from './access-context.js';

/** Which reading of the labels a gate goes by. */
export interface TryGateOptions {
  readonly secret: SecretDescription;
  readonly owner: SecretOwner;
  readonly currentVersion: VersionId;
  /** The version that is AWSPENDING; keyturn's own labels go there. */
  readonly pendingVersion: VersionId;
  /** The other versions; listed when it is asked for, and once. */
  readonly others: () => Promise<OtherVersions>;
}

/** Whether a stored password may be presented. */
export type Permission =
  | { readonly kind: 'granted' }
  /** This process has seen it refused. */
  | { readonly kind: 'known-refused' }
  /** `why` is a whole sentence. */
  | { readonly kind: 'withheld'; readonly why: string };

const GRANTED: Permission = { kind: 'granted' };
const KNOWN_REFUSED: Permission = { kind: 'known-refused' };

/**
 * Counts wrong passwords, since enough of them in a row lock a user. AWSCURRENT is tried once per delivery. Before the
 * third wrong one of a user, and where a delivery ends without proof, a staging label on the pending version tells later
 * deliveries to try nothing. While another rotation may be at work nothing is concluded for them: what is refused now may
 * be right in a moment.
 */
export class TryGate {
  readonly #context: AccessContext;
  readonly #options: TryGateOptions;
  /** How many passwords of a user were refused in this delivery. */
  readonly #refused = new Map<string, number>();
  /** Users of a server where wrong passwords cost nothing. */
  readonly #unlimited = new Set<string>();
  /** Labels that this delivery has put. */
  readonly #put = new Set<TriedUser>();

  constructor(context: AccessContext, options: TryGateOptions) {
    this.#context = context;
    this.#options = options;
  }

  /** Asks for one try. To be called right before it. `again`: of what was refused in this very delivery. */
  async ask(
    user: string,
    versionId: VersionId,
    {
      again = false,
      limit,
    }: { readonly again?: boolean; readonly limit?: number | undefined } = {},
  ): Promise<Permission> {
    const { memory, clock, settings } = this.#context;
    if (limit === Infinity) {
      this.#unlimited.add(user);
      return GRANTED;
    }
    const budget = tryBudget(limit ?? settings.maxFailedLoginAttempts);
    const who = this.#who(user);
    if (await this.#isStopped(who)) return { kind: 'withheld', why: STOPPED };
    if (versionId === this.#options.currentVersion && !again) return GRANTED;
    const here = this.#refused.get(user) ?? 0;
    const inRow = memory.refused(user);
    const isKnown = !again && memory.isRefused(user, versionId, clock.now());
    if (!isKnown && !memory.mayNotLabel && inRow === here && here < LABEL_BEFORE) {
      return here < budget ? GRANTED : { kind: 'withheld', why: tooMany(user, here) };
    }
    const { isBeside } = await this.#options.others();
    const spent = isBeside ? here : inRow;
    if (isKnown && !isBeside) return KNOWN_REFUSED;
    if (spent >= budget) {
      return { kind: 'withheld', why: tooMany(user, spent) };
    }
    if (isBeside) return GRANTED;
    if (memory.mayNotLabel) return { kind: 'withheld', why: MAY_NOT_LABEL };
    if (spent < LABEL_BEFORE || (await this.#putLabel(who))) return GRANTED;
    return { kind: 'withheld', why: MAY_NOT_LABEL };
  }

  /** What was tried has been refused. */
  refused(user: string, versionId: VersionId): void {
    const { memory, clock } = this.#context;
    memory.keepRefused(user, versionId, clock.now());
    this.#refused.set(user, (this.#refused.get(user) ?? 0) + 1);
  }

  /** A password of the user was accepted: takes off the label that says that none is. */
  async accepted(user: string): Promise<void> {
    this.#refused.delete(user);
    const who = this.#who(user);
    const label = UNPROVEN_LABELS[who];
    const { secret, pendingVersion } = this.#options;
    const from = this.#put.has(who) ? pendingVersion : versionWith(secret, label);
    if (from === undefined) return;
    const { store, secretId } = this.#context;
    try {
      await store.moveLabel({ secretId, label, from });
    } catch (error) {
      // Another delivery was faster.
      if (!KeyturnError.is(error, 'KEYTURN_STORE_REFUSED')) throw error;
    }
    this.#put.delete(who);
  }

  /** The delivery ends without proof: tells later ones to try nothing. Never throws. */
  async stop(): Promise<void> {
    try {
      for (const user of this.#refused.keys()) {
        const who = this.#who(user);
        if (this.#unlimited.has(user) || this.#put.has(who) || (await this.#isOvertaken()))
          continue;
        await this.#putLabel(who);
      }
    } catch (error) {
      // The refusal says what to do; the next delivery tries again to say so by a label.
      if (!KeyturnError.is(error)) throw error;
    }
  }

  async #isStopped(who: TriedUser): Promise<boolean> {
    const { secret, pendingVersion, others } = this.#options;
    if (this.#put.has(who)) return false;
    if (!unprovenLabelsOn(secret).some((each) => each.who === who)) return false;
    const { givenUp } = await others();
    return standingLabels(secret, givenUp, pendingVersion).some((each) => each.who === who);
  }

  /** Another rotation is at work, which may have changed the password between two tries. */
  async #isOvertaken(): Promise<boolean> {
    const { store, secretId } = this.#context;
    const { secret, others } = this.#options;
    if ((await others()).isBeside) return true;
    const seen = await store.describe({ secretId });
    const isMoved = (label: string): boolean =>
      versionWith(seen, label) !== versionWith(secret, label);
    return isMoved(AWSCURRENT) || isMoved(AWSPENDING);
  }

  #who(user: string): TriedUser {
    return user === this.#options.owner.current.username ? 'current' : 'alternate';
  }

  /** Whether the label is there. */
  async #putLabel(who: TriedUser): Promise<boolean> {
    if (this.#put.has(who)) return true;
    const { store, secretId, memory } = this.#context;
    const { secret, pendingVersion: to } = this.#options;
    const label = UNPROVEN_LABELS[who];
    const from = versionWith(secret, label);
    try {
      await store.moveLabel({ secretId, label, to, ...(from !== undefined && { from }) });
    } catch (error) {
      if (KeyturnError.is(error, 'KEYTURN_STORE_ACCESS_DENIED')) {
        memory.keepMayNotLabel();
        return false;
      }
      // Another delivery has put it.
      if (!KeyturnError.is(error, 'KEYTURN_STORE_REFUSED')) throw error;
    }
    this.#put.add(who);
    return true;
  }
}

/** So many wrong passwords of a user are presented without a label. */
const LABEL_BEFORE = 2;

const STOPPED =
  'An earlier delivery found no stored version that signs in, so nothing more was tried: wrong passwords in a row lock a user. `keyturn repair` takes its staging label off once AWSCURRENT signs in.';
const MAY_NOT_LABEL =
  'No further version was tried, because wrong passwords in a row lock a user and the staging label by which keyturn counts them may not be put (secretsmanager:UpdateSecretVersionStage for KEYTURN_UNPROVEN and KEYTURN_UNPROVEN_ALTERNATE).';

function tooMany(user: string, spent: number): string {
  const times = spent === 1 ? '1 wrong password' : `${spent} wrong passwords in a row`;
  return `After ${times} no further version was tried for user ${JSON.stringify(user)}, so that it is not locked.`;
}
