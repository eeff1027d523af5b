import type { KnownLockout } from '../../src/domain/user-lockout.js';
import { decideDiagnosis } from '../../src/domain/diagnosis/decide-diagnosis.js';
import {
  AWSCURRENT,
  AWSPENDING,
  AWSPREVIOUS,
  DIAGNOSIS_STATES,
  type DiagnosisState,
} from '../../src/index.js';
import type { DiagnosisFacts } from '../../src/domain/diagnosis/diagnosis-facts.js';
import {
  alive,
  both,
  clone,
  current,
  dead,
  facts,
  NOW,
  obstacle,
  pairOf,
  pending,
  previous,
} from '../support/diagnosis-facts.js';

/** A secret of which nothing is known about its schedule. */
const unscheduled = {
  arn: 'arn',
  labels: new Map([['c', new Set([AWSCURRENT])]]),
  replicasBehind: [],
};

/** Every state with facts that lead to it; the compiler sees that none is left out. */
const locked = (how: KnownLockout['locked']): KnownLockout => ({
  kind: 'known',
  locked: how,
  failedSignIns: 5,
  lockedAt: 'yesterday',
  limit: 5,
});

const CASES: Readonly<Record<DiagnosisState, readonly DiagnosisFacts[]>> = {
  'access-denied': [
    { kind: 'unread', code: 'KEYTURN_STORE_ACCESS_DENIED', message: 'DescribeSecret' },
    { kind: 'unread', code: 'KEYTURN_STORE_KEY_UNUSABLE', message: 'kms:Decrypt' },
    facts({ c: dead }, { blindSpots: ['ListSecretVersionIds is not allowed.'] }),
  ],
  unreadable: [{ kind: 'unread', code: 'KEYTURN_STORE_NOT_FOUND', message: 'none' }],
  managed: [facts({ c: current }, { about: { owningService: 'redshift' } })],
  'unreachable-dns': [obstacle('dns')],
  'unreachable-tcp': [obstacle('tcp')],
  'unreachable-tls': [obstacle('tls')],
  'unreachable-timeout': [obstacle('timeout')],
  'unreachable-refused': [obstacle('refused')],
  'set-not-promoted': [
    facts({ c: dead, n: { ...pending, ...alive } }),
    facts({ c: current, n: { ...pending, ...clone, ...alive } }),
  ],
  'current-dead-pending-alive': [facts({ c: dead, n: { ...pending, ...clone, ...alive } })],
  'current-dead-previous-alive': [
    facts({ c: dead, p: { ...previous, ...alive } }),
    facts({ c: dead, p: { ...previous, ...alive }, n: { ...pending, value: 'absent' } }),
  ],
  'current-dead-unlabelled-alive': [facts({ c: dead, p: previous, u: alive })],
  'locked-out': [facts({ c: dead, p: previous, n: pending, u: {} })],
  stopped: [
    {
      ...facts({ c: current, n: pending }),
      stoppedBy: [{ who: 'current', label: 'KEYTURN_UNPROVEN', versionId: 'n' }],
    },
    {
      ...facts({ c: { ...current, signIn: 'not-tried' }, n: pending }),
      stoppedBy: [{ who: 'alternate', label: 'KEYTURN_UNPROVEN_ALTERNATE', versionId: 'n' }],
    },
  ],
  'pending-left-behind': [
    facts({ c: current, n: { ...pending, createdAt: 1 } }),
    facts({ c: current, p: { createdAt: 3, labels: new Set([AWSPREVIOUS, AWSPENDING]) } }),
  ],
  'pending-empty': [facts({ c: current, n: { ...pending, value: 'absent' } })],
  'pending-unfit': [
    facts({ c: current, n: { ...pending, value: 'unfit', reason: 'Other host.' } }),
  ],
  'pending-not-set': [
    facts({ c: current, n: pending }),
    // Where the store does not say when versions were made, the pending one counts as the newer.
    facts({ c: { label: AWSCURRENT, ...alive }, n: { label: AWSPENDING } }),
    facts({ c: { label: AWSCURRENT, ...alive }, n: pending }),
    facts({ c: current, n: { label: AWSPENDING } }),
    facts({ c: current, n: { ...pending, createdAt: current.createdAt } }),
    facts({ n: pending }),
  ],
  'superuser-dead': [facts(both, { pair: pairOf({}, { superuserProblem: 'refused' }) })],
  'alternate-missing': [
    facts({ c: current, p: { ...previous, ...clone } }, { pair: pairOf({ exists: false }) }),
    facts({ c: current }, { pair: pairOf({ exists: false }, { configured: true }) }),
  ],
  'alternate-locked': [
    facts(both, { pair: { ...pairOf({}), lockout: locked('automatic') } }),
    facts({ c: current }, { pair: { ...pairOf({}), lockout: locked('manual') } }),
  ],
  'alternate-unrelated': [
    facts({ c: current }, { pair: pairOf({}) }),
    facts({ c: current, p: { ...previous, ...clone } }, { pair: pairOf({}) }),
  ],
  'objects-owned-by-alternate': [
    facts(both, { pair: pairOf({ owned: ['relation shop.orders'] }) }),
  ],
  'permissions-drifted': [facts(both, { pair: pairOf({ missing: ['SELECT on relation shop'] }) })],
  'rotation-never-enabled': [facts({ c: current }, { secret: unscheduled })],
  'rotation-turned-off': [facts({ c: current }, { about: { rotationEnabled: false } })],
  'rotation-overdue': [facts({ c: current }, { about: { nextRotationAt: NOW - 1 } })],
  healthy: [
    facts({ c: current }),
    facts({ c: current }, { about: { nextRotationAt: NOW } }),
    facts({ c: current }, { secret: { ...unscheduled, rotationEnabled: true } }),
    facts({ c: current }, { secret: { ...unscheduled, rotationFunction: 'function' } }),
    facts(both, { pair: pairOf({}) }),
    facts(both, { pair: { alternateUser: 'sheep_clone', configured: false, adopted: false } }),
    facts({ c: current }, { pair: pairOf({ exists: false }) }),
    facts({ c: current }, { pair: pairOf({}, { adopted: true }) }),
    facts({ c: { ...current, labels: new Set([AWSCURRENT, AWSPENDING]) } }),
  ],
};

