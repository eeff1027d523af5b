import {
  versionWith,
  type SecretDescription,
  type VersionId,
} from '../domain/secret-description.js';
import { AWSCURRENT, AWSPENDING } from '../domain/staging-label.js';
import { FIRST_MAY_BE_SET, MAY_BE_SET } from '../domain/tries/may-be-set.js';
import { tryBudget, type TriesSpent } from '../domain/tries/try-budget.js';
import {
  readTryLabels,
  tryLabel,
  tryLabelsOn,
  unprovenLabel,
  type FoundLabel,
  type TriedUser,
  type TryLabels,
} from '../domain/tries/try-labels.js';
import { KeyturnError } from '../errors.js';
import type { AccessContext, SecretOwner } from './access-context.js';

/** Which reading of the labels a ledger goes by, and the version that it writes to. */
export interface LedgerOptions {
  readonly secret: SecretDescription;
  readonly owner: SecretOwner;
  readonly currentVersion: VersionId;
  /** The version that is AWSPENDING; keyturn's own labels go there. */
  readonly pendingVersion: VersionId;
}

/** Whether a stored password may be presented. */
export type Permission =
  | { readonly kind: 'granted' }
  /** An earlier try has been refused, so that this one would be, too. */
  | { readonly kind: 'known-refused' }
  /** `why` is a whole sentence. */
  | { readonly kind: 'withheld'; readonly why: string };

const GRANTED: Permission = { kind: 'granted' };
const KNOWN_REFUSED: Permission = { kind: 'known-refused' };

/**
 * Counts wrong passwords, since enough of them in a row lock a user. The first try of a user is free of charge; before
 * every further one a staging label says so, in order that deliveries in other processes know, those that find this one
 * dead too.
 */
export class TryLedger {
  readonly #context: AccessContext;
  readonly #options: LedgerOptions;
  readonly #labels: Readonly<Record<TriedUser, TryLabels>>;
  readonly #put: FoundLabel[] = [];
  /** How many candidates of a user an earlier delivery has seen refused, and this one has passed by. */
  readonly #passed = new Map<TriedUser, number>();
  #mayLabel = true;

  constructor(context: AccessContext, options: LedgerOptions) {
    this.#context = context;
    this.#options = options;
    const read = (user: TriedUser): TryLabels =>
      readTryLabels(options.secret, user, options.currentVersion);
    this.#labels = { current: read('current'), next: read('next') };
    // Whoever has lifted the stop has helped, so that what this process saw before is over.
    for (const [user, who] of this.#users()) {
      if (context.memory.hasStopped(user) && !this.#labels[who].stopped) {
        context.memory.forgetRefused(user);
      }
    }
  }

  /** Asks for one try. To be called right before it. `again`: of what was refused in this very delivery. */
  async ask(user: string, versionId: VersionId, again = false): Promise<Permission> {
    const { memory, clock } = this.#context;
    const who = this.#who(user);
    const { stopped, under } = this.#labels[who];
    if (stopped) return { kind: 'withheld', why: STOPPED };
    const passed = this.#passed.get(who) ?? 0;
    if (passed < under - 1) {
      this.#passed.set(who, passed + 1);
      return KNOWN_REFUSED;
    }
    const isCurrent = versionId === this.#options.currentVersion;
    const mayBeHealed = isCurrent && memory.mayNotLabel;
    const isKnown = memory.isRefused(user, versionId, clock.now());
    if (isKnown && !mayBeHealed && !again) return KNOWN_REFUSED;
    const { spent, budget } = this.#spent(user);
    if (spent >= budget && (!mayBeHealed || again))
      return { kind: 'withheld', why: tooMany(user, spent) };
    if (spent === 0 || (isCurrent && !again)) return GRANTED;
    if (await this.#putLabel(tryLabel(who, spent + 1, this.#options.currentVersion))) {
      return GRANTED;
    }
    return { kind: 'withheld', why: MAY_NOT_LABEL };
  }

  /** What was tried has been refused. */
  refused(user: string, versionId: VersionId): void {
    const { memory, clock } = this.#context;
    memory.keepRefused(user, versionId, clock.now());
  }

