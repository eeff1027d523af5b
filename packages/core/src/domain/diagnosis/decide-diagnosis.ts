import type { KnownLockout } from '../user-lockout.js';
import { versionWith } from '../secret-description.js';
import { AWSCURRENT, AWSPENDING, AWSPREVIOUS } from '../staging-label.js';
import type { DiagnosisFacts, ReadFacts, VersionFacts } from './diagnosis-facts.js';
import {
  DIAGNOSIS_STATES,
  type DiagnosisState,
  type DiagnosisStateRow,
} from './diagnosis-states.js';
import type { Diagnosis } from './diagnosis.js';
import type { NextAction } from './next-action.js';
import type { UserHistory } from './user-history.js';

const BY_HAND: NextAction = { kind: 'by-hand' };
const ROTATE: NextAction = { kind: 'rotate' };
const DENIED: readonly string[] = ['KEYTURN_STORE_ACCESS_DENIED', 'KEYTURN_STORE_KEY_UNUSABLE'];

/**
 * Names the state a secret is in. What keeps clients out comes first, then what keeps a rotation from ending,
 * then what will go wrong at the next one. Pure; each state is a row of `DIAGNOSIS_STATES`.
 */
export function decideDiagnosis(facts: DiagnosisFacts): Diagnosis {
  if (facts.kind === 'unread') {
    const state = DENIED.includes(facts.code) ? 'access-denied' : 'unreadable';
    return found(state, facts.message, BY_HAND, facts.settings);
  }
  for (const rule of [outside, currentDead, stopped, pendingStuck, pair, schedule]) {
    const diagnosis = rule(facts);
    if (diagnosis !== undefined) return diagnosis;
  }
  const limit = facts.pair?.lockout?.limit;
  const rule =
    limit === undefined
      ? ''
      : ` The cluster locks a user after ${limit} wrong passwords in a row (max_failed_login_attempts): with alternating users, clients that go on with the password of before the last rotation.`;
  return found('healthy', `AWSCURRENT signs in as ${shown(facts.user)}.${rule}`, { kind: 'none' });
}

/** What keyturn has no influence on. */
function outside({ secret, obstacle }: ReadFacts): Diagnosis | undefined {
  if (secret.owningService !== undefined) {
    return found('managed', `The service ${secret.owningService} manages the secret.`, BY_HAND);
  }
  return (
    obstacle && found(`unreachable-${obstacle.cause}`, obstacle.message, BY_HAND, obstacle.settings)
  );
}

function currentDead(facts: ReadFacts): Diagnosis | undefined {
  const { versions, user, blindSpots } = facts;
  const current = labelled(facts, AWSCURRENT);
  if (current === undefined || current.signIn !== 'refused') return undefined;
  const dead = `The database refuses the AWSCURRENT password of ${shown(user)}`;
  const pending = labelled(facts, AWSPENDING);
  if (pending?.signIn === 'accepted') {
    const { versionId } = pending;
    const state = pending.user === user ? 'set-not-promoted' : 'current-dead-pending-alive';
    return found(state, `${dead}, and lets the AWSPENDING one in (version ${versionId}).`, {
      kind: 'resume',
      versionId,
    });
  }
  const alive = [labelled(facts, AWSPREVIOUS), ...versions].find(
    (version) => version?.signIn === 'accepted',
  );
  if (alive !== undefined) {
    const { versionId } = alive;
    const previous = alive.labels.has(AWSPREVIOUS);
    return found(
      previous ? 'current-dead-previous-alive' : 'current-dead-unlabelled-alive',
      `${dead}, and lets version ${versionId}${previous ? ' (AWSPREVIOUS)' : ''} in.`,
      { kind: 'move-current', from: current.versionId, to: versionId },
    );
  }
  if (blindSpots.length > 0) {
    return found('access-denied', `${dead}. ${blindSpots.join(' ')}`, BY_HAND);
  }
  const history = facts.history ?? NO_HISTORY;
  const { isKnown, others, isCut = false } = history;
  const naming = isKnown && others.length === 0 && !isCut ? '' : ` ${doubtAbout(history)}`;
  const untried = versions.filter(isUntried).length;
  const rest =
    untried === 0 ? ', and that of every other stored version.' : `. ${notTried(untried)}`;
  return found('locked-out', `${dead}${rest}${naming}`, {
    kind: 'reset-password',
    user,
    versionId: current.versionId,
    needsName: !isKnown || others.length > 0 || isCut,
  });
}

