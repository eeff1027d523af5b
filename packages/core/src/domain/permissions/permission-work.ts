import type { ResolvedSettings } from '../rotation-settings.js';
import type {
  OwnedObject,
  Permission,
  PermissionKind,
  PermissionSnapshot,
  Revocation,
} from './permission.js';

/** Two users in one database, and what the settings say about them. */
export interface WorkFacts {
  /** Whose permissions count. */
  readonly source: string;
  /** Who is to have them. */
  readonly target: string;
  readonly wanted: PermissionSnapshot;
  readonly held: PermissionSnapshot;
  /**
   * What the target has through PUBLIC, groups and roles, of the kinds that the decision has asked for; undefined as
   * long as nobody has looked.
   */
  readonly inherited: readonly Permission[] | undefined;
  readonly settings: ResolvedSettings;
  /** Whether it is the secret's own database, without which no rotation goes on. */
  readonly own: boolean;
  /** Whether the policy makes the target exactly equal. */
  readonly exact: boolean;
  /** Whether the target is new and has nothing yet. */
  readonly fresh: boolean;
  /** What may be taken away: whatever the policy says, nothing, or permissions of these keys, which an earlier read saw too. */
  readonly taking: 'any' | 'none' | ReadonlySet<string>;
}

/** What is to be done, or what has to be known before that can be said. */
export type PermissionDecision =
  | { readonly kind: 'ask'; readonly inherited: readonly PermissionKind[] }
  | { readonly kind: 'decided'; readonly work: readonly PermissionWork[] };

/**
 * One thing to do, in the order of the list. A plan prints it, a rotation carries it out: after `stop` or
 * `not-compared` it does nothing more in this database.
 */
export type PermissionWork =
  | { readonly kind: 'not-checked'; readonly kinds: PermissionSnapshot['notChecked'] }
  | { readonly kind: 'not-compared'; readonly reason: string }
  | { readonly kind: 'stop'; readonly because: StopReason }
  /** What one user owns the other can neither change nor drop. */
  | { readonly kind: 'owned'; readonly user: string; readonly objects: readonly OwnedObject[] }
  | {
      readonly kind: 'grant';
      readonly user: string;
      readonly permissions: readonly Permission[];
      /** What the two give each other on what they will make, because the settings ask for that. */
      readonly mutual?: true;
    }
  | {
      readonly kind: 'extra';
      readonly reason: ExtraReason;
      readonly revocations: readonly Revocation[];
    }
  | { readonly kind: 'flattened'; readonly permissions: readonly Permission[] }
  | {
      readonly kind: 'revoke';
      /** `replaced` gives way to more, so it does not count as taken away. */
      readonly because: 'extra' | 'replaced';
      readonly revocations: readonly Revocation[];
    };

/** The work of some kind. */
export type WorkOf<Kind extends PermissionWork['kind']> = Extract<PermissionWork, { kind: Kind }>;

/** What no rotation goes on with. */
export type StopReason =
  | { readonly kind: 'policies-unchecked'; readonly kinds: PermissionSnapshot['notChecked'] }
  | { readonly kind: 'owned'; readonly user: string; readonly objects: readonly OwnedObject[] };

/** Why a permission that goes beyond stays. */
export type ExtraReason =
  /** The policy takes nothing away. */
  | 'policy'
  /** Only superusers are shown everything. */
  | 'no-superuser'
  /** Something of its kind could not be read. */
  | 'not-read-whole'
  /** All databases together have more than the settings allow to take away. */
  | 'too-many'
  /** A second read did not agree. */
  | 'seen-once'
  /** Something held a lock, so it could not be taken away in time. */
  | 'locked';

/** The work of one kind, in order. */
export function workOf<Kind extends PermissionWork['kind']>(
  work: readonly PermissionWork[],
  kind: Kind,
): readonly WorkOf<Kind>[] {
  return work.filter((each): each is WorkOf<Kind> => each.kind === kind);
}

/** How many permissions would be taken away; what gives way to more does not count. */
export function countRevocations(work: readonly PermissionWork[]): number {
  return workOf(work, 'revoke')
    .filter(({ because }) => because === 'extra')
    .reduce((sum, { revocations }) => sum + revocations.length, 0);
}

/** Whether carrying it out changes anything. */
export function changesAnything(work: readonly PermissionWork[]): boolean {
  return work.some(({ kind }) => kind === 'grant' || kind === 'revoke');
}
