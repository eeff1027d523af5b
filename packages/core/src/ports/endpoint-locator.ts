import type { SuperuserAddress } from '../domain/database-secret.js';

/**
 * Finds the server of a superuser secret that a service manages: such a secret holds no host, and carries a tag of
 * the service that names what it belongs to.
 */
export interface EndpointLocator {
  /**
   * Where the server answers now. Safe to repeat; changes nothing.
   * @throws KeyturnError `KEYTURN_SUPERUSER_SECRET_UNFIT` where no tag names a server, and {@link EndpointError}
   * (`KEYTURN_ENDPOINT_*`) where what the tag names cannot be found, has no address yet, or may not be asked for.
   */
  locate(request: LocateRequest): Promise<SuperuserAddress>;
}

/** What an {@link EndpointLocator} goes by. */
export interface LocateRequest {
  readonly tags: ReadonlyMap<string, string>;
  /** The server of the secret to be rotated, its host in lower case: taken where the tag leads to several. */
  readonly preferred: PreferredServer;
  /** Milliseconds that all of it may take. */
  readonly timeoutMs: number;
}

/** See {@link LocateRequest}. */
export interface PreferredServer {
  readonly host: string;
  readonly port: number;
}
