import { withCallPoints } from '@keyturn/testkit/faults';
import {
  alternatingUsers,
  planSecretPermissions,
  singleUser,
  type AlternatingUsersOptions,
  type DiagnoseOptions,
  type Permission,
  type RotationSettings,
  type SecretPermissionPlan,
} from '../../src/index.js';
import type { DatabaseAdmin } from '../../src/adapter/index.js';
import { once } from '../support/ports.js';
import { sessions } from '../support/other-sessions.js';
import { RotationFixture, SECRET, SUPERUSER_SECRET } from '../support/rotation-fixture.js';
import { FIELDS } from '../support/values.js';

const usage = (schema: string): Permission => ({
  kind: 'schema',
  schema,
  privilege: 'USAGE',
  grantable: false,
});

interface World {
  readonly own?: AlternatingUsersOptions;
  readonly settings?: RotationSettings;
  readonly superuserFields?: Record<string, unknown>;
}

/** A pair that was never rotated; `sheep` is current and may use the schema `meadow`. */
function setUp({ own = {}, settings = {}, superuserFields }: World = {}) {
  const strategy = alternatingUsers(own);
  const fixture = new RotationFixture({
    strategy,
    settings,
    ...(superuserFields && { superuserFields }),
  });
  const { store, database, clock, address } = fixture;
  fixture.database.grant(address, 'sheep', [usage('meadow')]);
  const parts = { store, database, clock, strategy, settings, secretId: SECRET };
  return {
    fixture,
    grant: (user: string, schema: string, name = address.database) =>
      database.grant({ ...address, database: name }, user, [usage(schema)]),
    /** Plans, and makes sure that nothing is changed or left open. */
    async plan(more: Partial<DiagnoseOptions> = {}) {
      const before = fixture.world();
      const plan = await planSecretPermissions({ ...parts, ...more });
      expect(fixture.world()).toEqual(before);
      expect(database.openSessions).toBe(0);
      return plan;
    },
  };
}

function planned(plan: SecretPermissionPlan) {
  if (plan.kind === 'refused') throw plan.error;
  return plan;
}

function codeOf(plan: SecretPermissionPlan): string | undefined {
  return plan.kind === 'refused' ? plan.error.code : undefined;
}

