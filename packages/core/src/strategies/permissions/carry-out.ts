import { batchPermissions } from '../../domain/permissions/batch-permissions.js';
import {
  workOf,
  type PermissionWork,
  type WorkOf,
} from '../../domain/permissions/permission-work.js';
import type { Permission, PermissionKind } from '../../domain/permissions/permission.js';
import { fitting } from '../../domain/permissions/shown-permissions.js';
import { KeyturnError } from '../../errors.js';
import type { ApplyContext } from '../../ports/rotation-strategy.js';
import { lookAgain, lookAtPair, type DatabaseLook } from './look-at-pair.js';
import { incomplete, stopped } from './permission-errors.js';
import { leftOut, reportOn, type WorkPlace } from './report-work.js';
import { grantSteps, revokeSteps } from './work-statements.js';

/** Counts over all databases of one attempt. */
export interface SyncProgress {
  granted: number;
}

/** One database to work on. */
export interface CarryOutRequest extends WorkPlace {
  readonly progress: SyncProgress;
  /**
   * Takes what a lock keeps from being granted in time, so that one object does not hold up all others. Without it the
   * database's own error is thrown at once.
   */
  readonly blocked?: Permission[];
}

/** So many objects under a lock may cost their time. */
const MOST_BLOCKED = 3;

/** How often a batch is begun while other rotations change the same catalogs. */
const MOST_ATTEMPTS = 10;

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
 * for that, and reads back once more.
 * @throws `KEYTURN_PERMISSIONS_INCOMPLETE` where something is still missing; whatever the database says
 */
export async function carryOut(
  context: ApplyContext,
  request: CarryOutRequest,
  look: DatabaseLook,
): Promise<void> {
  const [stop] = workOf(look.work, 'stop');
  if (stop !== undefined) throw stopped(request.target, stop.because);
  const verified = await grantFirst(context, request, look);
  await reportDifferences(context, request, verified.work);
  const revocations = workOf(verified.work, 'revoke');
  if (revocations.length === 0) return;
  for (const item of revocations) await revoke(context, request, item);
  for (const item of grantsAfter(verified.work)) await grant(context, request, item);
  const { memberships } = verified;
  const { work } = await lookAtPair(request.session, { ...verified.facts, memberships });
  const left = countLeft(work);
  if (left > 0) throw stillLacks(request, left);
}

/** Gives what needs to wait for nothing, and reads back; what comes back has none of it left. */
async function grantFirst(
  context: ApplyContext,
  request: CarryOutRequest,
  look: DatabaseLook,
): Promise<DatabaseLook> {
  const first = grantsBefore(look.work);
  if (first.length === 0) return look;
  for (const item of first) await grant(context, request, item);
  const verified = await readBack(request, look, first);
  const left = grantsBefore(verified.work).reduce((sum, each) => sum + each.permissions.length, 0);
  if (left > 0) throw stillLacks(request, left);
  return verified;
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

async function grant(
  context: ApplyContext,
  request: CarryOutRequest,
  item: WorkOf<'grant'>,
): Promise<void> {
  const { database, progress } = request;
  const { user, permissions } = item;
  let left = permissions.length;
  for (const step of grantSteps(item)) {
    progress.granted += await grantUnblocked(context, request, { user, permissions: step, left });
    left -= step.length;
  }
  const told = fitting(permissions, (each) => each);
  context.report({
    name: 'permissions.granted',
    user,
    database,
    permissions: told,
    ...leftOut(told, permissions.length),
  });
}

interface GrantStep {
  readonly user: string;
  readonly permissions: readonly Permission[];
  readonly left: number;
}

/** Grants what no lock keeps from being granted. @returns how many that were */
async function grantUnblocked(
  context: ApplyContext,
  request: CarryOutRequest,
  step: GrantStep,
): Promise<number> {
  try {
    await grantStep(context, request, step);
    return step.permissions.length;
  } catch (error) {
    const { blocked } = request;
    if (blocked === undefined || !KeyturnError.is(error, 'KEYTURN_DATABASE_TIMEOUT')) throw error;
    const objects = batchPermissions(step.permissions, 1);
    if (objects.length > 1) {
      let granted = 0;
      for (const permissions of objects) {
        granted += await grantUnblocked(context, request, { ...step, permissions });
      }
      return granted;
    }
    for (const permission of step.permissions) blocked.push(permission);
    if (blocked.length > MOST_BLOCKED) throw error;
    return 0;
  }
}

/**
 * Grants as long as there is time. The session itself tries conflicts again, but with many rotations at once on a
 * slow cluster it may lose every time; only here is it known how much time is left for more.
 */
async function grantStep(
  context: ApplyContext,
  request: CarryOutRequest,
  { user, permissions, left }: GrantStep,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    requireTime(context, request, left);
    try {
      return await request.session.grantPermissions({ user, permissions });
    } catch (error) {
      const conflict = KeyturnError.is(error, 'KEYTURN_DATABASE_CONFLICT');
      if (!conflict || attempt === MOST_ATTEMPTS) throw error;
    }
  }
}

async function revoke(
  context: ApplyContext,
  request: CarryOutRequest,
  item: WorkOf<'revoke'>,
): Promise<void> {
  const { session, target: user, database } = request;
  let left = item.revocations.length;
  for (const revocations of revokeSteps(item)) {
    const permissions = revocations.map(({ permission }) => permission);
    const restore = await session.writeOut({ user, grant: permissions });
    requireTime(context, request, left);
    try {
      await session.revokePermissions({ user, revocations });
    } finally {
      // Some may be gone even if this fails, and giving back what is still there changes nothing.
      context.report({ name: 'permissions.revoked', user, database, permissions, restore });
    }
    left -= revocations.length;
  }
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

function countLeft(work: readonly PermissionWork[]): number {
  const grants = workOf(work, 'grant').map(({ permissions }) => permissions.length);
  const revocations = workOf(work, 'revoke').map((each) => each.revocations.length);
  return [...grants, ...revocations].reduce((sum, each) => sum + each, 0);
}

function stillLacks({ target, database, progress }: CarryOutRequest, left: number): KeyturnError {
  return incomplete({ target, database, left, granted: progress.granted, outOfTime: false });
}

/** Goes on only with time left for it. */
function requireTime(
  context: ApplyContext,
  { target, database, progress }: CarryOutRequest,
  left: number,
): void {
  try {
    context.requireTime();
  } catch (error) {
    if (!KeyturnError.is(error, 'KEYTURN_OUT_OF_TIME')) throw error;
    throw incomplete({ target, database, left, granted: progress.granted, outOfTime: true });
  }
}
