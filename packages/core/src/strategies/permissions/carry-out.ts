import { waitsForRevocation } from '../../domain/permissions/waits-for-revocation.js';
import { permissionKey } from '../../domain/permissions/permission-key.js';
import {
  workOf,
  type PermissionWork,
  type WorkOf,
} from '../../domain/permissions/permission-work.js';
import type { PermissionKind, Revocation } from '../../domain/permissions/permission.js';
import type { ApplyContext } from '../../ports/rotation-strategy.js';
import { revocationKey } from '../../domain/permissions/compare-pair.js';
import { AroundLocks, type LocksRequest } from './around-locks.js';
import { grant, revoke, type ChangeRequest } from './change-permissions.js';
import { lookAgain, lookAtPair, type DatabaseLook } from './look-at-pair.js';
import { incomplete, stopped } from './permission-errors.js';
import { reportOn, type WorkPlace } from './report-work.js';
import { settleLocked, type Locked } from './settle-locked.js';

/** One database to work on. */
export interface CarryOutRequest
  extends Omit<ChangeRequest, 'locks'>, Omit<LocksRequest, 'timeLeftMs'> {
  /** Whether the target may go on without what a lock keeps from being granted; see `settleLocked`. */
  readonly mayLack: boolean;
}

/** Tells what was found beside the differences. */
export async function reportFindings(
  { report }: Pick<ApplyContext, 'report'>,
  place: WorkPlace,
  work: readonly PermissionWork[],
): Promise<void> {
  for (const item of work) {
    if (item.kind === 'stop') return;
    if (item.kind === 'not-checked' || item.kind === 'owned') await reportOn(item, place, report);
  }
}

/** Tells what stays as it is, although the two users differ in it. */
export async function reportDifferences(
  { report }: Pick<ApplyContext, 'report'>,
  place: WorkPlace,
  work: readonly PermissionWork[],
): Promise<void> {
  for (const item of work) {
    if (item.kind === 'extra' || item.kind === 'flattened') await reportOn(item, place, report);
  }
}

/**
 * Carries out what was decided: grants, reads back and decides again, reports, takes away, grants what had to wait
 * for that, and reads back once more. What a lock of others keeps from being changed is reported, or stops the
 * rotation: see `settleLocked`.
 * @throws `KEYTURN_PERMISSIONS_INCOMPLETE` where something is still missing; whatever the database says
 */
export async function carryOut(
  context: ApplyContext,
  request: CarryOutRequest,
  look: DatabaseLook,
): Promise<void> {
  const [stop] = workOf(look.work, 'stop');
  if (stop !== undefined) throw stopped(request.target, stop.because);
  const locks = new AroundLocks({ ...request, timeLeftMs: () => context.timeLeftMs() });
  try {
    await new Change(context, { ...request, locks }).carryOut(look);
  } finally {
    await locks.close();
  }
}

/** The changes in one database, and what locks have kept from being changed. */
class Change {
  readonly #context: ApplyContext;
  readonly #request: CarryOutRequest & ChangeRequest;
  /** By user and permission. */
  readonly #notGranted = new Set<string>();
  readonly #notRevoked: Revocation[] = [];

  constructor(context: ApplyContext, request: CarryOutRequest & ChangeRequest) {
    this.#context = context;
    this.#request = request;
  }

