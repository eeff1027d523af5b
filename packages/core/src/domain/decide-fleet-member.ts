/** A secret as a list of secrets shows it, without labels and values. */
export interface ListedSecret {
  readonly arn: string;
  readonly name: string;
  /** Absent on a secret that never had rotation. */
  readonly rotationEnabled?: boolean;
  /** The stored rotation function; the service may keep it after rotation was turned off. */
  readonly rotationFunction?: string;
  /** The service that owns and rotates this secret, such as `redshift`. */
  readonly owningService?: string;
  /** The region of which a replica is a copy; the secret's own region on a secret that has replicas. */
  readonly primaryRegion?: string;
  /** When it goes, in epoch milliseconds; absent unless it is marked for deletion. */
  readonly deletedAt?: number;
}

/** Why a secret is left out of a fleet. */
export type SkipReason =
  'marked-for-deletion' | 'replica' | 'managed' | 'no-rotation' | 'rotation-off';

/** Whether the service can be asked to rotate a secret of a fleet. */
export type FleetMemberDecision =
  { readonly kind: 'rotate' } | { readonly kind: 'skip'; readonly reason: SkipReason };

/**
 * Leaves out what RotateSecret would refuse, and what it would change beyond the credential: on a secret whose
 * rotation was turned off it turns rotation on again.
 */
export function decideFleetMember(secret: ListedSecret): FleetMemberDecision {
  const { arn, deletedAt, primaryRegion, owningService, rotationEnabled, rotationFunction } =
    secret;
  const [, , , region] = arn.split(':');
  if (deletedAt !== undefined) return skip('marked-for-deletion');
  if (primaryRegion !== undefined && primaryRegion !== region) return skip('replica');
  if (owningService !== undefined) return skip('managed');
  if (rotationFunction === undefined) return skip('no-rotation');
  return rotationEnabled === true ? { kind: 'rotate' } : skip('rotation-off');
}

function skip(reason: SkipReason): FleetMemberDecision {
  return { kind: 'skip', reason };
}
