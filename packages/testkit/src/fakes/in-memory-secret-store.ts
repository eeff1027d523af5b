import {
  AWSCURRENT,
  AWSPENDING,
  SecretStoreError,
  Sensitive,
  type ErrorCode,
  type VersionId,
} from '@keyturn/core';
import type {
  MoveLabelRequest,
  PutPendingRequest,
  ReadValueRequest,
  SecretDescription,
  SecretStore,
  StoredValue,
  VersionSummary,
} from '@keyturn/core/adapter';
import type {
  InMemorySecret,
  InMemorySecretStoreState,
  InMemoryValue,
  InMemoryVersion,
} from './in-memory-secret-store-state.js';
import { holderOf, withLabel, withoutLabel } from './staging-labels.js';

/** A secret to add; see {@link InMemorySecretStore.addSecret}. */
export interface NewSecret {
  readonly secretId: string;
  /** The first version, which becomes AWSCURRENT. Default: the secret has no version. */
  readonly current?: { readonly versionId: VersionId; readonly value: InMemoryValue | string };
  /** Default: absent, as on a secret that never had rotation. */
  readonly rotationEnabled?: boolean;
  readonly rotationFunction?: string;
  readonly owningService?: string;
  /** Default: none. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Default: none. */
  readonly replicasBehind?: readonly string[];
}

/** A version with a value, as an operator puts it. */
export interface VersionToPut {
  readonly secretId: string;
  readonly versionId: VersionId;
  readonly value: InMemoryValue | string;
}

/**
 * A `SecretStore` that keeps everything in memory, with Secrets Manager's rules for labels and versions.
 * Deterministic: no timers, no randomness, no lag. It passes the same contract as the real adapter.
 *
 * @example
 * const store = new InMemorySecretStore();
 * store.addSecret({ secretId: 'orders', current: { versionId: 'v1', value: '{}' } });
 * store.stagePending({ secretId: 'orders', versionId: 'v2' });
 * store.labels('orders'); // { v1: ['AWSCURRENT'], v2: ['AWSPENDING'] }
 */
export class InMemorySecretStore implements SecretStore {
  #state: InMemorySecretStoreState = {};
  readonly #now: (() => number) | undefined;

  /** @param options `now` says when a version came to be; default: the n-th one at n, since there is no clock */
  constructor({ now }: { readonly now?: () => number } = {}) {
    this.#now = now;
  }

