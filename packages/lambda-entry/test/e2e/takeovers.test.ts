import { uniqueName, type Login } from '@keyturn/testkit/postgres';
import { callBundle } from './support/call-bundle.js';
import { useRotationFixture } from './support/rotation-fixture.js';

const fixture = useRotationFixture();
const strategy = 'alternating users';

const secretFor = (user: Login, more: object = { masterarn: fixture().superuserSecret }) =>
  fixture().makeSecret(fixture().fieldsFor(user, { ...more }));

/** Rotates and gives the error, if there was one. */
async function rotate(secret: string, env: Readonly<Record<string, string>> = {}) {
  const { error } = await fixture().rotate(secret, { strategy, env });
  return error;
}

describe('an alternate user that exists', () => {
  /** `x_clone` with a secret, and an unrelated `x`. */
  async function twoSheep() {
    const name = uniqueName('sheep');
    const stranger = await fixture().makeUser({ name });
    const user = await fixture().makeUser({ name: `${name}_clone` });
    return { user, stranger, secret: secretFor(user) };
  }

  it('is not taken over for its name alone, and the refusal names the narrow remedy', async () => {
    const { user, stranger, secret } = await twoSheep();
    const error = await rotate(secret);

    expect(error).toContain('setSecret: RotationRefusedError');
    expect(error).toContain('no stored version of this secret signs in as it');
    expect(error).toContain('KEYTURN_USER_PAIRS');
    expect(await fixture().signsIn(stranger)).toBe(true);
    expect(await fixture().signsIn(user)).toBe(true);
    expect(fixture().value(secret, 'AWSCURRENT')).toMatchObject(user);
  });

  it('is given nothing of a user that only its name goes with, by whoever may store values', async () => {
    const { user, stranger, secret } = await twoSheep();
    const table = uniqueName('wool');
    await fixture().database.query(
      `create table ${table} (id int); grant select on ${table} to "${stranger.username}"`,
    );
    fixture().manager.call('PutSecretValue', {
      SecretId: secret,
      ClientRequestToken: crypto.randomUUID(),
      SecretString: JSON.stringify({
        ...fixture().value(secret, 'AWSCURRENT'),
        ...{ username: stranger.username, password: 'Made-Up-1' },
      }),
    });
    const error = await rotate(secret);

    expect(error).toContain(`signs in as user "${stranger.username}"`);
    expect(await fixture().may(user, `select 1 from ${table}`)).toBe(false);
    expect(await fixture().signsIn(stranger)).toBe(true);
    await fixture().database.query(`drop table ${table}`);
  });

  it.each([
    ['KEYTURN_USER_PAIRS', (a: string, b: string) => JSON.stringify([[a, b]])],
    ['KEYTURN_EXISTING_USERS', () => 'adopt'],
  ])('is taken over where %s of the function says so', async (variable, value) => {
    const { user, stranger, secret } = await twoSheep();
    const error = await rotate(secret, { [variable]: value(user.username, stranger.username) });

    expect(error).toBeUndefined();
    const current = fixture().value(secret, 'AWSCURRENT');
    expect(current?.username).toBe(stranger.username);
    expect(current && (await fixture().signsIn(current))).toBe(true);
    expect(await fixture().signsIn(stranger)).toBe(false);
    expect(await fixture().signsIn(user)).toBe(true);
  });

  it('is not taken over because another pair was configured', async () => {
    const { stranger, secret } = await twoSheep();
    const error = await rotate(secret, { KEYTURN_USER_PAIRS: '[["cow","calf"]]' });

    expect(error).toContain('KEYTURN_USER_PAIRS');
    expect(await fixture().signsIn(stranger)).toBe(true);
  });

  it.each([
    ['a superuser', 'superuser', 'is a superuser'],
    ['expired', "valid until '2020-01-01'", 'VALID UNTIL'],
  ])('is never taken over when it is %s', async (_, options, reason) => {
    const name = uniqueName('sheep');
    const user = await fixture().makeUser({ name });
    const clone = await fixture().makeUser({ name: `${name}_clone`, options });
    const before = await storedForm(clone);
    const error = await rotate(secretFor(user), {
      KEYTURN_USER_PAIRS: JSON.stringify([[name, clone.username]]),
      KEYTURN_EXISTING_USERS: 'adopt',
    });

    expect(error).toContain(reason);
    expect(error).toContain('Take AWSPENDING off that version');
    expect(await storedForm(clone)).toBe(before);
  });

  it('is never taken over when an identity provider manages it', async () => {
    const name = uniqueName('sheep');
    const user = await fixture().makeUser({ name });
    const clone = await fixture().makeUser({ name: `${name}_clone` });
    await fixture().database.query(
      `insert into redshift_stand_in.stand_in_user_settings (user_name, external_user_id)
       values ('${clone.username}', 'idp-1')`,
    );
    const error = await rotate(secretFor(user), { KEYTURN_EXISTING_USERS: 'adopt' });

    expect(error).toContain('EXTERNALID');
    expect(await fixture().signsIn(clone)).toBe(true);
  });
});

