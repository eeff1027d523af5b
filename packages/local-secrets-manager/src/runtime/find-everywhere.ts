import type { Secret } from '../model/secret.js';
import type { Service } from './service.js';

/**
 * Finds a secret by name or full ARN, first in the region given and then in all others.
 *
 * @throws Error when no region has it.
 */
export function findEverywhere(
  secretId: string,
  service: Service,
  firstRegion: string,
): { readonly secret: Secret; readonly region: string } {
  for (const region of new Set([firstRegion, ...service.regions().keys()])) {
    const store = service.region(region);
    const byName = store.get(secretId);
    if (byName) return { secret: byName, region };
    if (!secretId.startsWith('arn:')) continue;
    const tail = secretId.split(':').slice(6).join(':');
    const secret = store.get(tail.replace(/-[A-Za-z0-9]{6}$/, ''));
    if (secret?.arn === secretId) return { secret, region };
  }
  throw new Error(`there is no secret ${secretId}`);
}