  async carryOut(look: DatabaseLook): Promise<void> {
    const verified = await this.#grantFirst(look);
    await reportDifferences(this.#context, this.#request, verified.work);
    const revocations = workOf(verified.work, 'revoke');
    const last = revocations.length === 0 ? verified : await this.#takeAway(verified, revocations);
    await this.#settle(last.work);
  }

  /** Gives what needs to wait for nothing, and reads back. */
  async #grantFirst(look: DatabaseLook): Promise<DatabaseLook> {
    const first = grantsBefore(look.work);
    if (first.length === 0) return look;
    for (const item of first) await this.#grant(item);
    const verified = await readBack(this.#request, look, first);
    this.#requireLeft(grantsBefore(verified.work), []);
    return verified;
  }

  async #takeAway(
    { work, memberships, facts }: DatabaseLook,
    revocations: readonly WorkOf<'revoke'>[],
  ): Promise<DatabaseLook> {
    for (const item of revocations) {
      this.#notRevoked.push(...(await revoke(this.#context, this.#request, item)));
    }
    const waits = waitsForRevocation(this.#notRevoked);
    for (const item of grantsAfter(work)) {
      const { permissions, user } = item;
      for (const each of permissions.filter(waits)) this.#notGranted.add(keyOf(user, each));
      const now = permissions.filter((each) => !waits(each));
      if (now.length > 0) await this.#grant({ ...item, permissions: now });
    }
    const look = await lookAtPair(this.#request.session, { ...facts, memberships });
    this.#requireLeft(workOf(look.work, 'grant'), workOf(look.work, 'revoke'));
    return look;
  }

  async #grant(item: WorkOf<'grant'>): Promise<void> {
    const held = await grant(this.#context, this.#request, item);
    for (const each of held) this.#notGranted.add(keyOf(item.user, each));
  }

  /** Throws where something is left to be done that no lock has prevented. */
  #requireLeft(grants: readonly WorkOf<'grant'>[], revocations: readonly WorkOf<'revoke'>[]): void {
    const kept = this.#kept();
    const missing = grants.flatMap(({ user, permissions }) =>
      permissions.filter((each) => !this.#notGranted.has(keyOf(user, each))),
    );
    const extra = revocations.flatMap((item) =>
      item.revocations.filter((each) => !kept.has(revocationKey(each))),
    );
    const left = missing.length + extra.length;
    if (left === 0) return;
    const { target, database, progress } = this.#request;
    throw incomplete({ target, database, left, granted: progress.granted, outOfTime: false });
  }

  /** What the last look still shows was prevented by locks. */
  async #settle(work: readonly PermissionWork[]): Promise<void> {
    const locked = workOf(work, 'grant').map(({ user, permissions }): Locked => ({
      user,
      permissions: permissions.filter((each) => this.#notGranted.has(keyOf(user, each))),
    }));
    await settleLocked(this.#context, this.#request, locked);
    const kept = this.#kept();
    // What gives way to more is told with the permission that it holds up.
    const stays = workOf(work, 'revoke')
      .filter(({ because }) => because === 'extra')
      .flatMap((item) => item.revocations.filter((each) => kept.has(revocationKey(each))));
    if (stays.length === 0) return;
    const extra = { kind: 'extra', reason: 'locked', revocations: stays } as const;
    await reportOn(extra, this.#request, this.#context.report);
  }

  #kept(): ReadonlySet<string> {
    return new Set(this.#notRevoked.map(revocationKey));
  }
}

function keyOf(user: string, permission: Parameters<typeof permissionKey>[0]): string {
  return `${permissionKey(permission)} ${user}`;
}

/** Reads again what the target was given, and everything only where that can make a difference. */
async function readBack(
  { session, target }: CarryOutRequest,
  look: DatabaseLook,
  granted: readonly WorkOf<'grant'>[],
): Promise<DatabaseLook> {
  const { facts } = look;
  // Nothing is taken away that was not seen twice, and mutual defaults were given to the source just now.
  const toTarget = granted.every(({ user }) => user === target);
  if (!facts.exact && toTarget) {
    const kinds = new Set<PermissionKind>(
      granted.flatMap(({ permissions }) => permissions.map(({ kind }) => kind)),
    );
    const again = await lookAgain(session, look, kinds);
    if (grantsBefore(again.work).length === 0) return again;
    // The source may have lost it meanwhile, or what it is about is gone.
  }
  return lookAtPair(session, { ...facts, memberships: look.memberships });
}

/** What is given before anything is taken away. */
function grantsBefore(work: readonly PermissionWork[]): readonly WorkOf<'grant'>[] {
  return workOf(work.slice(0, firstRevocation(work)), 'grant');
}

/** What can be given only once something was taken away. */
function grantsAfter(work: readonly PermissionWork[]): readonly WorkOf<'grant'>[] {
  return workOf(work.slice(firstRevocation(work)), 'grant');
}

function firstRevocation(work: readonly PermissionWork[]): number {
  const at = work.findIndex(({ kind }) => kind === 'revoke');
  return at === -1 ? work.length : at;
}