it('creates no user for a configured pair', async () => {
  const user = await fixture().makeUser();
  const partner = uniqueName('partner');
  const error = await rotate(secretFor(user), {
    KEYTURN_USER_PAIRS: JSON.stringify([[user.username, partner]]),
  });

  expect(error).toContain(`no user "${partner}"`);
  const [{ count } = { count: '' }] = await fixture().database.query<{ count: string }>(
    `select count(*) from pg_user where usename = '${partner}'`,
  );
  expect(count).toBe('0');
});

it('names the clone as KEYTURN_CLONE_SUFFIX says', async () => {
  const user = await fixture().makeUser();
  fixture().forgetLater(`${user.username}-B`);
  const secret = secretFor(user);

  expect(await rotate(secret, { KEYTURN_CLONE_SUFFIX: '-B' })).toBeUndefined();
  expect(fixture().value(secret, 'AWSCURRENT')?.username).toBe(`${user.username}-B`);
});

describe('the superuser secret', () => {
  it('is the one that KEYTURN_SUPERUSER_SECRET names, before masterarn', async () => {
    const user = await fixture().makeUser();
    const secret = secretFor(user, { masterarn: 'no-such-secret' });
    const { superuserSecret } = fixture();

    expect(await rotate(secret, { KEYTURN_SUPERUSER_SECRET: superuserSecret })).toBeUndefined();
    expect(fixture().value(secret, 'AWSCURRENT')).toMatchObject({
      username: `${user.username}_clone`,
      masterarn: 'no-such-secret',
    });
  });

  it('may leave out its host where the function knows it', async () => {
    const { database, makeSecret, makeUser } = fixture();
    const superuserSecret = makeSecret({ ...database.superuser });
    fixture().manager.setOwningService(superuserSecret, 'redshift');
    const env = {
      KEYTURN_SUPERUSER_SECRET: superuserSecret,
      KEYTURN_SUPERUSER_HOST: database.host.toUpperCase(),
      KEYTURN_SUPERUSER_PORT: String(database.port),
    };

    expect(await rotate(secretFor(await makeUser(), {}), env)).toBeUndefined();
  });

  it.each([
    ['is not named', () => ({}), 'KEYTURN_SUPERUSER_SECRET'],
    ['does not exist', () => ({ masterarn: 'no-such-secret' }), 'no such secret'],
    ['has no host', () => ({ masterarn: bare({}) }), 'KEYTURN_SUPERUSER_HOST'],
    ['names another host', () => ({ masterarn: bare({ host: 'evil.example' }) }), 'another host'],
    [
      'names another port',
      () => ({ masterarn: bare({ host: fixture().database.host, port: 1 }) }),
      'another port',
    ],
  ])('stops the rotation before anything is stored when it %s', async (_, more, reason) => {
    const user = await fixture().makeUser();
    const secret = secretFor(user, more());
    const { steps, error } = await fixture().rotate(secret, { strategy });

    expect(steps.map(({ step }) => step)).toEqual(['createSecret']);
    expect(error).toContain(reason);
    expect(fixture().value(secret, 'AWSPENDING')).toBeUndefined();
    expect(await fixture().signsIn(user)).toBe(true);
  });

  const bare = (more: object) => fixture().makeSecret({ ...fixture().database.superuser, ...more });
});

it('refuses the superuser itself as the user to alternate', async () => {
  const error = await rotate(secretFor(fixture().database.superuser));

  expect(error).toContain('names the superuser itself');
  const boss = await fixture().makeUser({ options: 'superuser' });
  expect(await rotate(secretFor(boss))).toContain('is a superuser');
  expect(await fixture().signsIn(boss)).toBe(true);
});

it('rotates the secret of a superuser under single user', async () => {
  const boss = await fixture().makeUser({ options: 'superuser' });
  const secret = secretFor(boss, {});
  const { outcome } = await fixture().rotate(secret, { strategy: 'single user' });

  expect(outcome).toBe('succeeded');
  expect(await fixture().signsIn(boss)).toBe(false);
});

it('refuses to rotate a secret that a service manages', async () => {
  const { manager, target, rotateWith, makeUser, signsIn } = fixture();
  const user = await makeUser();
  const secret = secretFor(user);
  const env = { SECRETS_MANAGER_ENDPOINT: manager.endpoint, AWS_REGION: manager.region };
  const { error } = await rotateWith(secret, {
    name: 'managed',
    target: async (event) => {
      // Nobody can start a rotation of such a secret, so the service takes over just now.
      manager.setOwningService(secret, 'redshift');
      await callBundle(target({ strategy, env }), event);
    },
  });

  expect(error).toContain('KEYTURN_MANAGED_SECRET');
  expect(error).toContain('managed by the service redshift, which rotates it itself');
  expect(await signsIn(user)).toBe(true);
});

/** How the server keeps a password; unchanged is unchanged. */
async function storedForm({ username }: Login): Promise<string | undefined> {
  const [row] = await fixture().database.query<{ form: string }>(
    `select rolpassword as form from pg_authid where rolname = '${username}'`,
  );
  return row?.form;
}
