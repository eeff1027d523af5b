import type { Sensitive } from '@keyturn/core';

/** The staging labels under which a client reads. */
export type CredentialLabel = 'AWSCURRENT' | 'AWSPENDING' | 'AWSPREVIOUS';

/** One user name and its password, read together, and where the secret says that they sign in. */
export interface Credential {
  readonly versionId: string;
  /** The label that it was read by. */
  readonly label: CredentialLabel;
  readonly user: string;
  readonly password: Sensitive;
  readonly address: CredentialAddress;
  /** When the version was stored, in epoch milliseconds, where the reader knows. */
  readonly createdAt?: number | undefined;
  /** Read from a replica, which may lag behind. */
  readonly mayBeBehind?: boolean | undefined;
}

/** What a secret says about its server; what it leaves out the application has to give. */
export interface CredentialAddress {
  readonly host?: string;
  readonly port?: number;
  readonly database?: string;
}

/** Whether a server could tell the two apart: the version and its labels do not count. */
export function isSameCredential(a: Credential, b: Credential): boolean {
  return a.user === b.user && a.password.equals(b.password);
}
