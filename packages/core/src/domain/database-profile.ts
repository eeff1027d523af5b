/** What is fixed about a kind of database. Adapters export one; secrets and passwords are parsed against it. */
export interface DatabaseProfile {
  /** The value that the secret's `engine` key must have, such as `redshift`. */
  readonly engine: string;
  readonly defaultPort: number;
  readonly defaultDatabase: string;
  /** The longest user name in UTF-8 bytes. */
  readonly maxUserNameBytes: number;
  readonly password: PasswordRules;
}

/** The rules a password must meet to be accepted by the database. Lengths in characters. */
export interface PasswordRules {
  readonly minLength: number;
  readonly maxLength: number;
  /** Every character a password may contain. */
  readonly allowed: string;
  /** At least one character of each of these classes is needed. */
  readonly required: readonly CharacterClass[];
  /** Characters that are allowed but not used in new passwords, because some documents forbid them. */
  readonly avoided: string;
}

/** A kind of character, as GetRandomPassword names them. */
export type CharacterClass = 'lowercase' | 'uppercase' | 'digit' | 'punctuation';
