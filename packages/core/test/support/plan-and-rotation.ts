import fc from 'fast-check';
import {
  alternatingUsers,
  planSecretPermissions,
  type DatabasePermissionPlan,
  type DatabaseSession,
  type ErrorCode,
  type Permission,
  type PermissionKind,
  type RotationEvent,
  type RotationSettings,
} from '../../src/index.js';
import { PERMISSION_SCOPE, type DatabaseAdmin } from '../../src/adapter/index.js';
import { inheritable, KINDS, permission, varied } from './permission-arbitraries.js';
import { RotationFixture, SECRET } from './rotation-fixture.js';
import { FIELDS } from './values.js';

const DATABASES = [FIELDS.dbname, 'dev'] as const;
const PAIR = ['sheep', 'sheep_clone'] as const;

/** What either user of the pair has of one permission. */
const row = fc.record({
  permission,
  source: fc.boolean(),
  target: fc.boolean(),
  differs: fc.boolean(),
});
const place = fc.record({
  rows: fc.array(row, { maxLength: 10 }),
  shared: fc.array(inheritable, { maxLength: 3 }),
  unreadable: fc.subarray([...KINDS], { maxLength: 2 }),
  /** Kinds of which some could not be read. */
  partly: fc.subarray([...KINDS], { maxLength: 1 }),
  owned: fc.constantFrom(undefined, ...PAIR),
});

/** What the setting takes. */
export const POLICIES = ['add-missing', 'reconcile', 'first-rotation-only', 'none'] as const;

interface Place {
  readonly rows: readonly {
    readonly permission: Permission;
    readonly source: boolean;
    readonly target: boolean;
    readonly differs: boolean;
  }[];
  readonly shared: readonly Permission[];
  readonly unreadable: readonly PermissionKind[];
  readonly partly: readonly PermissionKind[];
  readonly owned: string | undefined;
}

/** A pair of users, two databases, and the settings of a rotation. */
export interface World {
  readonly idle: 'none' | 'original' | 'clone';
  readonly places: readonly [Place, Place];
  readonly trouble: ErrorCode | undefined;
  readonly bySuperuser: boolean;
  readonly settings: RotationSettings;
}

/** Any of them. */
export const world: fc.Arbitrary<World> = fc.record({
  /** No clone yet, or which of the two is idle. */
  idle: fc.constantFrom('none' as const, 'original' as const, 'clone' as const),
  places: fc.tuple(place, place),
  /** What keeps everybody from getting into the other database. */
  trouble: fc.constantFrom(undefined, 'KEYTURN_DATABASE_TIMEOUT' as const),
  bySuperuser: fc.boolean(),
  settings: fc.record({
    permissions: fc.constantFrom(...POLICIES),
    reconcileOriginal: fc.boolean(),
    mutualDefaultPrivileges: fc.boolean(),
    allowUncheckedPolicies: fc.boolean(),
    ownedObjects: fc.constantFrom('warn' as const, 'refuse' as const, 'ignore' as const),
    maxRevokes: fc.constantFrom(0, 3, 50),
    permissionDatabases: fc.constantFrom(undefined, [FIELDS.dbname], ['dev', 'nowhere']),
  }),
});
const EMPTY = { rows: [], shared: [], unreadable: [], partly: [], owned: undefined };

/** A world before the first rotation in which neither user has anything. */
export const QUIET: World = {
  idle: 'none',
  places: [EMPTY, EMPTY],
  trouble: undefined,
  bySuperuser: true,
  settings: {
    permissions: 'add-missing',
    reconcileOriginal: false,
    mutualDefaultPrivileges: false,
    allowUncheckedPolicies: false,
    ownedObjects: 'warn',
    maxRevokes: 50,
    permissionDatabases: undefined,
  },
};