describe.each(Object.entries(CASES) as [DiagnosisState, readonly DiagnosisFacts[]][])(
  'the state %s',
  (state, cases) => {
    it('is found by its facts, and names the action of its row', () => {
      for (const each of cases) {
        const diagnosis = decideDiagnosis(each);
        expect(diagnosis.state).toBe(state);
        expect(diagnosis.explanation).not.toBe('');
        const configured = each.kind === 'read' && each.pair?.configured === true;
        // Nobody creates a user for a configured pair but a person.
        expect(diagnosis.action.kind).toBe(configured ? 'by-hand' : DIAGNOSIS_STATES[state].action);
      }
    });
  },
);

describe('a diagnosis', () => {
  it('looks at what keeps clients out before what is merely stuck', () => {
    const stuckToo = facts({ c: dead, p: { ...previous, ...alive }, n: pending });
    expect(decideDiagnosis(stuckToo)).toMatchObject({
      action: { kind: 'move-current', from: 'c', to: 'p' },
    });
  });

  it('names the settings that would help, those of the facts and those of the advice', () => {
    const connectTimeoutMs = ['connectTimeoutMs'];
    const message = 'Late.';
    const late = facts(both, {
      obstacle: { cause: 'timeout', message, settings: connectTimeoutMs },
    });
    expect(decideDiagnosis(late).settings).toEqual(connectTimeoutMs);
    const [unrelated] = CASES['alternate-unrelated'];
    expect(decideDiagnosis(unrelated as DiagnosisFacts).settings).toEqual(['userPairs']);
    expect(decideDiagnosis(facts(both))).not.toHaveProperty('settings');
  });

  it('says since when and why the alternate is locked, and what a healthy cluster allows', () => {
    const about = (lockout: KnownLockout) =>
      decideDiagnosis(facts(both, { pair: { ...pairOf({}), lockout } })).explanation;
    expect(about(locked('automatic'))).toBe(
      'The alternate "sheep_clone" is locked since yesterday after 5 wrong passwords in a row; the limit is 5.',
    );
    expect(about({ kind: 'known', locked: 'automatic', failedSignIns: 3 })).toBe(
      'The alternate "sheep_clone" is locked after 3 wrong passwords in a row.',
    );
    expect(about(locked('manual'))).toContain('An administrator has locked');
    expect(about(locked(undefined))).toContain('locks a user after 5 wrong passwords in a row');
  });

  it('says which version to clear', () => {
    expect(decideDiagnosis(facts({ c: current, n: pending })).action).toEqual({
      kind: 'clear-pending',
      versionId: 'n',
    });
  });

  it('lists five things at most', () => {
    const missing = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const explained = (count: number) =>
      decideDiagnosis(facts(both, { pair: pairOf({ missing: missing.slice(0, count) }) }))
        .explanation;
    expect(explained(7)).toContain('a, b, c, d, e and 2 more.');
    expect(explained(5)).toContain('a, b, c, d, e.');
    expect(explained(1)).toBe('"sheep_clone" lacks what "sheep" has: a.');
  });
});

