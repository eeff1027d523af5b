import type { DatabaseAddress, Permission, Sensitive } from '@keyturn/core';
import type { DatabaseAdmin } from '@keyturn/core/adapter';

/** A user that the suite asks for, made without the adapter under test. */
export interface SubjectUser {
  readonly name: string;
  readonly password: string;
  /** Default false. */
  readonly superuser?: boolean;
  /** Epoch milliseconds: whole seconds before 2038, where Redshift's type ends. Default: never. */
  readonly validUntil?: number;
  /** Managed by an identity provider. Default false; asked for only where {@link DatabaseAdminSupport} says so. */
  readonly external?: boolean;
}

/** What a database cannot show is declared once, here, instead of being left out of the suite. */
export interface DatabaseAdminSupport {
  /** Users of identity providers can be made for the suite. */
  readonly externalUsers: boolean;
  /** Quoted user names may hold any printable character. */
  readonly anyUserName: boolean;
}

/** A database for one test, and the means to look behind the adapter. */
export interface DatabaseAdminSubject {
  readonly admin: DatabaseAdmin;
  /** Where a sign-in succeeds. */
  readonly address: DatabaseAddress;
  readonly superuser: { readonly user: string; readonly password: Sensitive };
  /** An address where nothing listens. */
  readonly unreachable: DatabaseAddress;
  /** The longest user name this server keeps whole. */
  readonly maxUserNameBytes: number;
  /** Permissions that can be granted here: at least one of a database, schema, relation, group and role, one of them grantable. */
  readonly grantable: readonly Permission[];
  /** A permission that everybody has through PUBLIC, granted by this call. */
  grantToPublic(): Promise<void>;
  /** Makes a user that is removed by {@link DatabaseAdminSubject.dispose}, as are those the adapter has made. */
  makeUser(user: SubjectUser): Promise<void>;
  /** A name nobody has, beginning with `prefix`; the user of that name is removed by `dispose`. */
  freshName(prefix: string): string;
  /** Removes all that the test has left. */
  dispose(): Promise<void>;
}