describe('the plan for a pair', () => {
  it('is everything as long as there is no clone', async () => {
    const { plan } = setUp();
    expect(planned(await plan())).toMatchObject({
      source: 'sheep',
      target: 'sheep_clone',
      targetExists: false,
      policy: 'add-missing',
      applies: true,
      equal: false,
      databases: [
        { database: FIELDS.dbname, grant: [usage('meadow')] },
        { database: 'dev', grant: [] },
      ],
    });
  });

  it('is not equal without a clone, even where there is nothing to grant', async () => {
    const fixture = new RotationFixture({ strategy: alternatingUsers() });
    const { store, database, clock } = fixture;
    const strategy = alternatingUsers();
    const plan = await planSecretPermissions({
      store,
      database,
      clock,
      strategy,
      secretId: SECRET,
    });
    expect(planned(plan)).toMatchObject({ targetExists: false, equal: false });
  });

  it('is empty after a rotation, and then the original is the one to be completed', async () => {
    const { fixture, plan } = setUp();
    await fixture.rotate('one');
    expect(planned(await plan())).toMatchObject({
      source: 'sheep_clone',
      target: 'sheep',
      targetExists: true,
      equal: true,
      databases: [{ grant: [], revoke: [], extra: [], statements: [] }, { statements: [] }],
    });
  });

  it('is what the next rotation then does', async () => {
    const { fixture, plan, grant } = setUp();
    await fixture.rotate('one');
    grant('sheep_clone', 'pasture', 'dev');
    grant('sheep', 'barn');
    const { equal, databases } = planned(await plan());
    expect(equal).toBe(false);

    await fixture.rotate('two');
    const granted = fixture.observer.named('permissions.granted').at(-1);
    expect(granted).toMatchObject({ database: 'dev', permissions: databases[1]?.grant });
    const extra = fixture.observer.named('permissions.extra').at(-1);
    expect(extra?.revoke).toEqual(databases[0]?.revokeExtra);
    expect(databases[0]?.revokeExtra.map((sql) => sql.split(' FROM ')[1])).toEqual([
      'sheep',
      'sheep_clone',
    ]);
  });

  it('takes away under reconcile, from the original only where that is allowed', async () => {
    for (const reconcileOriginal of [false, true]) {
      const { fixture, plan, grant } = setUp({
        settings: { permissions: 'reconcile', reconcileOriginal },
      });
      await fixture.rotate('one');
      grant('sheep', 'barn');
      const [first] = planned(await plan()).databases;
      expect(first?.[reconcileOriginal ? 'revoke' : 'extra']).toMatchObject([
        { permission: usage('barn') },
      ]);
      expect(first?.[reconcileOriginal ? 'extra' : 'revoke']).toEqual([]);
    }
  });

  it('takes nothing where it would be too much over all databases, as the rotation then does', async () => {
    const { fixture, plan, grant } = setUp({
      settings: { permissions: 'reconcile', reconcileOriginal: true, maxRevokes: 1 },
    });
    await fixture.rotate('one');
    grant('sheep', 'barn');
    grant('sheep', 'barn', 'dev');
    const { databases } = planned(await plan());
    expect(databases.map(({ staysBecause }) => staysBecause)).toEqual([['too-many'], ['too-many']]);
    await fixture.rotate('two');
    expect(fixture.observer.named('permissions.revoked')).toEqual([]);
    expect(fixture.observer.named('permissions.extra')).toMatchObject(
      databases.map(({ database, extra, revokeExtra }) => ({
        ...{ database, revoke: revokeExtra },
        permissions: extra.map(({ permission }) => permission),
      })),
    );
  });

  it.each([
    ['none', false, false],
    ['first-rotation-only', false, true],
    ['none', true, false],
    ['first-rotation-only', true, false],
    ['add-missing', true, true],
  ] as const)(
    'under %s, clone there: %s, is carried out: %s',
    async (permissions, there, applies) => {
      const { fixture, plan, grant } = setUp({ settings: { permissions } });
      if (there) await fixture.rotate('one');
      grant(there ? 'sheep_clone' : 'sheep', 'pasture');
      const result = planned(await plan());
      expect(result).toMatchObject({ policy: permissions, applies, equal: false });
      expect(result.databases[0]?.grant).toContainEqual(usage('pasture'));
    },
  );

  it('has what either would give the other on what it will make', async () => {
    const settings = { mutualDefaultPrivileges: true };
    const { fixture, plan } = setUp({ settings });
    const { equal, databases } = planned(await plan());
    expect(equal).toBe(false);
    expect(databases[0]?.mutual.map(({ user }) => user)).toEqual(['sheep', 'sheep_clone']);
    expect(databases[0]?.mutual[0]?.statements[0]).toContain('sheep_clone');
    await fixture.rotate('one');
    expect(planned(await plan())).toMatchObject({ equal: true });
  });

  it('is not equal where policies could not be compared, and says that a rotation would stop', async () => {
    for (const allowUncheckedPolicies of [false, true]) {
      const { fixture, plan } = setUp({ settings: { allowUncheckedPolicies } });
      await fixture.rotate('one');
      const result = planned(await plan({ database: blindTo(fixture, 'masking-policy') }));
      expect(result.equal).toBe(allowUncheckedPolicies);
      const [first] = result.databases;
      expect(first?.notChecked).toEqual([{ kind: 'masking-policy', reason: 'no such view' }]);
      expect(first?.stopsWith?.code).toBe(
        allowUncheckedPolicies ? undefined : 'KEYTURN_PERMISSIONS_UNCHECKED',
      );
    }
  });

  it('names what belongs to either, and stops where the settings ask for that', async () => {
    const { fixture, plan } = setUp({ settings: { ownedObjects: 'refuse' } });
    await fixture.rotate('one');
    const [first] = planned(await plan({ database: owning(fixture) })).databases;
    const objects = [{ type: 'relation', container: 'meadow', name: 'grass' }];
    expect(first?.owned).toEqual([
      { user: 'sheep_clone', objects },
      { user: 'sheep', objects },
    ]);
    expect(first?.stopsWith?.code).toBe('KEYTURN_OWNED_OBJECTS');
  });

  it('says that nothing would be copied from a user that no stored version signs in as', async () => {
    for (const existingUsers of ['prove', 'adopt'] as const) {
      const { fixture, plan, grant } = setUp({ settings: { existingUsers } });
      await fixture.rotate('one');
      fixture.database.putUser(fixture.address, {
        name: 'sheep_clone',
        password: 'Nobody-knows-1',
      });
      expect(planned(await plan()).databases[0]).not.toHaveProperty('stopsWith');
      grant('sheep_clone', 'pasture');
      const [first] = planned(await plan()).databases;
      expect(first?.stopsWith?.code).toBe(
        existingUsers === 'adopt' ? undefined : 'KEYTURN_NO_PROOF_OF_OWNERSHIP',
      );
      if (first?.stopsWith) expect(first.stopsWith.message).toContain('"sheep_clone"');
    }
  });

  it('goes by the options of the strategy as a rotation does', async () => {
    const { fixture, plan } = setUp({
      own: { cloneSuffix: '_b', permissions: 'reconcile', superuserSecret: SUPERUSER_SECRET },
    });
    fixture.putValue('other', { masterarn: 'nowhere' }, ['AWSCURRENT']);
    expect(planned(await plan())).toMatchObject({ target: 'sheep_b', policy: 'reconcile' });
  });
});

