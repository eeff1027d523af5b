import {
  checkUserName,
  parseHost,
  parsePasswordPreset,
  parsePort,
  type UserPair,
} from '@keyturn/core';

/** How one environment variable is read. A parser gives undefined for text that is not fit. */
export interface SettingRow {
  readonly variable: string;
  /** What the variable may hold, as the end of "has to be ...". */
  readonly form: string;
  /** Shown in the docs. */
  readonly default: string;
  readonly meaning: string;
}

/**
 * Every environment variable of the functions. `docs/settings.md` shows this table, and a test holds the two
 * together. The first five are those of AWS's templates.
 */
export const SETTINGS = {
  endpoint: {
    variable: 'SECRETS_MANAGER_ENDPOINT',
    form: 'an http or https URL',
    default: "the region's own",
    meaning: 'Where Secrets Manager answers, for example a VPC endpoint.',
  },
  excludeCharacters: {
    variable: 'EXCLUDE_CHARACTERS',
    form: 'a list of characters',
    default: 'none',
    meaning:
      "Characters that new passwords leave out, besides those that Redshift's rules leave out.",
  },
  passwordLength: {
    variable: 'PASSWORD_LENGTH',
    form: 'a whole number',
    default: '32',
    meaning: 'Length of new passwords in characters, 8 to 64.',
  },
  excludePunctuation: {
    variable: 'EXCLUDE_PUNCTUATION',
    form: 'true or false',
    default: 'false',
    meaning: 'New passwords have letters and digits only.',
  },
  requireEachIncludedType: {
    variable: 'REQUIRE_EACH_INCLUDED_TYPE',
    form: 'true or false',
    default: 'true',
    meaning:
      'New passwords have punctuation too, where any is left. Upper case, lower case and a digit they always have.',
  },
  passwordPreset: {
    variable: 'KEYTURN_PASSWORD_PRESET',
    form: 'urlSafe or shellSafe',
    default: 'none',
    meaning: 'Punctuation of new passwords needs no escaping in a URL, or in a shell.',
  },
  passwordSource: {
    variable: 'KEYTURN_PASSWORD_SOURCE',
    form: 'local or secretsmanager',
    default: 'local',
    meaning:
      "New passwords come from the runtime's cryptographic generator, or from GetRandomPassword.",
  },
  superuserSecret: {
    variable: 'KEYTURN_SUPERUSER_SECRET',
    form: 'the ARN or name of a secret',
    default: '`masterarn` in the secret',
    meaning:
      'Alternating users: which secret holds the superuser credential. Wins over `masterarn`.',
  },
  superuserHost: {
    variable: 'KEYTURN_SUPERUSER_HOST',
    form: 'a DNS name or an IP address',
    default: '`host` in the superuser secret, else found by its tag',
    meaning:
      'Where the superuser signs in, for a superuser secret without a host (one that Redshift manages).',
  },
  superuserPort: {
    variable: 'KEYTURN_SUPERUSER_PORT',
    form: 'a number from 1 to 65535',
    default: '`port` in the superuser secret, else 5439',
    meaning: 'The port that goes with KEYTURN_SUPERUSER_HOST.',
  },
  cloneSuffix: {
    variable: 'KEYTURN_CLONE_SUFFIX',
    form: 'one or more characters of a user name',
    default: '`_clone`',
    meaning: "Alternating users: appended to the user's name for its clone.",
  },
  userPairs: {
    variable: 'KEYTURN_USER_PAIRS',
    form: 'JSON such as [["app_a","app_b"]]',
    default: 'none',
    meaning:
      'Alternating users: existing users that alternate with each other. No user is created for them.',
  },
  existingUsers: {
    variable: 'KEYTURN_EXISTING_USERS',
    form: 'prove or adopt',
    default: 'prove',
    meaning:
      'Alternating users: `adopt` takes over an existing alternate user that no stored version signs in as.',
  },
  permissions: {
    variable: 'KEYTURN_PERMISSIONS',
    form: 'add-missing, reconcile, first-rotation-only or none',
    default: 'add-missing',
    meaning:
      "Alternating users: at every rotation the other user is given the current user's permissions that it lacks. A right that was revoked from one user only is given back at the next rotation: revoke from both. The event `permissions.extra` and `keyturn permissions plan` have the statements.",
  },
  permissionDatabases: {
    variable: 'KEYTURN_PERMISSION_DATABASES',
    form: 'names of databases, separated by commas',
    default: 'all of the cluster',
    meaning: "The databases whose permissions are compared besides the secret's own.",
  },
  reconcileOriginal: {
    variable: 'KEYTURN_RECONCILE_ORIGINAL',
    form: 'true or false',
    default: 'false',
    meaning:
      'Whether `reconcile` also takes rights from the original user while its clone is current.',
  },
  maxRevokes: {
    variable: 'KEYTURN_MAX_REVOKES',
    form: 'a whole number',
    default: '50',
    meaning: 'With more rights to take away in one rotation, `reconcile` stops and shows them.',
  },
  allowUncheckedPolicies: {
    variable: 'KEYTURN_ALLOW_UNCHECKED_POLICIES',
    form: 'true or false',
    default: 'false',
    meaning: 'Go on although row-level security or masking could not be compared.',
  },
  allowSuperuserSource: {
    variable: 'KEYTURN_ALLOW_SUPERUSER_SOURCE',
    form: 'true or false',
    default: 'false',
    meaning:
      'Clone the explicit rights of a user that is a superuser. The clone is none; the next rotation is refused until the original is none either.',
  },
  ownedObjects: {
    variable: 'KEYTURN_OWNED_OBJECTS',
    form: 'warn, refuse or ignore',
    default: 'warn',
    meaning: 'What to do about objects that belong to one user of the pair.',
  },
  mutualDefaultPrivileges: {
    variable: 'KEYTURN_MUTUAL_DEFAULT_PRIVILEGES',
    form: 'true or false',
    default: 'false',
    meaning: 'Each user of the pair grants the other rights on what it will make.',
  },
  minimumTime: {
    variable: 'KEYTURN_MINIMUM_TIME_MS',
    form: 'a whole number of milliseconds',
    default: '5000',
    meaning: 'How much time must be left before a password is changed.',
  },
  connectTimeout: {
    variable: 'KEYTURN_CONNECT_TIMEOUT_MS',
    form: 'a whole number of milliseconds',
    default: '10000',
    meaning:
      'How long a database connection may take, never more than the remaining time less 2 s.',
  },
  statementTimeout: {
    variable: 'KEYTURN_STATEMENT_TIMEOUT_MS',
    form: 'a whole number of milliseconds',
    default: '30000',
    meaning: 'How long one SQL statement may take.',
  },
  tlsMode: {
    variable: 'KEYTURN_TLS_MODE',
    form: 'verify-full, verify-ca or disable',
    default: 'verify-full',
    meaning: 'How the database server is verified. Never lowered by anything but this variable.',
  },
  tlsCa: {
    variable: 'KEYTURN_TLS_CA',
    form: 'certificates in PEM form, or the path of a file of them',
    default: "Node's own",
    meaning: "Certificate authorities that are trusted besides Node's own.",
  },
  tlsAllowSecretOptOut: {
    variable: 'KEYTURN_TLS_ALLOW_SECRET_OPT_OUT',
    form: 'true or false',
    default: 'false',
    meaning: 'Whether `"ssl": false` in a secret counts.',
  },
  waitForReplicas: {
    variable: 'KEYTURN_WAIT_FOR_REPLICAS',
    form: 'true or false',
    default: 'false',
    meaning:
      'finishSecret waits until the replicas of the secret are in sync before it moves AWSCURRENT.',
  },
  earlyPromotion: {
    variable: 'KEYTURN_EARLY_PROMOTION',
    form: 'true or false',
    default: 'false',
    meaning:
      'Single user: setSecret itself runs the checks and moves AWSCURRENT. `docs/early-promotion.md` says what is not verified about it.',
  },
} as const satisfies Record<string, SettingRow>;

