import { readAgain } from '../access/read-again.js';
import { refuse } from '../domain/refusal.js';
import {
  versionWith,
  type SecretDescription,
  type VersionId,
} from '../domain/secret-description.js';
import { AWSCURRENT, AWSPENDING } from '../domain/staging-label.js';
import { refusalToError } from '../errors.js';
import type { Clock } from '../ports/clock.js';
import type { SecretStore } from '../ports/secret-store.js';

/** Which version is rotated to without the service having staged it. */
export interface OwnVersion {
  readonly versionId: VersionId;
  /** A version that may lose AWSPENDING to it. */
  readonly takesOver?: VersionId | undefined;
}

/** A store for the engine, and what was seen on the way. */
export interface OwnVersionStore {
  readonly store: SecretStore;
  /** Whether a value may have been put, so that the version may carry AWSPENDING. */
  readonly put: () => boolean;
}

/** How long the labels are read again after the put before they count. */
const PATIENCE = { mostReads: 3, pauseMs: 500 };

/**
 * Shows the engine a secret as the service would show it in a rotation: rotation is not turned off, and the
 * version is staged AWSPENDING before its value is there. All else is the store's own. After the put the labels
 * are read again, and `KEYTURN_TOKEN_SUPERSEDED` is thrown where another version has AWSPENDING by then.
 */
export function ownVersionStore(
  store: SecretStore,
  { versionId, takesOver }: OwnVersion,
  clock: Clock,
): OwnVersionStore {
  let put = false;
  const stageable = (secret: SecretDescription): boolean => {
    const holder = versionWith(secret, AWSPENDING);
    return (
      !put &&
      !secret.labels.has(versionId) &&
      (holder === undefined || holder === takesOver || holder === versionWith(secret, AWSCURRENT))
    );
  };
  const requireLabel = async (secretId: string): Promise<void> => {
    const look = async () => versionWith(await store.describe({ secretId }), AWSPENDING);
    const holder = await readAgain(clock, PATIENCE, look, (seen) => seen === versionId);
    if (holder !== versionId) throw superseded(holder);
  };
  return {
    put: () => put,
    store: {
      async describe(request) {
        const { rotationEnabled: _, ...secret } = await store.describe(request);
        if (!stageable(secret)) return secret;
        const labels = new Map(secret.labels).set(versionId, new Set([AWSPENDING]));
        return { ...secret, labels };
      },
      async putPending(request) {
        put = true;
        const outcome = await store.putPending(request);
        await requireLabel(request.secretId);
        return outcome;
      },
      readValue: (request) => store.readValue(request),
      listVersions: (request) => store.listVersions(request),
      moveLabel: (request) => store.moveLabel(request),
    },
  };
}

function superseded(holder: VersionId | undefined): Error {
  return refusalToError(
    refuse({
      code: 'KEYTURN_TOKEN_SUPERSEDED',
      message: `Another rotation took AWSPENDING (version ${holder ?? 'none'}) before anything was changed in the database.`,
      remedy: 'Let that rotation end.',
    }),
  );
}
