import { readFileSync } from 'node:fs';
import {
  clientFrom,
  RedshiftEndpoints,
  SecretsManagerPasswords,
  SecretsManagerStore,
  type ClientOptions,
  type SecretsManagerLike,
} from '@keyturn/adapters-aws';
import { RedshiftAdmin } from '@keyturn/adapters-redshift';
import { systemClock, type Clock, type RotationSettings } from '@keyturn/core';
import {
  localPasswords,
  readRetired,
  type DatabaseAdmin,
  type EndpointLocator,
  type Environment,
  type PasswordSource,
  type RetiredSetting,
  type SecretStore,
} from '@keyturn/core/adapter';
import type { FunctionSettings } from './function-settings.js';
import { readCertificates } from './read-certificates.js';
import { resolveFunctionSettings } from './resolve-function-settings.js';

/** What {@link redshiftParts} is given; all of it may be left out. */
export interface RedshiftPartsOptions {
  /** Where variables are read, such as `process.env`. Default: nowhere. */
  readonly env?: Environment | undefined;
  /** Win over the variables. What is undefined counts as left out. */
  readonly settings?: FunctionSettings | undefined;
  /** Ready clients. A ready client says itself where it goes, so `endpoint` is not used then. Default: one is made. */
  readonly clients?: { readonly secretsManager?: SecretsManagerLike | undefined } | undefined;
  /**
   * What clients that are made here are made from. Default: the SDK's own region, profile and credentials; where `env`
   * has AWS_DEFAULT_REGION and no AWS_REGION, that region.
   */
  readonly clientConfig?:
    | Pick<NonNullable<ClientOptions['clientConfig']>, 'credentials' | 'profile' | 'region'>
    | undefined;
  /** Paces retries. Default: the machine's time. */
  readonly clock?: Clock | undefined;
}

/** What the engine and every operation are run with, besides a strategy. Each part is made when it is first asked for. */
export interface RedshiftParts {
  /** Of the engine, as they were given. Those of the strategy and the defaults are added where they are used. */
  readonly settings: RotationSettings;
  /** Settings that there are no more, which the variables still hold. */
  readonly retired: readonly RetiredSetting[];
  readonly clock: Clock;
  /** The client of `store`, for what else asks Secrets Manager. */
  readonly client: SecretsManagerLike;
  readonly store: SecretStore;
  readonly database: DatabaseAdmin;
  readonly locator: EndpointLocator;
  readonly passwords: PasswordSource;
}

/**
 * Makes the parts for secrets of Redshift in AWS Secrets Manager, as a rotation function has them.
 * @throws `KEYTURN_INVALID_SETTING` for a setting that is unknown or not fit; for certificates that cannot be used as
 * soon as `database` is asked for. Nothing is connected to before a part is used.
 *
 * @example
 * const parts = redshiftParts({ env: process.env, settings: { tlsCa: '/etc/ca.pem' } });
 * const run = await runRotation({ ...parts, strategy: alternatingUsers(), secretId: 'orders' });
 */
export function redshiftParts(options: RedshiftPartsOptions = {}): RedshiftParts {
  const { env = {}, settings = {}, clients, clock = systemClock } = options;
  const clientConfig = withDefaultRegion(options.clientConfig ?? {}, env);
  const { engine, own } = resolveFunctionSettings(env, settings);
  const { endpoint, tlsMode: mode, tlsCa, tlsAllowSecretOptOut: allowSecretOptOut } = own;
  const ca = tlsCa === undefined ? undefined : readCertificates(tlsCa, readFileSync);
  const client = once(() =>
    clientFrom(
      clients?.secretsManager !== undefined
        ? { client: clients.secretsManager }
        : { clientConfig: { ...clientConfig, ...(endpoint !== undefined && { endpoint }) } },
    ),
  );
  const store = once(() => new SecretsManagerStore({ client: client(), clock }));
  const tls = { mode, allowSecretOptOut, ...(ca !== undefined && { ca }) };
  const database = once(() => new RedshiftAdmin({ tls, clock }));
  const { region: _, ...rest } = clientConfig;
  const locator = once(() => new RedshiftEndpoints({ clientConfig: rest }));
  const passwords = once(() =>
    own.passwordSource === 'local'
      ? localPasswords
      : new SecretsManagerPasswords({ client: client(), clock }),
  );
  return {
    settings: engine,
    retired: readRetired(env),
    clock,
    get client() {
      return client();
    },
    get store() {
      return store();
    },
    get database() {
      return database();
    },
    get locator() {
      return locator();
    },
    get passwords() {
      return passwords();
    },
  };
}

/** The SDK for JavaScript reads AWS_REGION alone, while the AWS CLI and boto3 read AWS_DEFAULT_REGION too. */
function withDefaultRegion(
  config: NonNullable<RedshiftPartsOptions['clientConfig']>,
  env: Environment,
): NonNullable<RedshiftPartsOptions['clientConfig']> {
  const region = env['AWS_DEFAULT_REGION'];
  return config.region !== undefined || env['AWS_REGION'] || !region
    ? config
    : { ...config, region };
}

function once<T>(make: () => T): () => T {
  let made: { readonly part: T } | undefined;
  return () => (made ??= { part: make() }).part;
}
