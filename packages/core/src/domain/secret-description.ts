/** Identifies one stored value of a secret; equal to the request token it was stored with. */
export type VersionId = string;

/** What the service says about a secret, without any value. */
export interface SecretDescription {
  readonly arn: string;
  /** Absent on a secret that never had rotation; AWS's templates count absent as enabled, so does keyturn. */
  readonly rotationEnabled?: boolean;
  /** The stored rotation function; the service may keep it after rotation was turned off. */
  readonly rotationFunction?: string;
  /** When the service last completed a rotation, in epoch milliseconds; absent before the first and while off. */
  readonly lastRotatedAt?: number;
  /** The latest date of the next rotation, in epoch milliseconds; may lie in the past after failures. */
  readonly nextRotationAt?: number;
  /** The service that owns and rotates this secret, such as `redshift`; absent on ordinary secrets. */
  readonly owningService?: string;
  /** Tags by their keys; absent where the secret has none. */
  readonly tags?: ReadonlyMap<string, string>;
  /** Labelled versions only: version id to the staging labels on it. */
  readonly labels: ReadonlyMap<VersionId, ReadonlySet<string>>;
  /** Regions whose replica has not caught up yet; empty where the secret has no replicas. */
  readonly replicasBehind: readonly string[];
}

/** The version that carries a label, if one does. A label sits on at most one version. */
export function versionWith(secret: SecretDescription, label: string): VersionId | undefined {
  for (const [versionId, labels] of secret.labels) if (labels.has(label)) return versionId;
  return undefined;
}

/** One stored version as listed by the service, labelled or not. */
export interface VersionSummary {
  readonly versionId: VersionId;
  readonly labels: ReadonlySet<string>;
  /** Epoch milliseconds; 0 where the service does not say. */
  readonly createdAt: number;
}
