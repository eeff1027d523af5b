import {
  ROTATION_SETTINGS,
  settingForms as forms,
  type GivenSettings,
  type ResolvedTable,
  type SettingTable,
} from '@keyturn/core/adapter';

/**
 * The settings of a function that are not the engine's: how its parts are built. Rows like those of the engine; a new
 * one is a row here, its use in `redshift-parts.ts`, and its test.
 */
export const FUNCTION_SETTINGS = {
  /** The URL of Secrets Manager, for example of a VPC endpoint. */
  endpoint: {
    variable: 'SECRETS_MANAGER_ENDPOINT',
    form: forms.url,
    shown: "the region's own",
  },
  /** Where new passwords come from: the runtime's cryptographic generator, or GetRandomPassword. */
  passwordSource: {
    variable: 'KEYTURN_PASSWORD_SOURCE',
    form: forms.oneOf('local', 'secretsmanager'),
    default: 'local',
  },
  /** How the database server is verified. Only this setting can lower it. */
  tlsMode: {
    variable: 'KEYTURN_TLS_MODE',
    form: forms.oneOf('verify-full', 'verify-ca', 'disable'),
    default: 'verify-full',
  },
  /** Certificate authorities to trust in addition to Node's own. */
  tlsCa: {
    variable: 'KEYTURN_TLS_CA',
    form: forms.text(
      'certificates in PEM form, or the path of a file of them',
      (text) => text !== '',
    ),
    shown: "Node's own",
  },
  /** Whether `"ssl": false` in a secret is honored. */
  tlsAllowSecretOptOut: {
    variable: 'KEYTURN_TLS_ALLOW_SECRET_OPT_OUT',
    form: forms.flag,
    default: false,
  },
} as const satisfies SettingTable;

/** Every setting of a function: its own, and those of the engine. */
export const SETTINGS = { ...FUNCTION_SETTINGS, ...ROTATION_SETTINGS };

/** What can be set on a function; all of it may be left out, and undefined counts as left out. `docs/settings.md`. */
export interface FunctionSettings extends GivenSettings<typeof SETTINGS> {}

/** How the parts of a function are built, every default filled in. */
export interface ResolvedFunctionSettings extends ResolvedTable<typeof FUNCTION_SETTINGS> {}