const DEAD = 'The database refuses the AWSCURRENT password of "sheep"';
const LOCKED_OUT = `${DEAD}, and that of every other stored version.`;
const NOBODY_ELSE =
  'No other version, older than AWSCURRENT, names this user: make sure that the secret is meant for it.';

describe('an explanation', () => {
  it.each<[string, DiagnosisFacts]>([
    [
      `${DEAD}, and lets the AWSPENDING one in (version n).`,
      facts({ c: dead, n: { ...pending, ...alive } }),
    ],
    [
      `${DEAD}, and lets version p (AWSPREVIOUS) in.`,
      facts({ c: dead, p: { ...previous, ...alive } }),
    ],
    [`${DEAD}, and lets version u in.`, facts({ c: dead, u: alive })],
    [`${DEAD}. One. Two.`, facts({ c: dead }, { blindSpots: ['One.', 'Two.'] })],
    [
      `${DEAD}, and that of every other stored version.`,
      facts({ c: dead }, { history: { isKnown: true, others: [] } }),
    ],
    [`${LOCKED_OUT} ${NOBODY_ELSE}`, facts({ c: dead })],
    [
      `${LOCKED_OUT} ${NOBODY_ELSE}`,
      facts({ c: dead }, { history: { isKnown: false, others: [] } }),
    ],
    [
      `${DEAD}, and that of every other stored version. Other versions name another user or server (version o names "wolf", version p names "sheep" on another server): make sure that AWSCURRENT was not stored by mistake, or by somebody else.`,
      facts(
        { c: dead },
        {
          history: {
            isKnown: true,
            others: [
              { versionId: 'o', user: 'wolf', onOtherServer: false },
              { versionId: 'p', user: 'sheep', onOtherServer: true },
            ],
          },
        },
      ),
    ],
    [
      'AWSPENDING is on version n, which has no value.',
      facts({ c: current, n: { ...pending, value: 'absent' } }),
    ],
    [
      'AWSPENDING is on version n. Other host.',
      facts({ c: current, n: { ...pending, value: 'unfit', reason: 'Other host.' } }),
    ],
    ['AWSPENDING is on version n.', facts({ c: current, n: { ...pending, value: 'unfit' } })],
    [
      'AWSPENDING is on version n, whose password signs in as "sheep_clone"; so does AWSCURRENT.',
      facts({ c: current, n: { ...pending, ...clone, ...alive } }),
    ],
    ['The database has no user "sheep_clone".', facts(both, { pair: pairOf({ exists: false }) })],
    [
      'The database has no user "sheep_clone"; none is created for a configured pair.',
      facts(both, { pair: pairOf({ exists: false }, { configured: true }) }),
    ],
    ['"sheep_clone" owns a, b.', facts(both, { pair: pairOf({ owned: ['a', 'b'] }) })],
    ['AWSCURRENT signs in as "sheep".', facts({ c: current })],
  ])('is the sentence: %s', (explanation, found) => {
    expect(decideDiagnosis(found).explanation).toBe(explanation);
  });
});
