import { checkUserName } from './user-name.js';
import { refuse, type Refusal } from './refusal.js';

/** Two existing users that alternate, instead of a user and its clone. */
export type UserPair = readonly [string, string];

/** How the other user of an alternating pair is named. */
export interface AlternateUserRules {
  /** Appended for the clone, removed for the original, as AWS's templates do. Default `_clone`. */
  readonly cloneSuffix: string;
  readonly pairs: readonly UserPair[];
  readonly maxUserNameBytes: number;
}

/** The other user of the pair, and whether the pair was named by the function's own configuration. */
export interface AlternateUser {
  readonly kind: 'alternate';
  readonly name: string;
  readonly configuredPair: boolean;
  /** Whether it is the user that was there first: the name without the suffix, or the first of a pair. */
  readonly isOriginal: boolean;
}

/**
 * The user that the next rotation makes current. Applying it twice gives the first user back, except for a name
 * that ends in the suffix twice: it loses one suffix, as under AWS's templates, and its pair goes on without it.
 * @returns the alternate, or a refusal: with code `KEYTURN_INVALID_SECRET` and field `username`, or with
 * `KEYTURN_INVALID_SETTING` where it is the configured pair that is unfit.
 */
export function alternateUser(current: string, rules: AlternateUserRules): AlternateUser | Refusal {
  const pair = rules.pairs.find((candidate) => candidate.includes(current));
  if (pair !== undefined) {
    const name = pair[0] === current ? pair[1] : pair[0];
    const problem = problemWithPair(current, name, rules.maxUserNameBytes);
    if (problem !== undefined) return problem;
    return { kind: 'alternate', name, configuredPair: true, isOriginal: name === pair[0] };
  }
  const { cloneSuffix } = rules;
  const isOriginal = current.endsWith(cloneSuffix);
  const name = isOriginal ? current.slice(0, -cloneSuffix.length) : current + cloneSuffix;
  const problem = checkUserName(name, rules.maxUserNameBytes);
  if (problem === undefined) {
    return { kind: 'alternate', name, configuredPair: false, isOriginal };
  }
  return refuse({
    ...problem,
    message: `The alternate of user ${JSON.stringify(current)} cannot be used: ${problem.message}`,
    remedy: 'Use a shorter user name, or name both users in the setting userPairs.',
    settings: ['userPairs'],
  });
}

function problemWithPair(current: string, name: string, maxBytes: number): Refusal | undefined {
  const message =
    name === current ? 'Both names are the same.' : checkUserName(name, maxBytes)?.message;
  if (message === undefined) return undefined;
  return refuse({
    code: 'KEYTURN_INVALID_SETTING',
    field: 'userPairs',
    settings: ['userPairs'],
    message: `The pair that names user ${JSON.stringify(current)} cannot be used: ${message}`,
    remedy: 'Name two different users of the database.',
  });
}
