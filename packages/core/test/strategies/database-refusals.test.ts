import { alternatingUsers, singleUser, type RotationStrategy } from '../../src/index.js';
import { RotationFixture } from '../support/rotation-fixture.js';

const SHORT_NAMES = {
  host: 'short.example',
  port: 5439,
  databases: ['shop'],
  maxUserNameBytes: 12,
};

/** A secret at a server that keeps 12 bytes of a user's name, in a rotation that has come to setSecret. */
async function atShortNames(strategy: RotationStrategy, username: string) {
  const fixture = new RotationFixture({
    strategy,
    fields: { username, host: SHORT_NAMES.host },
    superuserFields: { host: SHORT_NAMES.host },
  });
  const address = fixture.database.addServer(SHORT_NAMES);
  fixture.database.putUser(address, { name: username, password: 'Baaaaaa1' });
  fixture.database.putUser(address, { name: 'shepherd', password: 'Woof-Woof-9', superuser: true });
  fixture.begin('second');
  await fixture.run('createSecret', 'second');
  return fixture;
}

describe('what only the database can say', () => {
  it.each<[string, RotationStrategy, string]>([
    ['the user of a single user', singleUser(), 'lamb_and_sheep'],
    ['the user of alternating users', alternatingUsers(), 'lamb_and_sheep'],
    ['the alternate, which is longer', alternatingUsers(), 'lamb_sheep'],
  ])('%s has a name too long: said before anything changes, and how to go on', async (...row) => {
    const [, strategy, username] = row;
    const fixture = await atShortNames(strategy, username);
    const error = await fixture.refusal('setSecret', 'second');
    expect(error).toMatchObject({
      code: 'KEYTURN_USER_NAME_TOO_LONG',
      field: 'username',
      retryable: false,
    });
    expect(error.remedy).toContain('changed nothing in the database');
    expect(error.remedy).toContain('UpdateSecretVersionStage');
  });
});
