import { type CallHook } from '@keyturn/testkit/faults';
import {
  alternatingUsers,
  DatabaseError,
  type ErrorCode,
  type Permission,
} from '../../src/index.js';
import { once } from '../support/ports.js';
import { RotationFixture } from '../support/rotation-fixture.js';

const failing = (code: ErrorCode, retryable: boolean) => () =>
  Promise.reject(new DatabaseError({ code, message: 'Injected.', retryable }));
const right = (relation: string): Permission => ({
  kind: 'relation',
  schema: 'meadow',
  relation,
  privilege: 'SELECT',
  grantable: false,
});

/** A first rotation at setSecret, with rights to copy in both databases. */
async function atSet() {
  const fixture = new RotationFixture({ strategy: alternatingUsers() });
  fixture.database.grant(fixture.address, 'sheep', [right('grass')]);
  fixture.database.grant({ ...fixture.address, database: 'dev' }, 'sheep', [right('clover')]);
  fixture.begin('second');
  await fixture.run('createSecret', 'second');
  const clone = () => fixture.database.server(fixture.address).users['sheep_clone'];
  const fail = (...hooks: CallHook[]) =>
    fixture.failure('setSecret', 'second', { engine: fixture.engine(...hooks) });
  return { fixture, clone, fail };
}

describe('a user that was just created and cannot be given anything', () => {
  it('is dropped again, so that the next rotation can create it', async () => {
    const { fixture, clone, fail } = await atSet();
    const forGood = failing('KEYTURN_DATABASE_STATEMENT_FAILED', false);
    await fail(once('before', 'grantPermissions', forGood));
    expect(clone()).toBeUndefined();
    expect(fixture.observer.named('rotation.healed')).toMatchObject([
      { how: 'User "sheep_clone" was dropped again.' },
    ]);
    await fixture.rotate('third');
    expect(fixture.isAlive('third')).toBe(true);
  });

  it('stays where the next delivery may succeed, which goes on with it', async () => {
    const { fixture, clone, fail } = await atSet();
    await fail(once('before', 'grantPermissions', failing('KEYTURN_DATABASE_TIMEOUT', true)));
    expect(clone()).toBeDefined();
    expect(fixture.news).not.toContain('rotation.healed');
    await fixture.runUpTo('finishSecret', 'second');
    expect(fixture.isAlive('second')).toBe(true);
  });

  it('stays where it has got something already', async () => {
    const { clone, fail } = await atSet();
    const forGood = failing('KEYTURN_DATABASE_STATEMENT_FAILED', false);
    // The rights are there, and reading them back fails.
    const afterGrant = { granted: false };
    await fail({
      before: ({ method }) =>
        method === 'readPermissions' && afterGrant.granted ? forGood() : undefined,
      after: ({ method }) => {
        if (method === 'grantPermissions') afterGrant.granted = true;
      },
    });
    expect(clone()).toBeDefined();
  });

  it('that cannot be dropped either is named, with who signs in as it', async () => {
    const { fixture, clone, fail } = await atSet();
    const forGood = failing('KEYTURN_DATABASE_STATEMENT_FAILED', false);
    const error = await fail(
      once('before', 'grantPermissions', forGood),
      once('before', 'dropUser', forGood),
    );
    expect(error.message).toContain('Injected.');
    expect(clone()).toBeDefined();
    expect(fixture.observer.named('rotation.healed')).toMatchObject([
      {
        how: 'User "sheep_clone" was created and could not be dropped again; the AWSPENDING value signs in as it.',
      },
    ]);
    expect(fixture.isAlive('second')).toBe(true);
  });
});
