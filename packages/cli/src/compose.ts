import { readFileSync } from 'node:fs';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  RedshiftEndpoints,
  SecretsManagerPasswords,
  SecretsManagerStore,
} from '@keyturn/adapters-aws';
import { RedshiftAdmin } from '@keyturn/adapters-redshift';
import {
  alternatingUsers,
  AWSCURRENT,
  localPasswords,
  singleUser,
  type DatabaseAdmin,
  type EndpointLocator,
  type PasswordSource,
  type RotationSettings,
  type RotationStrategy,
  type SecretStore,
} from '@keyturn/core';
import { parseConfig } from '@keyturn/lambda-entry';
import type { Terminal } from './terminal.js';

/** Options that every command has. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly region?: string;
  readonly profile?: string;
  readonly endpoint?: string;
  readonly strategy?: StrategyName;
  readonly superuserSecret?: string;
}

/** How the secret is rotated; `auto` looks for `masterarn` in it. */
export type StrategyName = 'auto' | 'single-user' | 'alternating-users';

/** What the operations of core are run with. */
export interface Parts {
  readonly client: SecretsManagerClient;
  readonly store: SecretStore;
  readonly database: DatabaseAdmin;
  readonly locator: EndpointLocator;
  readonly settings: RotationSettings;
  readonly passwords: PasswordSource;
}

/**
 * Builds the parts from the options and the environment, which is read like a rotation function's.
 * @throws `KEYTURN_INVALID_SETTING` for a variable that is not fit
 */
export function compose(options: CommonOptions, { env }: Terminal): Parts {
  const config = parseConfig(env, (path) => readFileSync(path, 'utf8'));
  const { region, profile, superuserSecret } = options;
  const endpoint = options.endpoint ?? config.endpoint;
  const client = new SecretsManagerClient({
    maxAttempts: 1,
    ...(region !== undefined && { region }),
    ...(profile !== undefined && { profile }),
    ...(endpoint !== undefined && { endpoint }),
  });
  return {
    client,
    store: new SecretsManagerStore({ client }),
    database: new RedshiftAdmin({ tls: config.tls }),
    locator: new RedshiftEndpoints({
      ...(profile !== undefined && { clientConfig: { profile } }),
    }),
    settings: { ...config.settings, ...(superuserSecret !== undefined && { superuserSecret }) },
    passwords:
      config.passwordSource === 'local' ? localPasswords : new SecretsManagerPasswords({ client }),
  };
}

/** The strategy that was named, or the one that the secret itself speaks for. */
export async function chooseStrategy(
  { strategy = 'auto' }: CommonOptions,
  { store, settings }: Parts,
  secretId: string,
): Promise<RotationStrategy> {
  if (strategy === 'single-user') return singleUser();
  if (strategy === 'alternating-users') return alternatingUsers();
  if (settings.userPairs !== undefined) return alternatingUsers();
  // What cannot be read now is reported by the operation itself.
  const value = await store.readValue({ secretId, label: AWSCURRENT }).catch(() => undefined);
  const names = value?.kind === 'text' && namesSuperuser(value.text.reveal());
  return names ? alternatingUsers() : singleUser();
}

function namesSuperuser(text: string): boolean {
  try {
    return typeof (JSON.parse(text) as { masterarn?: unknown } | null)?.masterarn === 'string';
  } catch {
    return false;
  }
}