async function build({ idle, places, trouble, settings }: World) {
  const fixture = new RotationFixture({ strategy: alternatingUsers(), settings });
  const rotations = { none: 0, original: 1, clone: 2 }[idle];
  for (let n = 1; n <= rotations; n++) await fixture.rotate(`before-${n}`);
  const source = idle === 'original' ? 'sheep_clone' : 'sheep';
  const target = source === 'sheep' ? 'sheep_clone' : 'sheep';
  const { database } = fixture;
  for (const user of PAIR) {
    database.changeUser(fixture.address, user, (held) => {
      if (held === undefined) return undefined;
      const { validUntil: _, ...rest } = held;
      return { ...rest, clusterWide: [], inDatabase: {} };
    });
  }
  for (const [nth, name] of DATABASES.entries()) {
    const address = { ...fixture.address, database: name };
    const { rows = [], shared = [], unreadable = [], owned } = places[nth] ?? {};
    const has = (who: 'source' | 'target', user: string): readonly Permission[] =>
      rows
        .filter((each) => each[who])
        .map((each) =>
          who === 'target' && each.differs ? varied(each.permission) : each.permission,
        )
        .filter((each) => !isToItself(each, user));
    database.grant(address, source, has('source', source));
    if (idle !== 'none') database.grant(address, target, has('target', target));
    database.surround(address, {
      shared: shared.map((right) => ({ grantee: { type: 'public' }, permission: right })),
      unreadable: unreadable.map((kind) => ({ kind, reason: 'no such view' })),
      owned:
        owned === undefined || (idle === 'none' && owned === target)
          ? {}
          : { [owned]: [{ type: 'relation', container: 'shop', name: 'orders' }] },
      ...(name === 'dev' && { trouble }),
    });
  }
  return fixture;
}

/** No server lists what a user gives to itself. */
function isToItself(each: Permission, user: string): boolean {
  if (each.kind === 'default-received') return each.owner === user;
  return each.kind === 'default-given' && each.granteeType === 'user' && each.grantee === user;
}

/** The database as the world says, writing down the statements that change permissions. */
function recording({ database }: RotationFixture, { bySuperuser, places }: World) {
  const ran: Record<string, string[]> = {};
  const admin: DatabaseAdmin = {
    profile: database.profile,
    async signIn(request) {
      const outcome = await database.signIn(request);
      if (outcome.kind === 'refused') return outcome;
      const { session } = outcome;
      const note = async (what: Parameters<DatabaseSession['writeOut']>[0]): Promise<void> => {
        (ran[request.address.database] ??= []).push(...(await session.writeOut(what)));
      };
      const watched: DatabaseSession = {
        ...session,
        readPermissions: async (what) => {
          const snapshot = await session.readPermissions(what);
          const { partly = [] } = places[request.address.database === 'dev' ? 1 : 0];
          const asked = partly.filter((kind) => what.kinds?.includes(kind) ?? true);
          const local = asked.filter(
            (kind) => what.scope !== 'database' || PERMISSION_SCOPE[kind] === 'database',
          );
          const more = local.map((kind) => ({ kind, reason: 'some rows were cut off' }));
          return {
            ...snapshot,
            notChecked: [...snapshot.notChecked, ...more],
            bySuperuser: snapshot.bySuperuser && bySuperuser,
          };
        },
        grantPermissions: async (what) => {
          await note({ user: what.user, grant: what.permissions });
          await session.grantPermissions(what);
        },
        revokePermissions: async (what) => {
          await note({ user: what.user, revoke: what.revocations });
          await session.revokePermissions(what);
        },
      };
      return { kind: 'accepted', session: watched };
    },
  };
  return { admin, ran };
}

type Told = Record<string, unknown>;

