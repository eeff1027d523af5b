import { InvalidInputError } from '@keyturn/core';
import type { ClientConfig } from 'pg';

/** A configuration that is safe to give to `pg`, or why there is none. */
export interface CheckedConfig {
  readonly config: ClientConfig;
  readonly problem: InvalidInputError | undefined;
}

/**
 * Takes a client's configuration apart before `pg` sees it. TLS is verified unless the configuration itself says
 * otherwise; user and password come from the source, whatever stands here. Pure.
 */
export function checkClientConfig(given: unknown): CheckedConfig {
  const problem = findProblem(given);
  if (problem !== undefined) return { config: {}, problem };
  const { connectionString: _, user: __, password: ___, ...config } = (given ?? {}) as ClientConfig;
  return { config: { ...config, ssl: config.ssl ?? true }, problem };
}

function findProblem(given: unknown): InvalidInputError | undefined {
  if (given === undefined || given === null) return undefined;
  if (typeof given !== 'object') return urlProblem();
  const { connectionString, stream, connection } = given as Readonly<Record<string, unknown>>;
  if (connectionString !== undefined && connectionString !== null && connectionString !== '') {
    return urlProblem();
  }
  if (stream !== undefined && typeof stream !== 'function') {
    return unfit(
      'stream',
      'One stream does for one sign-in, and a refused one is tried again.',
      'Give a function that makes one.',
    );
  }
  if (connection !== undefined) {
    return unfit('connection', 'A connection cannot be given.', 'Leave it out.');
  }
  return undefined;
}

function urlProblem(): InvalidInputError {
  return unfit(
    'connectionString',
    'A connection string cannot be combined with a credential source: its user and password, even absent ones, would be used without the source being asked.',
    'Give host, port, database and ssl as options of their own.',
  );
}

export function unfit(field: string, message: string, remedy: string): InvalidInputError {
  return new InvalidInputError({ code: 'KEYTURN_INVALID_SETTING', field, message, remedy });
}