describe('a plan is refused', () => {
  it('for a user that has no other', async () => {
    const { plan } = setUp();
    const result = await plan({ strategy: singleUser() });
    expect(result).toMatchObject({
      kind: 'refused',
      error: { code: 'KEYTURN_NOT_A_PAIR', field: 'strategy' },
    });
    expect(result.kind === 'refused' && result.error.message).toMatch(
      /rotated with single user: there is no other user.*with alternating users only/,
    );
  });

  it('before the superuser is sent anywhere, where no stored credential signs in', async () => {
    const { fixture, plan } = setUp();
    fixture.database.putUser(fixture.address, { name: 'sheep', password: 'Nobody-knows-1' });
    expect(codeOf(await plan())).toBe('KEYTURN_NO_PROOF_OF_OWNERSHIP');
    expect(fixture.signIns.join()).not.toContain('shepherd');
  });

  it('where the superuser secret names another server, and nothing is sent there', async () => {
    const { fixture, plan } = setUp({ superuserFields: { host: 'evil.example' } });
    expect(codeOf(await plan())).toBe('KEYTURN_SUPERUSER_SECRET_UNFIT');
    expect(fixture.signIns.join()).not.toContain('shepherd');
  });

  it('where the superuser cannot sign in, and its password stays hidden', async () => {
    const { plan } = setUp({ superuserFields: { password: 'Wrong-1-wrong' } });
    const result = await plan();
    expect(codeOf(result)).toBe('KEYTURN_SUPERUSER_REFUSED');
    expect(JSON.stringify(result)).not.toContain('Wrong-1-wrong');
  });

  it('with what the database said, where nobody can be asked', async () => {
    const { fixture, plan } = setUp();
    const { servers, ...rest } = fixture.database.snapshot();
    const place = `${fixture.address.host}:${fixture.address.port}`;
    const server = { ...fixture.database.server(fixture.address), trouble: 'KEYTURN_DATABASE_TLS' };
    fixture.database.restore({ ...rest, servers: { ...servers, [place]: server } } as never);
    expect(codeOf(await plan())).toBe('KEYTURN_DATABASE_TLS');
  });

  it('for a superuser on either side, and where the current user is gone', async () => {
    for (const name of ['sheep', 'sheep_clone']) {
      const { fixture, plan } = setUp();
      const { password } = FIELDS;
      fixture.database.putUser(fixture.address, { name, password, superuser: true });
      expect(codeOf(await plan())).toBe('KEYTURN_USER_IS_SUPERUSER');
    }
    const { fixture, plan } = setUp();
    await fixture.rotate('one');
    const blind = sessions(fixture, (session) => ({
      ...session,
      describeUser: async ({ user }) =>
        user === 'sheep_clone' ? undefined : session.describeUser({ user }),
    }));
    const gone = await plan({ database: blind });
    expect(gone).toMatchObject({ error: { code: 'KEYTURN_USER_MISSING', field: 'username' } });
    expect(gone.kind === 'refused' && gone.error.message).toBe(
      'The database has no user "sheep_clone", so there are no permissions to compare with. `keyturn doctor` says what state the secret is in.',
    );
  });

  it('where the store refuses, without a word of a secret', async () => {
    const { fixture, plan } = setUp();
    const denied = once('before', 'describe', () => {
      throw new Error(`not for you: ${FIELDS.password}`);
    });
    expect(codeOf(await plan({ store: withCallPoints(fixture.store, denied) }))).toBe(
      'KEYTURN_UNEXPECTED',
    );
    fixture.putValue('odd', { username: '' }, ['AWSCURRENT']);
    expect(codeOf(await plan())).toBe('KEYTURN_INVALID_SECRET');
  });

  it('closes every session where another database cannot be read', async () => {
    const { fixture, plan } = setUp();
    let opened = 0;
    const failing = sessions(fixture, (session) => {
      opened += 1;
      if (opened < 3) return session;
      return { ...session, readPermissions: () => Promise.reject(new Error('gone')) };
    });
    expect(codeOf(await plan({ database: failing }))).toBe('KEYTURN_UNEXPECTED');
    expect(opened).toBe(3);
  });
});

function blindTo(fixture: RotationFixture, kind: 'masking-policy'): DatabaseAdmin {
  return sessions(fixture, (session) => ({
    ...session,
    readPermissions: async (request) => ({
      ...(await session.readPermissions(request)),
      notChecked: [{ kind, reason: 'no such view' }],
    }),
  }));
}

function owning(fixture: RotationFixture): DatabaseAdmin {
  return sessions(fixture, (session) => ({
    ...session,
    readPermissions: async (request) => ({
      ...(await session.readPermissions(request)),
      owned: [{ type: 'relation', container: 'meadow', name: 'grass' }],
    }),
  }));
}