const NO_HISTORY: UserHistory = { isKnown: false, others: [] };
const NOBODY_ELSE =
  'No other version, older than AWSCURRENT, names this user: make sure that the secret is meant for it.';

const MAY_BE_CUT =
  'The secret has as many versions as the service keeps, so older ones may be gone that named another user: make sure that AWSCURRENT was not stored by somebody else.';

function doubtAbout({ others, isKnown }: UserHistory): string {
  if (others.length > 0) return namedElse(others);
  return isKnown ? MAY_BE_CUT : NOBODY_ELSE;
}

function namedElse(others: UserHistory['others']): string {
  const versions = others.map(
    ({ versionId, user, onOtherServer }) =>
      `version ${versionId} names ${shown(user)}${onOtherServer ? ' on another server' : ''}`,
  );
  return `Other versions name another user or server (${listed(versions)}): make sure that AWSCURRENT was not stored by mistake, or by somebody else.`;
}

function stopped(facts: ReadFacts): Diagnosis | undefined {
  const { stoppedBy = [], user } = facts;
  if (stoppedBy.length === 0) return undefined;
  const places = stoppedBy.map(({ label, versionId }) => `${label} on version ${versionId}`);
  const whom = stoppedBy.some(({ who }) => who === 'current')
    ? shown(user)
    : `the alternate of ${shown(user)}`;
  const now =
    labelled(facts, AWSCURRENT)?.signIn === 'accepted'
      ? 'AWSCURRENT signs in now.'
      : 'Nothing was tried now, since wrong passwords in a row lock a user.';
  return found(
    'stopped',
    `An earlier delivery found no stored version that signs in as ${whom} (staging label ${places.join(', ')}). ${now}`,
    { kind: 'lift-stop', labels: stoppedBy },
  );
}

function pendingStuck(facts: ReadFacts): Diagnosis | undefined {
  const current = labelled(facts, AWSCURRENT);
  const pending = labelled(facts, AWSPENDING);
  if (pending === undefined || pending === current) return undefined;
  const { versionId, value, reason } = pending;
  const where = `AWSPENDING is on version ${versionId}`;
  const clear: NextAction = { kind: 'clear-pending', versionId };
  if (isOlder(pending, current)) {
    return found('pending-left-behind', `${where}, which AWSCURRENT has left behind.`, clear);
  }
  if (value === 'absent') return found('pending-empty', `${where}, which has no value.`, clear);
  if (value === 'unfit') return found('pending-unfit', `${where}. ${reason ?? ''}`.trim(), clear);
  if (pending.signIn !== 'accepted') {
    return found(
      'pending-not-set',
      `${where}, whose password the database refuses; AWSCURRENT signs in.`,
      clear,
    );
  }
  return found(
    'set-not-promoted',
    `${where}, whose password signs in as ${shown(pending.user ?? '')}; so does AWSCURRENT.`,
    { kind: 'resume', versionId },
  );
}

function isOlder(pending: VersionFacts, current: VersionFacts | undefined): boolean {
  if (pending.labels.has(AWSPREVIOUS)) return true;
  // Where the store does not say when they were made, the pending one counts as the newer.
  return (pending.createdAt ?? Infinity) < (current?.createdAt ?? -Infinity);
}