/** What a plan says that a rotation would report, by database. */
function announced(plan: DatabasePermissionPlan): Told {
  return {
    granted: [...plan.mutual.flatMap(({ permissions }) => permissions), ...plan.grant],
    revoked: [...plan.revoke, ...plan.replaced].map(({ permission: each }) => each),
    extra: sorted(plan.extra.map(({ permission: each }) => each)),
    reasons: sorted(plan.staysBecause),
    takesExtra: sorted(plan.revokeExtra),
    flattened: plan.flattened,
    takesFlattened: plan.revokeFlattened,
    owned: plan.owned,
    notChecked: plan.notChecked,
    notCompared: plan.notCompared,
  };
}

function reported(events: readonly RotationEvent[], database: string): Told {
  const here = events.filter((event) => 'database' in event && event.database === database);
  const of = <Name extends RotationEvent['name']>(name: Name) =>
    here.filter((event): event is Extract<RotationEvent, { name: Name }> => event.name === name);
  const extra = of('permissions.extra');
  const flattened = of('permissions.flattened');
  return {
    granted: of('permissions.granted').flatMap(({ permissions }) => permissions),
    revoked: of('permissions.revoked').flatMap(({ permissions }) => permissions),
    extra: sorted(extra.flatMap(({ permissions }) => permissions)),
    reasons: sorted(extra.map(({ reason }) => reason)),
    takesExtra: sorted(extra.flatMap(({ revoke }) => revoke)),
    flattened: flattened.flatMap(({ permissions }) => permissions),
    takesFlattened: flattened.flatMap(({ revoke }) => revoke),
    owned: of('permissions.owned').map(({ user, objects }) => ({ user, objects })),
    notChecked: of('permissions.notChecked').flatMap(({ kinds }) => kinds),
    notCompared: of('permissions.notCompared')[0]?.reason,
  };
}

function sorted(list: readonly unknown[]): readonly string[] {
  return list.map((each) => JSON.stringify(each)).sort();
}

/** What came of the comparison. */
export interface Compared {
  readonly kind: 'stopped' | 'left-alone' | 'compared';
  /** How many stayed and were taken away, in all databases. */
  readonly extra: number;
  readonly revoked: number;
  readonly reasons: ReadonlySet<string>;
}

/** Plans, rotates up to setSecret, and expects that both say and do the same. */
export async function compare(given: World): Promise<Compared> {
  const fixture = await build(given);
  const { store, clock, observer } = fixture;
  const { admin, ran } = recording(fixture, given);
  const { settings } = given;
  const parts = { store, clock, strategy: alternatingUsers(), settings };
  const plan = await planSecretPermissions({ ...parts, database: admin, secretId: SECRET });
  if (plan.kind === 'refused') throw plan.error;
  expect(ran).toEqual({});

  const before = observer.events.length;
  fixture.begin('now');
  const engine = fixture.engineWith({ database: admin });
  await fixture.run('createSecret', 'now', { engine });
  const servers = fixture.database.snapshot().servers;
  const error = await fixture.attempt('setSecret', 'now', { engine });
  const events = observer.events.slice(before);
  const result = { extra: 0, revoked: 0, reasons: new Set<string>() };
  const stopsWith = plan.applies ? plan.databases[0]?.stopsWith : undefined;
  expect(error?.message).toBe(stopsWith?.message);
  if (stopsWith !== undefined) {
    expect(fixture.database.snapshot().servers).toEqual(servers);
    expect(ran).toEqual({});
    return { kind: 'stopped', ...result };
  }
  if (!plan.applies) {
    expect(ran).toEqual({});
    expect(events.filter(({ name }) => name.startsWith('permissions.'))).toEqual([]);
    return { kind: 'left-alone', ...result };
  }
  for (const each of plan.databases) {
    const { database, mutual, statements, staysBecause, extra, revoke } = each;
    const planned = [...mutual.flatMap((grants) => grants.statements), ...statements];
    expect(ran[database] ?? []).toEqual(planned);
    expect(reported(events, database)).toEqual(announced(each));
    for (const reason of staysBecause) result.reasons.add(reason);
    result.extra += extra.length;
    result.revoked += revoke.length;
  }
  return { kind: 'compared', ...result };
}
