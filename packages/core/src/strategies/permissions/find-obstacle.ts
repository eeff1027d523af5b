import type { ResolvedSettings } from '../../domain/rotation-settings.js';
import type { KeyturnError } from '../../errors.js';
import type { Examined } from './examine-database.js';
import { unchecked, UNCHECKED } from './permission-errors.js';
import type { NotCompared, Survey } from './survey-databases.js';

/** All databases together, once each was looked at. */
export interface Examination {
  readonly compared: readonly Examined[];
  readonly notCompared: readonly NotCompared[];
}

/** Puts what could be compared apart from what could not. */
export function sortSurvey({ own, others }: Survey<Examined>): Examination {
  const read = [own, ...others.flatMap((each) => ('value' in each ? each.value : []))];
  return {
    compared: read.filter((each) => each.notCompared === undefined),
    notCompared: others.flatMap((each): readonly NotCompared[] => {
      if (!('value' in each)) return [each];
      const { database, notCompared: reason } = each.value;
      return reason === undefined ? [] : [{ database, code: UNCHECKED, reason }];
    }),
  };
}

/**
 * What stops a rotation before it changes anything, as far as the databases tell.
 *
 * In a database that could not be compared nobody knows which policies the source has. A target that gains nothing
 * there sees no more than before. A new one, or one that joins groups and roles, might: where the source is known to
 * have policies anywhere, that risk is not taken.
 */
export function findObstacle(
  { compared, notCompared }: Examination,
  facts: {
    readonly target: string;
    readonly fresh: boolean;
    readonly settings: ResolvedSettings;
  },
): KeyturnError | undefined {
  const found = compared.find(({ obstacle }) => obstacle !== undefined);
  if (found !== undefined) return found.obstacle;
  const { target, fresh, settings } = facts;
  const atRisk = fresh || compared.some(({ gainsMembership }) => gainsMembership);
  const known = compared.some(({ hasPolicies }) => hasPolicies);
  if (notCompared.length === 0 || !atRisk || !known) return undefined;
  if (settings.allowUncheckedPolicies) return undefined;
  return unchecked(
    target,
    notCompared
      .map(({ database, reason }) => `database ${JSON.stringify(database)}: ${reason}`)
      .join('; '),
  );
}
