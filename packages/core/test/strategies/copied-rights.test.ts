import {
  alternatingUsers,
  type AlternatingUsersOptions,
  type Permission,
} from '../../src/index.js';
import { failing } from '../support/ports.js';
import { RotationFixture } from '../support/rotation-fixture.js';

const PEN: Permission = {
  kind: 'relation',
  schema: 'farm',
  relation: 'pen',
  privilege: 'SELECT',
  grantable: false,
};

/**
 * A secret of a user that its owner can sign in as, whose AWSCURRENT was overwritten: it names the other user of
 * the name, an unrelated one with more permissions, by a password that is made up. AWSPREVIOUS signs in.
 */
async function atSetOfAStranger(
  own: string,
  stranger: string,
  options: AlternatingUsersOptions = {},
) {
  const fixture = new RotationFixture({
    strategy: alternatingUsers(options),
    fields: { username: stranger, password: 'Made-Up-1' },
  });
  const put = (name: string, password: string) =>
    fixture.database.putUser(fixture.address, { name, password });
  put(stranger, 'Stranger-1');
  put(own, 'Own-Own-1');
  fixture.database.grant(fixture.address, stranger, [PEN]);
  fixture.putValue('own', { username: own, password: 'Own-Own-1' }, ['AWSPREVIOUS']);
  fixture.begin('second');
  await fixture.run('createSecret', 'second');
  return fixture;
}

const permissionsOf = (fixture: RotationFixture, user: string) => {
  const { users } = fixture.database.server(fixture.address);
  return JSON.stringify([users[user]?.clusterWide, users[user]?.inDatabase]);
};

describe('the permissions of AWSCURRENT’s user', () => {
  it.each([
    ['sheep_clone', 'sheep'],
    ['sheep', 'sheep_clone'],
  ])('go to nobody by a secret that signs in only as %s, the other one', async (own, stranger) => {
    const fixture = await atSetOfAStranger(own, stranger);
    const before = permissionsOf(fixture, own);
    const error = await fixture.refusal('setSecret', 'second');
    expect(error).toMatchObject({ code: 'KEYTURN_NO_PROOF_OF_OWNERSHIP', retryable: false });
    expect(error.message).toContain(JSON.stringify(stranger));
    expect(permissionsOf(fixture, own)).toBe(before);
  });

  it('are refused with the missing permission named where unlabelled versions may not be listed', async () => {
    const fixture = await atSetOfAStranger('sheep_clone', 'sheep');
    const denied = failing(
      'listVersions',
      'KEYTURN_STORE_ACCESS_DENIED',
      'Add secretsmanager:ListSecretVersionIds to the role.',
    );
    const error = await fixture.refusal('setSecret', 'second', { engine: fixture.engine(denied) });
    expect(error.code).toBe('KEYTURN_NO_PROOF_OF_OWNERSHIP');
    expect(error.message).toContain('secretsmanager:ListSecretVersionIds');
  });

  it('are refused, too, where only those on what the other user will make are missing', async () => {
    const fixture = await atSetOfAStranger('sheep_clone', 'sheep');
    fixture.database.grant(fixture.address, 'sheep_clone', [PEN]);
    const engine = fixture.engineWith({ settings: { mutualDefaultPrivileges: true } });
    const error = await fixture.refusal('setSecret', 'second', { engine });
    expect(error.code).toBe('KEYTURN_NO_PROOF_OF_OWNERSHIP');
  });

  it('are no matter where the other user has them already', async () => {
    const fixture = await atSetOfAStranger('sheep_clone', 'sheep');
    fixture.database.grant(fixture.address, 'sheep_clone', [PEN]);
    await fixture.run('setSecret', 'second');
    expect(fixture.isAlive('second')).toBe(true);
  });

  it('are given where an older version signs in as that user', async () => {
    const fixture = await atSetOfAStranger('sheep_clone', 'sheep');
    fixture.putValue('older', { username: 'sheep', password: 'Stranger-1' });
    await fixture.run('setSecret', 'second');
    expect(permissionsOf(fixture, 'sheep_clone')).toBe(permissionsOf(fixture, 'sheep'));
  });

  it.each<[string, AlternatingUsersOptions]>([
    ['names the pair', { userPairs: [['sheep', 'sheep_clone']] }],
    ['adopts existing users', { existingUsers: 'adopt' }],
  ])('are given where the function’s own configuration %s', async (_, options) => {
    const fixture = await atSetOfAStranger('sheep_clone', 'sheep', options);
    await fixture.run('setSecret', 'second');
    expect(permissionsOf(fixture, 'sheep_clone')).toBe(permissionsOf(fixture, 'sheep'));
  });
});
