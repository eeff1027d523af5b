import { SET_HOST, type SuperuserAddress } from '../domain/database-secret.js';
import { KeyturnError, SecretStoreError } from '../errors.js';
import type { EndpointLocator, PreferredServer } from '../ports/endpoint-locator.js';
import type { SecretStore } from '../ports/secret-store.js';

/** Where the tags of another secret say that its server is; undefined where nobody can tell. */
export type ServerFinder = (
  secretId: string,
  preferred: PreferredServer,
) => Promise<SuperuserAddress | undefined>;

/** What a {@link ServerFinder} asks. */
export interface ServerFinderParts {
  readonly store: SecretStore;
  readonly locator?: EndpointLocator | undefined;
  /** How long the look-up may take, in milliseconds; asked for when it begins. */
  readonly timeoutMs: () => number;
}

/** A finder that asks anew each time; without a locator it finds nothing. */
export function serverFinder({ store, locator, timeoutMs }: ServerFinderParts): ServerFinder {
  return async (secretId, { host, port }) => {
    if (locator === undefined) return undefined;
    const tags = await readTags(store, secretId);
    return locator.locate({ tags, preferred: { host, port }, timeoutMs: timeoutMs() });
  };
}

/** Needed for nothing else, so the function's role may lack the right to it. */
async function readTags(
  store: SecretStore,
  secretId: string,
): Promise<ReadonlyMap<string, string>> {
  try {
    return (await store.describe({ secretId })).tags ?? new Map();
  } catch (error) {
    if (!KeyturnError.is(error, 'KEYTURN_STORE_ACCESS_DENIED')) throw error;
    throw new SecretStoreError({
      code: error.code,
      message: `The superuser secret has no host, and the function may not read the tags that name its server: secretsmanager:DescribeSecret on ${secretId} is denied.`,
      remedy: `Allow it to the function's role, or ${SET_HOST}.`,
      secretId,
      cause: error,
    });
  }
}