  /**
   * A password of the user has been accepted: takes off what earlier deliveries and this one have put, before anything
   * else is done, since the next delivery would go by it.
   */
  async accepted(user: string): Promise<void> {
    const { found } = this.#labels[this.#who(user)];
    const isOfUser = ({ label }: FoundLabel): boolean =>
      found.some((each) => each.label === label) || this.#isAbout(label, user);
    const labels = [...found, ...this.#put].filter(isOfUser);
    for (const each of labels) await this.#takeOff(each);
  }

  /** Nothing is left to try for the user: says so to later deliveries. Does nothing where no password was refused. */
  async stop(user: string): Promise<void> {
    const { memory } = this.#context;
    const who = this.#who(user);
    if (this.#labels[who].stopped || this.#spent(user).spent === 0) return;
    if (await this.#isOvertaken()) return;
    if (await this.#putLabel(unprovenLabel(who, this.#options.currentVersion))) {
      memory.keepStopped(user);
    }
  }

  /** Takes off what is there of the user's, and labels that mean nothing any more. Never throws. */
  async tidy(user: string): Promise<void> {
    const { secret } = this.#options;
    try {
      await this.accepted(user);
      const known = Object.values(this.#labels).flatMap(({ found }) => found);
      const isKnown = ({ label }: FoundLabel): boolean =>
        known.some((each) => each.label === label);
      for (const each of tryLabelsOn(secret)) if (!isKnown(each)) await this.#takeOff(each);
    } catch (error) {
      // Another version is AWSCURRENT soon, and nothing goes by them then.
      if (!KeyturnError.is(error)) throw error;
    }
  }

  /** Another rotation is at work, which may have changed the password between two tries. */
  async #isOvertaken(): Promise<boolean> {
    const { store, secretId } = this.#context;
    const { secret } = this.#options;
    const seen = await store.describe({ secretId });
    const isMoved = (label: string): boolean =>
      versionWith(seen, label) !== versionWith(secret, label);
    return [AWSCURRENT, AWSPENDING, MAY_BE_SET, FIRST_MAY_BE_SET].some(isMoved);
  }

  #spent(user: string): TriesSpent {
    const { memory, settings } = this.#context;
    const { under } = this.#labels[this.#who(user)];
    const spent = Math.max(memory.refused(user), under - 1, 0);
    return { spent, budget: tryBudget(settings.maxFailedLoginAttempts) };
  }

  #who(user: string): TriedUser {
    return user === this.#options.owner.current.username ? 'current' : 'next';
  }

  #users(): readonly (readonly [string, TriedUser])[] {
    const { current, nextUser } = this.#options.owner;
    return [...new Set([current.username, nextUser])].map((user) => [user, this.#who(user)]);
  }

  #isAbout(label: string, user: string): boolean {
    const { currentVersion } = this.#options;
    const who = this.#who(user);
    return (
      label === unprovenLabel(who, currentVersion) ||
      [2, 3].some((number) => label === tryLabel(who, number, currentVersion))
    );
  }

  /** Whether the label is there. */
  async #putLabel(label: string): Promise<boolean> {
    const known = [...Object.values(this.#labels).flatMap(({ found }) => found), ...this.#put];
    if (known.some((each) => each.label === label)) return true;
    if (!this.#mayLabel) return false;
    const { store, secretId, memory } = this.#context;
    const versionId = this.#options.pendingVersion;
    try {
      await store.moveLabel({ secretId, label, to: versionId });
    } catch (error) {
      if (KeyturnError.is(error, 'KEYTURN_STORE_ACCESS_DENIED')) {
        this.#mayLabel = false;
        memory.keepMayNotLabel();
        return false;
      }
      // Another delivery has put it: it is counting, too.
      if (!KeyturnError.is(error, 'KEYTURN_STORE_REFUSED')) throw error;
    }
    this.#put.push({ label, versionId });
    return true;
  }

  async #takeOff({ label, versionId }: FoundLabel): Promise<void> {
    const { store, secretId } = this.#context;
    try {
      await store.moveLabel({ secretId, label, from: versionId });
    } catch (error) {
      // Another delivery was faster.
      if (!KeyturnError.is(error, 'KEYTURN_STORE_REFUSED')) throw error;
    }
  }
}

const STOPPED =
  'An earlier delivery found that no stored version signs in, so nothing more was tried: wrong passwords in a row lock a user.';
const MAY_NOT_LABEL =
  'No further version was tried, because wrong passwords in a row lock a user and keyturn may not put the staging label by which it counts them (secretsmanager:UpdateSecretVersionStage).';

function tooMany(user: string, spent: number): string {
  return `After ${spent} wrong passwords in a row no further version was tried for user ${JSON.stringify(user)}, so that it is not locked.`;
}