/** Parsers of the forms above; each gives undefined for text that is not fit. */
export const forms = {
  flag(text: string): boolean | undefined {
    if (/^(true|yes|y|1)$/i.test(text)) return true;
    return /^(false|no|n|0)$/i.test(text) ? false : undefined;
  },

  wholeNumber(text: string): number | undefined {
    return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
  },

  names(text: string): readonly string[] | undefined {
    const names = text.split(',').map((name) => name.trim());
    return names.every((name) => checkUserName(name, 127) === undefined) ? names : undefined;
  },

  milliseconds(text: string): number | undefined {
    const value = forms.wholeNumber(text);
    return value === 0 ? undefined : value;
  },

  oneOf<T extends string>(...values: readonly T[]): (text: string) => T | undefined {
    return (text) => values.find((value) => value === text);
  },

  url(text: string): string | undefined {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    return url !== undefined && /^https?:$/.test(url.protocol) ? text : undefined;
  },

  secretId(text: string): string | undefined {
    return /^[^\p{Cc}\s]{1,2048}$/u.test(text) ? text : undefined;
  },

  suffix(text: string): string | undefined {
    return checkUserName(text, 100) === undefined ? text : undefined;
  },

  userPairs(text: string): readonly UserPair[] | undefined {
    const pairs = parseJson(text);
    if (!Array.isArray(pairs) || !pairs.every(isPair)) return undefined;
    // A user in two pairs would have two alternates.
    const names = pairs.flat();
    return new Set(names).size === names.length ? pairs : undefined;
  },

  host: parseHost,
  port: (text: string): number | undefined => parsePort(text, 0),
  text: (text: string): string => text,
  preset: (text: string) => {
    const preset = parsePasswordPreset(text);
    return typeof preset === 'string' ? preset : undefined;
  },
};

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isPair(value: unknown): value is UserPair {
  const fit = (name: unknown): boolean =>
    typeof name === 'string' && checkUserName(name, 127) === undefined;
  return Array.isArray(value) && value.length === 2 && value.every(fit);
}
