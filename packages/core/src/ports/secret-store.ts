import type { SecretDescription, VersionId, VersionSummary } from '../domain/secret-description.js';
import type { Sensitive } from '../domain/sensitive.js';

/**
 * Where the versions of a secret and their staging labels live.
 *
 * Every method throws {@link SecretStoreError} (`KEYTURN_STORE_*`) and retries throttling itself, bounded.
 * Reads may lag behind writes for a moment; the engine allows for that.
 */
export interface SecretStore {
  /** Labels and rotation settings, no value. Safe to repeat. Throws `KEYTURN_STORE_NOT_FOUND` for an unknown secret. */
  describe(request: { readonly secretId: string }): Promise<SecretDescription>;

  /**
   * One version's value, by label or by id. Safe to repeat.
   * @returns undefined where that version or label does not exist or has no value yet. An unknown secret throws
   * `KEYTURN_STORE_NOT_FOUND` where the service tells it apart from a version without a value.
   */
  readValue(request: ReadValueRequest): Promise<StoredValue | undefined>;

  /**
   * Every version, those without a label too, newest first. Safe to repeat. Off the ordinary path, so the
   * function's role may lack the permission to it: throws `KEYTURN_STORE_ACCESS_DENIED` then.
   */
  listVersions(request: { readonly secretId: string }): Promise<readonly VersionSummary[]>;

  /**
   * Stores a value under a version id and puts AWSPENDING on it. A version that has a value never changes.
   * Safe to repeat with the same value. On failure nothing is stored, except after
   * `KEYTURN_STORE_UNAVAILABLE`, when it may have been.
   * @returns `already-has-value` where that version has another value; it is left as it is.
   */
  putPending(request: PutPendingRequest): Promise<'stored' | 'already-has-value'>;

  /**
   * Moves a label between versions, or attaches or removes it. When AWSCURRENT moves, AWSPREVIOUS follows to the
   * version it left. Not safe to repeat blindly: throws `KEYTURN_STORE_REFUSED` when the label is not, or no
   * longer, on `from`. On failure no label has moved, except after `KEYTURN_STORE_UNAVAILABLE`.
   */
  moveLabel(request: MoveLabelRequest): Promise<void>;
}

/** Which version's value to read. */
export type ReadValueRequest =
  | { readonly secretId: string; readonly versionId: VersionId }
  | { readonly secretId: string; readonly label: string };

/** A version's value: text, or binary, which no rotation can use. */
export type StoredValue = ValueOrigin &
  ({ readonly kind: 'text'; readonly text: Sensitive } | { readonly kind: 'binary' });

/** Which secret and version a value was read from. */
export interface ValueOrigin {
  /** What the store resolved the name, ARN or partial ARN of the request to: always the full ARN. */
  readonly secretArn: string;
  readonly versionId: VersionId;
}

/** What to store; see {@link SecretStore.putPending}. */
export interface PutPendingRequest {
  readonly secretId: string;
  readonly versionId: VersionId;
  readonly text: Sensitive;
  /** Passed on as RotationToken, never logged. */
  readonly rotationToken?: Sensitive | undefined;
}

/** Which label goes where; leave `from` out to attach a label that is on no version, `to` out to remove it. */
export interface MoveLabelRequest {
  readonly secretId: string;
  readonly label: string;
  readonly from?: VersionId | undefined;
  readonly to?: VersionId | undefined;
}
