import type { VersionId } from '@keyturn/core';
import type { SecretStore } from '@keyturn/core/adapter';

/** A secret that the suite asks for, made without the adapter under test. */
export interface SubjectSecret {
  /** The text of the first version, which is AWSCURRENT, or binary. Default: the secret has no version. */
  readonly current?: string | { readonly binary: true };
  /** Rotation was turned on, and off again for false. Default: the secret never had rotation. */
  readonly rotationEnabled?: boolean;
  /** A service that owns it; asked for only where {@link SecretStoreSupport} says so. */
  readonly owningService?: string;
  /** Asked for only where {@link SecretStoreSupport} says so. */
  readonly tags?: Readonly<Record<string, string>>;
}

/** A secret of the running test. */
export interface MadeSecret {
  readonly secretId: string;
  readonly arn: string;
  /** The AWSCURRENT version; absent where the secret has none. */
  readonly current?: VersionId;
}

/** What a store cannot show is declared once, here, instead of being left out of the suite. */
export interface SecretStoreSupport {
  /** Secrets owned by a service can be made for the suite. */
  readonly owningService: boolean;
  /** Secrets with tags can be made for the suite, those of a service too, such as `aws:redshift:primaryclusterarn`. */
  readonly tags: boolean;
}

/** A store for one test, and the means to change what is behind it. */
export interface SecretStoreSubject {
  readonly store: SecretStore;
  /** Makes a secret that no other test knows. */
  makeSecret(secret: SubjectSecret): Promise<MadeSecret>;
  /** Starts a rotation: AWSPENDING sits on a version of that id, which has no value. */
  stagePending(secretId: string, versionId: VersionId): Promise<void>;
  /** Somebody else stores a new current value. */
  putCurrent(secretId: string, versionId: VersionId, text: string): Promise<void>;
  /** Removes all that the test has left. */
  dispose(): Promise<void>;
}
