import type { ResolvedSettings } from '../../domain/rotation-settings.js';

/** Whether so many in all databases together are more than one rotation may take away: then it takes nothing. */
export function isTooMany({ maxRevokes }: ResolvedSettings, revocations: number): boolean {
  return revocations > maxRevokes;
}

/** Whether the target may be made exactly equal. A template-made clone lacks most permissions of its original. */
export function isExact(
  { permissions, reconcileOriginal }: ResolvedSettings,
  { targetIsOriginal }: { readonly targetIsOriginal: boolean },
): boolean {
  return permissions === 'reconcile' && (!targetIsOriginal || reconcileOriginal);
}
