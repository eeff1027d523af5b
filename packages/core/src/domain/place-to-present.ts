import { sameServer, type DatabaseAddress } from './database-address.js';
import type { DatabaseSecret } from './database-secret.js';

/**
 * Where a stored credential may be presented: at the address that it was stored with, if that is on the server of the
 * current version. Whoever may store values chooses the current address, so a credential stored with another server
 * goes nowhere, unless the server is named by the function's own configuration.
 * @returns undefined where it must not be presented at all
 */
export function placeToPresent(
  stored: DatabaseSecret,
  current: DatabaseSecret,
  options: { readonly serverIsConfigured: boolean },
): DatabaseAddress | undefined {
  if (sameServer(stored.address, current.address)) return stored.address;
  return options.serverIsConfigured ? current.address : undefined;
}
