import type { Refusal } from './refusal.js';
import * as forms from './settings/setting-forms.js';
import { resolveTable } from './settings/resolve-settings.js';
import type { GivenSettings, ResolvedTable, RowsOf, SettingTable } from './settings/setting-row.js';

/**
 * Every setting of a rotation, one row each. The comment of a row is its meaning, in the editor as in
 * `docs/settings.md`. A new setting is a row here, its use, and its test.
 */
export const ROTATION_SETTINGS = {
  /** Characters that new passwords do not contain, in addition to those that Redshift's rules exclude. */
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
  /** New passwords have only letters and digits. */
  excludePunctuation: {
    variable: 'EXCLUDE_PUNCTUATION',
    form: forms.flag,
    default: false,
  },
  /**
   * New passwords contain punctuation if any is allowed. They always contain an upper-case letter, a lower-case letter
   * and a digit.
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
   * The secret with the superuser's credential. Overrides `masterarn`. Recommended, because whoever may write the
   * secret chooses its `masterarn`.
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
  /** Suffix of the alternate's name, as in AWS's templates. */
  cloneSuffix: {
    variable: 'KEYTURN_CLONE_SUFFIX',
    form: forms.nameSuffix,
    default: '_clone',
    strategy: 'alternating users',
  },
  /** Pairs of existing users that alternate. keyturn creates no user for them. */
  userPairs: {
    variable: 'KEYTURN_USER_PAIRS',
    form: forms.userPairs,
    default: [],
    shown: 'none',
    strategy: 'alternating users',
  },
  /** `adopt` claims an existing alternate that no stored version signs in as. */
  existingUsers: {
    variable: 'KEYTURN_EXISTING_USERS',
    form: forms.oneOf('prove', 'adopt'),
    default: 'prove',
    strategy: 'alternating users',
  },
  /**
   * Which permissions a rotation changes. `add-missing` grants the alternate what the current user has. `reconcile` also
   * revokes what the current user does not have. `first-rotation-only` grants to a new alternate only, `none` changes nothing.
   * A permission revoked from only one user is granted again at the next rotation: revoke it from both. The event
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
  /** Whether `reconcile` also revokes from the original user, the one without the suffix. */
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
  /** Continue if row-level security or masking could not be compared. */
  allowUncheckedPolicies: {
    variable: 'KEYTURN_ALLOW_UNCHECKED_POLICIES',
    form: forms.flag,
    default: false,
    strategy: 'alternating users',
  },
  /**
   * Copy the explicit permissions of a superuser. The alternate does not become a superuser. The next rotation is
   * refused until the original is no longer one.
   */
  allowSuperuserSource: {
    variable: 'KEYTURN_ALLOW_SUPERUSER_SOURCE',
    form: forms.flag,
    default: false,
    strategy: 'alternating users',
  },
  /** What to do if one user of the pair owns objects. */
  ownedObjects: {
    variable: 'KEYTURN_OWNED_OBJECTS',
    form: forms.oneOf('warn', 'refuse', 'ignore'),
    default: 'warn',
    strategy: 'alternating users',
  },
  /** Each user of the pair grants the other permissions on objects that it will create. */
  mutualDefaultPrivileges: {
    variable: 'KEYTURN_MUTUAL_DEFAULT_PRIVILEGES',
    form: forms.flag,
    default: false,
    strategy: 'alternating users',
  },
  /** Least remaining time with which a password is changed. */
  minimumTimeMs: {
    variable: 'KEYTURN_MINIMUM_TIME_MS',
    form: forms.milliseconds,
    default: 5_000,
  },
  /** Time limit for one database connection, never more than the remaining time minus 2 s. */
  connectTimeoutMs: {
    variable: 'KEYTURN_CONNECT_TIMEOUT_MS',
    form: forms.milliseconds,
    default: 10_000,
  },
  /** Time limit for one SQL statement. */
  statementTimeoutMs: {
    variable: 'KEYTURN_STATEMENT_TIMEOUT_MS',
    form: forms.milliseconds,
    default: 30_000,
  },
  /**
   * The longest message that is accepted from a database server: a row, an error or the description of a result. A longer
   * one closes the connection.
   */
  maxMessageBytes: {
    variable: 'KEYTURN_MAX_MESSAGE_BYTES',
    form: forms.bytes,
    default: 4_194_304,
  },
  /**
   * The most that is accepted from a database server for one statement. Each row counts as at least 128 bytes, every
   * other message as at least 1,024.
   */
  maxResultBytes: {
    variable: 'KEYTURN_MAX_RESULT_BYTES',
    form: forms.bytes,
    default: 67_108_864,
  },
  /**
   * How many wrong passwords in a row lock a user: the cluster's `max_failed_login_attempts`. At most that less 2, never
   * more than 3 and at least one stored password of a user is tried before one is accepted.
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
   * only rehearses, and testSecret runs the checks with the current credential. So testSecret alone proves nothing about
   * the new one. `setSecret` is the order of AWS's templates: AWSCURRENT is refused from setSecret to finishSecret.
   */
  changeIn: {
    variable: 'KEYTURN_CHANGE_IN',
    form: forms.oneOf('setSecret', 'finishSecret'),
    default: 'finishSecret',
    strategy: 'single user',
  },
  /**
   * Time limit for all checks together when finishSecret changes the password. After it the change is undone. testSecret
   * refuses checks that take longer. The sign-in does not count.
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
