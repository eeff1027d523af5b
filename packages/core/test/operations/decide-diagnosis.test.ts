import {
  AWSCURRENT,
  AWSPENDING,
  AWSPREVIOUS,
  decideDiagnosis,
  DIAGNOSIS_STATES,
  type DiagnosisFacts,
  type DiagnosisState,
  type PairFacts,
  type ReadFacts,
  type SecretDescription,
  type VersionFacts,
} from '../../src/index.js';

const NOW = Date.UTC(2026, 0, 10);
type Versions = Readonly<Record<string, Partial<VersionFacts> & { label?: string }>>;

/** Facts about a secret that is healthy except for what is said otherwise. */
function facts(
  versions: Versions,
  more: Partial<ReadFacts> & { readonly about?: Partial<SecretDescription> } = {},
): ReadFacts {
  const { about, ...rest } = more;
  const list = Object.entries(versions).map(([versionId, { label, ...version }]): VersionFacts => ({
    versionId,
    labels: new Set(label === undefined ? [] : [label]),
    value: 'fit',
    user: 'sheep',
    signIn: 'refused',
    ...version,
  }));
  return {
    kind: 'read',
    now: NOW,
    user: 'sheep',
    versions: list,
    blindSpots: [],
    secret: {
      arn: 'arn',
      rotationEnabled: true,
      rotationFunction: 'function',
      nextRotationAt: NOW + 1,
      labels: new Map(
        list.filter(({ labels }) => labels.size > 0).map((v) => [v.versionId, v.labels]),
      ),
      replicasBehind: [],
      ...about,
    },
    ...rest,
  };
}

const current = { label: AWSCURRENT, signIn: 'accepted', createdAt: 2 } as const;
const dead = { label: AWSCURRENT, createdAt: 2 };
const pending = { label: AWSPENDING, createdAt: 3 };
const previous = { label: AWSPREVIOUS, createdAt: 1 };
const alive = { signIn: 'accepted' } as const;
const clone = { user: 'sheep_clone' };
const pairOf = (idle: Partial<PairFacts['idle']>, more: Partial<PairFacts> = {}): PairFacts => ({
  idleUser: 'sheep_clone',
  configured: false,
  adopted: false,
  idle: { exists: true, missing: [], owned: [], ...idle },
  ...more,
});
const both = { c: current, p: { ...previous, ...clone, ...alive } };
const obstacle = (cause: 'dns' | 'tcp' | 'tls' | 'timeout' | 'refused') =>
  facts({ c: { ...current, signIn: 'not-tried' } }, { obstacle: { cause, message: 'said so' } });

/** Every state with facts that lead to it; the compiler sees that none is left out. */
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
  'pending-left-behind': [
    facts({ c: current, n: { ...pending, createdAt: 1 } }),
    facts({ c: current, p: { ...previous, labels: new Set([AWSPREVIOUS, AWSPENDING]) } }),
  ],
  'pending-empty': [facts({ c: current, n: { ...pending, value: 'absent' } })],
  'pending-unfit': [
    facts({ c: current, n: { ...pending, value: 'unfit', reason: 'Other host.' } }),
  ],
  'pending-not-set': [
    facts({ c: current, n: pending }),
    // Where the store does not say when versions were made, the pending one counts as the newer.
    facts({ c: { label: AWSCURRENT, ...alive }, n: { label: AWSPENDING } }),
  ],
  'superuser-dead': [facts(both, { pair: pairOf({}, { superuserProblem: 'refused' }) })],
  'clone-missing': [
    facts({ c: current, p: { ...previous, ...clone } }, { pair: pairOf({ exists: false }) }),
    facts({ c: current }, { pair: pairOf({ exists: false }, { configured: true }) }),
  ],
  'clone-unrelated': [
    facts({ c: current }, { pair: pairOf({}) }),
    facts({ c: current, p: { ...previous, ...clone } }, { pair: pairOf({}) }),
  ],
  'objects-owned-by-idle-user': [
    facts(both, { pair: pairOf({ owned: ['relation shop.orders'] }) }),
  ],
  'permissions-drifted': [facts(both, { pair: pairOf({ missing: ['SELECT on relation shop'] }) })],
  'rotation-never-enabled': [
    facts(
      { c: current },
      {
        secret: { arn: 'arn', labels: new Map([['c', new Set([AWSCURRENT])]]), replicasBehind: [] },
      },
    ),
  ],
  'rotation-turned-off': [facts({ c: current }, { about: { rotationEnabled: false } })],
  'rotation-overdue': [facts({ c: current }, { about: { nextRotationAt: NOW - 1 } })],
  healthy: [
    facts({ c: current }),
    facts({ c: current }, { about: { nextRotationAt: NOW } }),
    facts(both, { pair: pairOf({}) }),
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

  it('says which version to clear', () => {
    expect(decideDiagnosis(facts({ c: current, n: pending })).action).toEqual({
      kind: 'clear-pending',
      versionId: 'n',
    });
  });

  it('lists five things at most', () => {
    const missing = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const { explanation } = decideDiagnosis(facts(both, { pair: pairOf({ missing }) }));
    expect(explanation).toContain('a, b, c, d, e and 2 more');
  });
});
