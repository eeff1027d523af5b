import {
  alternatingUsers,
  AWSCURRENT,
  singleUser,
  type PermissionPolicy,
  type RotationStrategy,
} from '@keyturn/core';
import { redshiftParts, type RedshiftParts } from '@keyturn/lambda-entry/parts';
import type { Screen } from './terminal.js';

/** Options that every command has. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly region?: string;
  readonly profile?: string;
  readonly endpoint?: string;
  readonly strategy?: StrategyName;
  readonly superuserSecret?: string;
  /** Of the `permissions` commands. */
  readonly policy?: PermissionPolicy;
}

/** How the secret is rotated; `auto` looks for `masterarn` in it. */
export type StrategyName = 'auto' | 'single-user' | 'alternating-users';

/** What the operations of core are run with. */
export type Parts = RedshiftParts;

/**
 * Builds the parts from the options and the environment, which is read like a rotation function's.
 * @throws `KEYTURN_INVALID_SETTING` for a variable or option that is not fit
 */
export function buildParts(options: CommonOptions, { env, useProfile }: Screen): Parts {
  const { region, profile, endpoint, superuserSecret, policy: permissions } = options;
  if (profile !== undefined) useProfile?.(profile);
  return redshiftParts({
    env,
    settings: { endpoint, superuserSecret, permissions },
    clientConfig: {
      ...(region !== undefined && { region }),
      ...(profile !== undefined && { profile }),
    },
  });
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
