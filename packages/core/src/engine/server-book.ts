import type { SuperuserAddress } from '../domain/database-secret.js';
import { parseHost } from '../domain/database-secret.js';
import type { VersionId } from '../domain/secret-description.js';
import type { ServerFinder } from './locate-server.js';

/** Of how many rotations servers are kept at most; beyond that the first one is forgotten. */
const MOST_ROTATIONS = 64;

/**
 * The servers that tags have led to in this process during the rotations under way. Kept only where it is the one
 * of the secret to be rotated: any other is refused, and asked for again once somebody has corrected it.
 */
export class ServerBook {
  readonly #found = new Map<
    VersionId,
    { readonly key: string; readonly server: SuperuserAddress }
  >();

  /** The finder, asked once for a rotation, secret and server. */
  remember(rotation: VersionId, find: ServerFinder): ServerFinder {
    return async (secretId, preferred) => {
      const key = JSON.stringify([secretId, preferred.host, preferred.port]);
      const found = this.#found.get(rotation);
      if (found?.key === key) return found.server;
      const server = await find(secretId, preferred);
      const isWanted = server?.port === preferred.port && parseHost(server.host) === preferred.host;
      if (isWanted) this.#keep(rotation, { key, server });
      return server;
    };
  }

  /** Forgets what was found for a rotation: it has ended. */
  forget(rotation: VersionId): void {
    this.#found.delete(rotation);
  }

  #keep(rotation: VersionId, found: { readonly key: string; readonly server: SuperuserAddress }) {
    this.#found.set(rotation, found);
    const [oldest] = this.#found.keys();
    if (this.#found.size > MOST_ROTATIONS && oldest !== undefined) this.#found.delete(oldest);
  }
}
