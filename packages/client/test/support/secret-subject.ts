import type { SecretReader } from '@keyturn/client';

/** A secret of its own for one test, and the means to change it, without the reader under test. */
export interface SecretSubject {
  readonly secretId: string;
  readonly reader: SecretReader;
  /** How often a value was read, where that is counted outside the client. */
  reads(): number;
  /** Stores a new AWSCURRENT version. */
  putCurrent(value: string): Promise<void>;
  /** Stores a version under AWSPENDING, as createSecret does. */
  putPending(value: string): Promise<void>;
  /** Moves AWSCURRENT to the pending version, as finishSecret does, and takes AWSPENDING off. */
  promote(): Promise<void>;
  dispose(): Promise<void>;
}
