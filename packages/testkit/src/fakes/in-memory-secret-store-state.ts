import type { VersionId } from '@keyturn/core';
import type { LabelledVersion } from './staging-labels.js';

/**
 * Everything an `InMemorySecretStore` remembers, by secret id, as plain data. Never changed in place, so taking
 * and restoring a snapshot costs nothing.
 */
export type InMemorySecretStoreState = Readonly<Record<string, InMemorySecret>>;

/** One secret. */
export interface InMemorySecret {
  readonly arn: string;
  readonly rotationEnabled?: boolean;
  readonly rotationFunction?: string;
  /** Epoch milliseconds. */
  readonly lastRotatedAt?: number;
  /** Epoch milliseconds. */
  readonly nextRotationAt?: number;
  readonly owningService?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly replicasBehind: readonly string[];
  /** In the order in which they came to be. */
  readonly versions: readonly InMemoryVersion[];
}

/** One version; without `value` it is reserved. */
export interface InMemoryVersion extends LabelledVersion {
  readonly versionId: VersionId;
  /** Sorted. */
  readonly labels: readonly string[];
  readonly value?: InMemoryValue;
  /** Epoch milliseconds. Absent in a store without a clock, where the n-th version came to be at n. */
  readonly createdAt?: number;
}

/** Text, or binary of which nothing is kept. */
export type InMemoryValue =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'binary' };