  /** Adds a secret, or replaces one of that name, and gives its ARN; both name it from then on. */
  addSecret({ secretId, current, replicasBehind = [], ...settings }: NewSecret): string {
    const arn = `arn:aws:secretsmanager:us-east-1:123456789012:secret:${secretId}-kEyTrn`;
    this.#state = {
      ...this.#state,
      [secretId]: { arn, ...settings, replicasBehind, versions: [] },
    };
    if (current !== undefined) this.putVersion({ secretId, ...current });
    return arn;
  }

  /** Changes what the description says besides the labels. */
  configure(secretId: string, settings: Partial<Omit<InMemorySecret, 'arn' | 'versions'>>): void {
    this.#change(secretId, (secret) => ({ ...secret, ...settings }));
  }

  /**
   * Puts AWSPENDING onto a version, which is reserved without a value if it is new, as starting a rotation does.
   * Takes the label from wherever it was; the service itself refuses that while a rotation is under way.
   */
  stagePending({ secretId, versionId }: { secretId: string; versionId: VersionId }): void {
    this.#changeVersions(secretId, (versions) =>
      withLabel(this.#reserve(versions, versionId), AWSPENDING, versionId),
    );
  }

  /** Ends a rotation as the service does once it is complete: AWSPENDING comes off the AWSCURRENT version. */
  completeRotation(secretId: string): void {
    const { versions: before } = this.#find(secretId);
    const now = this.#now?.();
    if (now !== undefined && holderOf(before, AWSPENDING) === holderOf(before, AWSCURRENT)) {
      // No earlier than the version that has become current.
      this.configure(secretId, { lastRotatedAt: now + before.length });
    }
    this.#changeVersions(secretId, (versions) =>
      holderOf(versions, AWSPENDING) === holderOf(versions, AWSCURRENT)
        ? withoutLabel(versions, AWSPENDING)
        : versions,
    );
  }

  /** Takes a label off, wherever it is, as an operator does with AWSPENDING to clear a stuck rotation. */
  removeLabel(secretId: string, label: string): void {
    this.#changeVersions(secretId, (versions) => withoutLabel(versions, label));
  }

  /** Somebody else stores a new current value. A rotation that was under way is abandoned: AWSPENDING is gone. */
  putCurrent(put: VersionToPut): void {
    this.putVersion({ ...put, labels: [AWSCURRENT] });
    this.removeLabel(put.secretId, AWSPENDING);
  }

  /**
   * Stores a version under labels of its own, none by default; the first version of a secret is AWSCURRENT too.
   * @throws TypeError where that version has a value.
   */
  putVersion({ labels = [], ...put }: VersionToPut & { labels?: readonly string[] }): void {
    const { secretId, versionId } = put;
    const value: InMemoryValue =
      typeof put.value === 'string' ? { kind: 'text', text: put.value } : put.value;
    this.#changeVersions(secretId, (versions) => {
      if (find(versions, versionId)?.value !== undefined) {
        throw new TypeError(`version ${versionId} of ${secretId} has a value`);
      }
      const wanted = versions.length === 0 ? [AWSCURRENT, ...labels] : labels;
      const stored: readonly InMemoryVersion[] = this.#reserve(versions, versionId).map(
        (version) => (version.versionId === versionId ? { ...version, value } : version),
      );
      return wanted.reduce((result, label) => withLabel(result, label, versionId), stored);
    });
  }

  /** The labels as plain data, for assertions: labelled versions only, labels sorted. */
  labels(secretId: string): Record<VersionId, readonly string[]> {
    const labelled = this.#find(secretId).versions.filter(({ labels }) => labels.length > 0);
    return Object.fromEntries(labelled.map(({ versionId, labels }) => [versionId, labels]));
  }

  /** A version's text; undefined where it has none. */
  text(secretId: string, versionId: VersionId): string | undefined {
    const value = find(this.#find(secretId).versions, versionId)?.value;
    return value?.kind === 'text' ? value.text : undefined;
  }

  /** The whole state, as plain data that will never change. */
  snapshot(): InMemorySecretStoreState {
    return this.#state;
  }

  /** Goes back to a snapshot. */
  restore(snapshot: InMemorySecretStoreState): void {
    this.#state = snapshot;
  }

  async describe({ secretId }: { readonly secretId: string }): Promise<SecretDescription> {
    const { versions, tags, ...settings } = this.#find(secretId);
    const labelled = versions.filter(({ labels }) => labels.length > 0);
    return {
      ...settings,
      ...(tags && { tags: new Map(Object.entries(tags)) }),
      labels: new Map(labelled.map(({ versionId, labels }) => [versionId, new Set(labels)])),
    };
  }

  async readValue(request: ReadValueRequest): Promise<StoredValue | undefined> {
    const { arn: secretArn, versions } = this.#find(request.secretId);
    const version =
      'versionId' in request
        ? find(versions, request.versionId)
        : holderOf(versions, request.label);
    if (version?.value === undefined) return undefined;
    const { versionId, value } = version;
    return value.kind === 'binary'
      ? { kind: 'binary', secretArn, versionId }
      : { kind: 'text', secretArn, versionId, text: new Sensitive(value.text) };
  }

  async listVersions(request: { readonly secretId: string }): Promise<readonly VersionSummary[]> {
    const { versions } = this.#find(request.secretId);
    return versions
      .map(({ versionId, labels, createdAt = 0 }, i) => ({
        versionId,
        labels: new Set(labels),
        // No two come to be at the same time.
        createdAt: createdAt + i + 1,
      }))
      .reverse();
  }

  async putPending(request: PutPendingRequest): Promise<'stored' | 'already-has-value'> {
    const { secretId, versionId } = request;
    const text = request.text.reveal();
    const held = find(this.#find(secretId).versions, versionId)?.value;
    if (held !== undefined) {
      return held.kind === 'text' && held.text === text ? 'stored' : 'already-has-value';
    }
    this.putVersion({ secretId, versionId, value: text, labels: [AWSPENDING] });
    return 'stored';
  }

  async moveLabel({ secretId, label, from, to }: MoveLabelRequest): Promise<void> {
    const { versions } = this.#find(secretId);
    const holder = holderOf(versions, label)?.versionId;
    const target = to === undefined ? undefined : find(versions, to);
    if (to !== undefined && target === undefined) {
      fail('KEYTURN_STORE_NOT_FOUND', secretId, `There is no version ${to}.`);
    }
    if (from === undefined ? to === undefined || (holder ?? to) !== to : holder !== from) {
      fail('KEYTURN_STORE_REFUSED', secretId, `${label} is on ${holder ?? 'no version'}.`);
    }
    if (label === AWSCURRENT && target?.value === undefined) {
      fail('KEYTURN_STORE_REFUSED', secretId, 'AWSCURRENT has to be on a version with a value.');
    }
    this.#changeVersions(secretId, () =>
      to === undefined ? withoutLabel(versions, label) : withLabel(versions, label, to),
    );
  }

  #reserve(versions: readonly InMemoryVersion[], versionId: VersionId): readonly InMemoryVersion[] {
    if (find(versions, versionId)) return versions;
    const createdAt = this.#now?.();
    return [...versions, { versionId, labels: [], ...(createdAt !== undefined && { createdAt }) }];
  }

  #find(secretId: string): InMemorySecret {
    const name = this.#nameOf(secretId);
    const secret = Object.hasOwn(this.#state, name) ? this.#state[name] : undefined;
    return secret ?? fail('KEYTURN_STORE_NOT_FOUND', secretId, 'There is no such secret.');
  }

  #nameOf(secretId: string): string {
    const named = Object.entries(this.#state).find(
      ([name, { arn }]) => arn === secretId || partialArn(name, arn) === secretId,
    );
    return named?.[0] ?? secretId;
  }

  #change(secretId: string, change: (secret: InMemorySecret) => InMemorySecret): void {
    const changed = change(this.#find(secretId));
    this.#state = { ...this.#state, [this.#nameOf(secretId)]: changed };
  }

  #changeVersions(
    secretId: string,
    change: (versions: readonly InMemoryVersion[]) => readonly InMemoryVersion[],
  ): void {
    this.#change(secretId, (secret) => ({ ...secret, versions: change(secret.versions) }));
  }
}

function find(versions: readonly InMemoryVersion[], id: VersionId): InMemoryVersion | undefined {
  return versions.find(({ versionId }) => versionId === id);
}

/** The ARN without its random end, by which the service does not find a name that ends like one itself. */
function partialArn(name: string, arn: string): string | undefined {
  return /-[a-zA-Z0-9]{6}$/.test(name) ? undefined : arn.replace(/-[a-zA-Z0-9]{6}$/, '');
}

function fail(code: ErrorCode, secretId: string, message: string): never {
  throw new SecretStoreError({ code, secretId, message });
}