function pair(facts: ReadFacts): Diagnosis | undefined {
  if (facts.pair === undefined) return undefined;
  const { alternateUser, alternate, superuserProblem, superuserSettings, configured, adopted } =
    facts.pair;
  const { lockout } = facts.pair;
  if (superuserProblem !== undefined) {
    return found('superuser-dead', superuserProblem, BY_HAND, superuserSettings);
  }
  if (alternate === undefined) return undefined;
  const stored = facts.versions.filter(({ user }) => user === alternateUser);
  if (!alternate.exists) {
    // Before the first rotation there is no clone, and nobody misses it.
    if (stored.length === 0 && !configured) return undefined;
    const gone = `The database has no user ${shown(alternateUser)}`;
    return configured
      ? found('alternate-missing', `${gone}; none is created for a configured pair.`, BY_HAND)
      : found('alternate-missing', `${gone}.`, ROTATE);
  }
  const trusted = configured || adopted;
  if (lockout?.locked !== undefined) {
    return found('alternate-locked', lockedText(alternateUser, lockout), BY_HAND);
  }
  if (!trusted && !stored.some(({ signIn }) => signIn === 'accepted')) {
    const exists = `A user ${shown(alternateUser)} exists`;
    const untried = stored.filter(isUntried).length;
    return found(
      'alternate-unrelated',
      untried === 0
        ? `${exists}, and no stored version signs in as it.`
        : `${exists}, and the stored versions that were tried do not sign in as it. ${notTried(untried)}`,
      BY_HAND,
    );
  }
  if (alternate.owned.length > 0) {
    return found(
      'objects-owned-by-alternate',
      `${shown(alternateUser)} owns ${listed(alternate.owned)}.`,
      BY_HAND,
    );
  }
  if (alternate.missing.length === 0) return undefined;
  return found(
    'permissions-drifted',
    `${shown(alternateUser)} lacks what ${shown(facts.user)} has: ${listed(alternate.missing)}.`,
    ROTATE,
  );
}

function schedule({ secret, now }: ReadFacts): Diagnosis | undefined {
  const { rotationEnabled, rotationFunction, nextRotationAt } = secret;
  if (rotationEnabled === false) {
    return found('rotation-turned-off', 'RotationEnabled is false; AWSCURRENT signs in.', BY_HAND);
  }
  if (rotationEnabled === undefined && rotationFunction === undefined) {
    return found(
      'rotation-never-enabled',
      'The secret has no rotation function; AWSCURRENT signs in.',
      BY_HAND,
    );
  }
  if (nextRotationAt === undefined || nextRotationAt >= now) return undefined;
  const due = new Date(nextRotationAt).toISOString();
  return found('rotation-overdue', `The next rotation was due by ${due}.`, ROTATE);
}

function lockedText(
  user: string,
  { locked, failedSignIns, lockedAt, limit }: KnownLockout,
): string {
  if (locked === 'manual') return `An administrator has locked the alternate ${shown(user)}.`;
  const since = lockedAt === undefined ? '' : ` since ${lockedAt}`;
  const of = limit === undefined ? '' : `; the limit is ${limit}`;
  return `The alternate ${shown(user)} is locked${since} after ${failedSignIns} wrong passwords in a row${of}.`;
}

function isUntried({ value, signIn }: VersionFacts): boolean {
  return value === 'fit' && signIn === 'not-tried';
}

function notTried(count: number): string {
  const versions = count === 1 ? '1 other version was' : `${count} other versions were`;
  return `${versions} not tried, since wrong passwords in a row lock a user.`;
}

function labelled({ secret, versions }: ReadFacts, label: string): VersionFacts | undefined {
  const holder = versionWith(secret, label);
  return versions.find(({ versionId }) => versionId === holder);
}

/** The most entries of a list that are spelled out. */
const MOST_LISTED = 5;

function listed(texts: readonly string[]): string {
  const first = texts.slice(0, MOST_LISTED).join(', ');
  return texts.length > MOST_LISTED ? `${first} and ${texts.length - MOST_LISTED} more` : first;
}

function found(
  state: DiagnosisState,
  explanation: string,
  action: NextAction,
  about: readonly string[] = [],
): Diagnosis {
  const row: DiagnosisStateRow = DIAGNOSIS_STATES[state];
  const settings = [...new Set([...about, ...(row.settings ?? [])])];
  return { state, explanation, action, ...(settings.length > 0 && { settings }) };
}

function shown(user: string): string {
  return JSON.stringify(user);
}
