import type { Refusal } from './refusal.js';
import * as forms from './settings/setting-forms.js';
import { resolveTable } from './settings/resolve-settings.js';
import type { GivenSettings, ResolvedTable, RowsOf, SettingTable } from './settings/setting-row.js';

/**
 * Every setting of a rotation, one row each. The comment of a row is its meaning, in the editor as in
 * `docs/settings.md`. A new setting is a row here, its use, and its test.
 */
export const ROTATION_SETTINGS = {
  /** Characters that new passwords leave out, besides those that Redshift's rules leave out. */
  excludeCharacters: {
    variable: 'EXCLUDE_CHARACTERS',
    form: forms.text('a list of characters', () => true),
    shown: 'none',
  },
  /** Length of new passwords in characters, 8 to 64. */
  passwordLength: {
    variable: 'PASSWORD_LENGTH',
    form: forms.wholeNumber,
    default: 32,
  },
  /** New passwords have letters and digits only. */
  excludePunctuation: {
    variable: 'EXCLUDE_PUNCTUATION',
    form: forms.flag,
    default: false,
  },
  /**
   * New passwords have punctuation too, where any is left. Upper case, lower case and a digit they always have.
   */
  requireEachIncludedType: {
    variable: 'REQUIRE_EACH_INCLUDED_TYPE',
    form: forms.flag,
    default: true,
  },
  /** Punctuation of new passwords needs no escaping in a URL, or in a shell. */
  passwordPreset: {
    variable: 'KEYTURN_PASSWORD_PRESET',
    form: forms.oneOf('urlSafe', 'shellSafe'),
    shown: 'none',
  },
  /**
   * Which secret holds the superuser credential. Wins over `masterarn`. Recommended: whoever may write the secret
   * chooses its `masterarn`.
   */
  superuserSecret: {
    variable: 'KEYTURN_SUPERUSER_SECRET',
    form: forms.secretId,
    shown: '`masterarn` in the secret',
    strategy: 'alternating users',
  },
  /** Where the superuser signs in, for a superuser secret without a host (one that Redshift manages). */
  superuserHost: {
    variable: 'KEYTURN_SUPERUSER_HOST',
    form: forms.host,
    shown: '`host` in the superuser secret, else found by its tag',
    strategy: 'alternating users',
  },
  /** The port that goes with `superuserHost`. */
  superuserPort: {
    variable: 'KEYTURN_SUPERUSER_PORT',
    form: forms.port,
    shown: '`port` in the superuser secret, else 5439',
    strategy: 'alternating users',
  },
  /** Appended to the user's name for its clone, as AWS's templates do. */
  cloneSuffix: {
    variable: 'KEYTURN_CLONE_SUFFIX',
    form: forms.nameSuffix,
    default: '_clone',
    strategy: 'alternating users',
  },
  /** Existing users that alternate with each other. No user is created for them. */
  userPairs: {
    variable: 'KEYTURN_USER_PAIRS',
    form: forms.userPairs,
    default: [],
    shown: 'none',
    strategy: 'alternating users',
  },
  /** `adopt` claims an existing alternate user that no stored version signs in as. */
  existingUsers: {
    variable: 'KEYTURN_EXISTING_USERS',
    form: forms.oneOf('prove', 'adopt'),
    default: 'prove',
    strategy: 'alternating users',
  },
  /**
   * At every rotation the other user is given the current user's permissions that it lacks. `reconcile` also takes
   * away what goes beyond, `first-rotation-only` leaves an existing user alone, and so does `none` every user. A
   * right that was revoked from one user only is given back at the next rotation: revoke from both. The event
   * `permissions.extra` and `keyturn permissions plan` have the statements.
   */
  permissions: {
    variable: 'KEYTURN_PERMISSIONS',
    form: forms.oneOf('add-missing', 'reconcile', 'first-rotation-only', 'none'),
    default: 'add-missing',
    strategy: 'alternating users',
  },
  /** The databases whose permissions are compared besides the secret's own. */
  permissionDatabases: {
    variable: 'KEYTURN_PERMISSION_DATABASES',
    form: forms.names,
    shown: 'all of the cluster',
    strategy: 'alternating users',
  },
  /** Whether `reconcile` also takes permissions from the original user while its clone is current. */
  reconcileOriginal: {
    variable: 'KEYTURN_RECONCILE_ORIGINAL',
    form: forms.flag,
    default: false,
    strategy: 'alternating users',
  },
  /** Most permissions `reconcile` may revoke per rotation; above that it revokes nothing and lists them. */
  maxRevokes: {
    variable: 'KEYTURN_MAX_REVOKES',
    form: forms.wholeNumber,
    default: 50,
    strategy: 'alternating users',
  },
  /** Go on although row-level security or masking could not be compared. */
  allowUncheckedPolicies: {
    variable: 'KEYTURN_ALLOW_UNCHECKED_POLICIES',
    form: forms.flag,
    default: false,
    strategy: 'alternating users',
  },
  /**
   * Clone the explicit permissions of a user that is a superuser. The clone is none; the next rotation is refused until
   * the original is none either.
   */
  allowSuperuserSource: {
    variable: 'KEYTURN_ALLOW_SUPERUSER_SOURCE',
    form: forms.flag,
    default: false,
    strategy: 'alternating users',
  },
  /** What to do about objects that belong to one user of the pair. */
  ownedObjects: {
    variable: 'KEYTURN_OWNED_OBJECTS',
    form: forms.oneOf('warn', 'refuse', 'ignore'),
    default: 'warn',
    strategy: 'alternating users',
  },
  /** Each user of the pair grants the other permissions on what it will make. */
  mutualDefaultPrivileges: {
    variable: 'KEYTURN_MUTUAL_DEFAULT_PRIVILEGES',
    form: forms.flag,
    default: false,
    strategy: 'alternating users',
  },
  /** How much time must be left before a password is changed. */
  minimumTimeMs: {
    variable: 'KEYTURN_MINIMUM_TIME_MS',
    form: forms.milliseconds,
    default: 5_000,
  },
  /** How long a database connection may take, never more than the remaining time less 2 s. */
  connectTimeoutMs: {
    variable: 'KEYTURN_CONNECT_TIMEOUT_MS',
    form: forms.milliseconds,
    default: 10_000,
  },
  /** How long one SQL statement may take. */
  statementTimeoutMs: {
    variable: 'KEYTURN_STATEMENT_TIMEOUT_MS',
    form: forms.milliseconds,
    default: 30_000,
  },
  /**
   * The longest message that is taken from a database server: a row, an error, the description of a result. Beyond it the
   * connection is ended.
   */
  maxMessageBytes: {
    variable: 'KEYTURN_MAX_MESSAGE_BYTES',
    form: forms.bytes,
    default: 4_194_304,
  },
  /**
   * The most that is taken from a database server in answer to one statement. A row counts as 128 bytes at least, any
   * other message as 1,024.
   */
  maxResultBytes: {
    variable: 'KEYTURN_MAX_RESULT_BYTES',
    form: forms.bytes,
    default: 67_108_864,
  },
  /**
   * How many wrong passwords in a row lock a user, as the cluster's `max_failed_login_attempts` says. At most that less 2,
   * never more than 3 and at least one are presented for a user before one is accepted; a superuser's session asks the
   * server itself.
   */
  maxFailedLoginAttempts: {
    variable: 'KEYTURN_MAX_FAILED_LOGIN_ATTEMPTS',
    form: forms.lockoutLimit,
    default: 5,
  },
  /** finishSecret waits until the replicas of the secret are in sync before it moves AWSCURRENT. */
  waitForReplicas: {
    variable: 'KEYTURN_WAIT_FOR_REPLICAS',
    form: forms.flag,
    default: false,
  },
  /**
   * Which step changes the password. `finishSecret` changes it in the same invocation that moves AWSCURRENT: setSecret
   * only rehearses, and testSecret runs the checks with the current credential, so a testSecret that is called alone
   * proves nothing about the new one. `setSecret` is the order of AWS's templates, whose gap lasts from setSecret to
   * finishSecret.
   */
  changeIn: {
    variable: 'KEYTURN_CHANGE_IN',
    form: forms.oneOf('setSecret', 'finishSecret'),
    default: 'finishSecret',
    strategy: 'single user',
  },
  /**
   * How long the whole list of checks may take where finishSecret changes the password: after that the change is undone.
   * testSecret refuses a list that takes longer. The sign-in does not count.
   */
  checksTimeMs: {
    variable: 'KEYTURN_CHECKS_TIME_MS',
    form: forms.milliseconds,
    default: 2_000,
    strategy: 'single user',
  },
} as const satisfies SettingTable;

type Rows = typeof ROTATION_SETTINGS;

/** What can be set on a rotation; all of it may be left out, and undefined counts as left out. `docs/settings.md`. */
export interface RotationSettings extends GivenSettings<Rows> {}

/** What counts in a rotation: the settings with every default filled in. */
export interface ResolvedSettings extends ResolvedTable<Rows> {}

/** The settings that one strategy reads and no other. */
export type SettingsOf<Strategy> = GivenSettings<RowsOf<Rows, Strategy>>;

/**
 * `add-missing` takes nothing away. `reconcile` does. `first-rotation-only` is `add-missing` for a clone that the
 * rotation creates. The current user is the truth each time.
 */
export type PermissionPolicy = ResolvedSettings['permissions'];

/**
 * Checks settings, lays them over one another, and fills in the defaults.
 * @param layers later ones win
 * @returns a refusal with code `KEYTURN_INVALID_SETTING` for the first key that is unknown or not fit
 */
export function resolveSettings(
  ...layers: readonly (RotationSettings | undefined)[]
): ResolvedSettings | Refusal {
  return resolveTable(ROTATION_SETTINGS, ...layers);
}
