/*
 * The state of one secret, as plain data: it is dumped, persisted and compared as it stands.
 * All instants are epoch milliseconds. *version*: one stored value, named by its request token.
 * *label*: a staging label; it sits on at most one version.
 */

/** A stored value: text, or bytes in base64. */
export type SecretValue =
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'binary'; readonly base64: string };

/** One version; without a value it is only reserved, as RotateSecret leaves it before createSecret. */
export interface SecretVersion {
  readonly id: string;
  readonly labels: readonly string[];
  readonly createdAt: number;
  readonly value?: SecretValue;
  readonly lastAccessedAt?: number;
}

/** RotationRules as the caller gave them. */
export interface RotationRules {
  readonly AutomaticallyAfterDays?: number;
  readonly Duration?: string;
  readonly ScheduleExpression?: string;
}

/** Rotation settings; `enabled: false` after CancelRotateSecret, which keeps the function. */
export interface RotationSettings {
  readonly enabled: boolean;
  readonly functionArn?: string;
  readonly rules?: RotationRules;
  readonly lastRotatedAt?: number;
  /** End of the next rotation window. */
  readonly nextRotationAt?: number;
}

/** A rotation that RotateSecret began and that has not ended well: running, or stranded after its last retry. */
export interface PendingRotation {
  readonly token: string;
  readonly kind: 'rotation' | 'test';
  readonly startedAt: number;
}

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** A copy of the secret in another region. */
export interface Replica {
  readonly region: string;
  readonly kmsKeyId?: string;
  readonly status: 'InSync' | 'InProgress' | 'Failed';
  readonly statusMessage?: string;
}

export interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly createdAt: number;
  readonly lastChangedAt: number;
  readonly versions: readonly SecretVersion[];
  readonly description?: string;
  readonly kmsKeyId?: string;
  readonly type?: string;
  readonly tags?: readonly Tag[];
  readonly policy?: string;
  readonly rotation?: RotationSettings;
  readonly pendingRotation?: PendingRotation;
  readonly lastAccessedAt?: number;
  /** When the secret goes for good; set while it is scheduled for deletion. */
  readonly deleteAt?: number;
  /** Force-deleted: the name is still taken until `deleteAt`, and nothing brings the secret back. */
  readonly vanishing?: boolean;
  readonly owningService?: string;
  readonly replicas?: readonly Replica[];
  /** Set on a replica, and on a primary that has replicas. */
  readonly primaryRegion?: string;
}

/** A change to one field, where `undefined` takes the field away. */
export type SecretPatch = { readonly [K in keyof Secret]?: Secret[K] | undefined };

/** The secret with some fields set, or taken away. */
export function patchSecret(secret: Secret, patch: SecretPatch): Secret {
  return withoutUndefined({ ...secret, ...patch });
}

/** A copy without the keys whose value is undefined, for answers and state alike. */
export function withoutUndefined<T extends object>(
  value: T,
): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

/** Whether two values are the same, which makes a repeated token harmless. */
export function sameValue(a: SecretValue, b: SecretValue): boolean {
  return a.kind === 'string'
    ? b.kind === 'string' && a.text === b.text
    : b.kind === 'binary' && a.base64 === b.base64;
}
