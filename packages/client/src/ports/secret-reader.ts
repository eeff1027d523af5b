import type { Sensitive } from '@keyturn/core';
import type { CredentialLabel } from '../domain/credential.js';

/** Reads secrets. The client needs no more of Secrets Manager than this. */
export interface SecretReader {
  /**
   * The version that carries a label. Safe to repeat; changes nothing.
   * @returns undefined where no version has the label, or it has no value yet
   * @throws KeyturnError `KEYTURN_STORE_*`; `retryable` says whether another try may succeed
   */
  read(request: SecretReadRequest): Promise<SecretReading | undefined>;
  /**
   * NextRotationDate in epoch milliseconds, the latest time at which the secret will have been rotated. Leave it out
   * where it cannot be known. What it throws is an event and nothing more.
   */
  nextRotation?(request: { readonly secretId: string }): Promise<number | undefined>;
}

/** Which version is wanted. */
export interface SecretReadRequest {
  readonly secretId: string;
  readonly label: CredentialLabel;
  /** A value that a cache on the way has kept from before will not do: a server has just refused it. */
  readonly fresh: boolean;
}

/** One version of a secret. */
export interface SecretReading {
  readonly versionId: string;
  readonly text: Sensitive;
  /** When it was stored, in epoch milliseconds, where that is known. */
  readonly createdAt?: number | undefined;
  /** It comes from a replica, which may lag behind. */
  readonly mayBeBehind?: boolean | undefined;
}
