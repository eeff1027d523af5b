import fc from 'fast-check';
import type { Permission } from '../../../src/index.js';
import { KINDS, ofKind } from '../../support/permission-arbitraries.js';
import { compare, POLICIES, QUIET, world, type World } from '../../support/plan-and-rotation.js';

const select = (relation: string): Permission => ({
  kind: 'relation',
  schema: 'shop',
  relation,
  privilege: 'SELECT',
  grantable: false,
});
const only = (who: 'source' | 'target', ...permissions: readonly Permission[]) =>
  permissions.map((permission) => ({
    permission,
    source: who === 'source',
    target: who === 'target',
    differs: false,
  }));
const received: Permission = {
  kind: 'default-received',
  owner: 'sheep',
  schema: 'a',
  objects: 'TABLES',
  privilege: 'SELECT',
  grantable: false,
};
const givenToClone: Permission = {
  kind: 'default-given',
  granteeType: 'user',
  grantee: 'sheep_clone',
  schema: 'a',
  objects: 'TABLES',
  privilege: 'SELECT',
  grantable: false,
};
const expiry: Permission = {
  kind: 'limit',
  limit: 'valid-until',
  value: '2036-01-01T00:00:00.000Z',
  grantable: false,
};

/** A world in which nothing is special but what is given. */
function given({
  own = {},
  dev = {},
  settings = {},
  ...rest
}: Partial<Omit<World, 'settings' | 'places'>> & {
  readonly own?: Partial<World['places'][0]>;
  readonly dev?: Partial<World['places'][0]>;
  readonly settings?: Partial<World['settings']>;
} = {}): World {
  const [place] = QUIET.places;
  return {
    ...QUIET,
    ...rest,
    places: [
      { ...place, ...own },
      { ...place, ...dev },
    ],
    settings: { ...QUIET.settings, ...settings },
  };
}

describe('what the plan of permissions says is what the rotation after it does and reports', () => {
  it('for all kinds and under every policy', async () => {
    await fc.assert(
      fc.asyncProperty(world, async (one) => void (await compare(one))),
      { numRuns: 150 },
    );
  });

  it.each(KINDS)('where one user alone has a permission of the kind %s', async (kind) => {
    const [mine, other] = fc.sample(ofKind(kind), { numRuns: 2, seed: 7 });
    const rows = [...only('source', mine as Permission), ...only('target', other as Permission)];
    for (const permissions of POLICIES) {
      for (const idle of ['none', 'original', 'clone'] as const) {
        await compare(given({ idle, own: { rows }, dev: { rows }, settings: { permissions } }));
      }
    }
  });

  it.each([
    [
      'does not lift the expiry of a user that gives the other default privileges',
      given({
        dev: { rows: only('source', expiry) },
        settings: { mutualDefaultPrivileges: true },
      }),
    ],
    [
      'does not give default privileges that could never be read back',
      given({
        own: { unreadable: ['default-given'] },
        settings: { mutualDefaultPrivileges: true },
      }),
    ],
    [
      'does not give what only the other side of unreadable default privileges shows',
      given({
        idle: 'clone',
        own: { rows: only('target', received), unreadable: ['default-given'] },
      }),
    ],
    [
      'does not give what only the other side of unreadable received ones shows',
      given({
        idle: 'original',
        own: { rows: only('target', givenToClone), unreadable: ['default-received'] },
      }),
    ],
    [
      'tells what could not be read of a database that is not compared for it',
      given({
        dev: { unreadable: ['masking-policy'] },
      }),
    ],
    [
      'takes nothing from a clone that was just created',
      given({
        dev: { rows: only('source', select('a')), shared: [select('a')] },
        settings: { mutualDefaultPrivileges: true },
      }),
    ],
  ])('and it %s', async (_, one) => {
    expect((await compare(one)).kind).toBe('compared');
  });

  it('also where it stops, and where the policy leaves permissions alone', async () => {
    const owned = given({ own: { owned: 'sheep' }, settings: { ownedObjects: 'refuse' } });
    expect((await compare(owned)).kind).toBe('stopped');
    const none = given({
      own: { rows: only('source', select('a')) },
      settings: { permissions: 'none' },
    });
    expect((await compare(none)).kind).toBe('left-alone');
  });
});

describe('an extra that the plan lists under reconcile', () => {
  const rows = only('target', select('a'), select('b'));
  const settings = { permissions: 'reconcile' as const };
  const reconcile = { idle: 'clone' as const, own: { rows }, dev: { rows } };

  it.each([
    ['no-superuser', given({ ...reconcile, settings, bySuperuser: false })],
    ['too-many', given({ ...reconcile, settings: { ...settings, maxRevokes: 3 } })],
    [
      'not-read-whole',
      given({
        ...reconcile,
        settings,
        own: { rows, partly: ['relation'] },
        dev: { rows, partly: ['relation'] },
      }),
    ],
    ['policy', given({ ...reconcile })],
  ] as const)('stays and is reported, for the reason %s', async (reason, one) => {
    const { kind, extra, revoked, reasons } = await compare(one);
    expect(kind).toBe('compared');
    expect({ extra, revoked }).toEqual({ extra: 4, revoked: 0 });
    expect([...reasons]).toEqual([reason]);
  });

  it('is taken away in every database where nothing speaks against that', async () => {
    const { extra, revoked } = await compare(given({ ...reconcile, settings }));
    expect({ extra, revoked }).toEqual({ extra: 0, revoked: 4 });
  });
});
