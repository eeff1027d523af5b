import { setTimeout as sleep } from 'node:timers/promises';
import { uniqueName, type Login } from '@keyturn/testkit/postgres';
import type { StrategyName } from './support/bundles.js';
import { useRotationFixture } from './support/rotation-fixture.js';

// Redshift keeps md5, and the templates set clear passwords, which an md5 database stores as such.
const fixture = useRotationFixture({ auth: 'md5' });
const CURRENT = 'AWSCURRENT';
const PREVIOUS = 'AWSPREVIOUS';
const PENDING = 'AWSPENDING';

/** A password as the templates make them. */
const templatePassword = () => `aA1!${uniqueName('t')}=+%[{|;`;

/** Stores a version; without labels it is AWSCURRENT, and the one before becomes AWSPREVIOUS. */
function put(secret: string, fields: object, labels?: readonly string[]): string {
  const input = {
    SecretId: secret,
    ClientRequestToken: crypto.randomUUID(),
    SecretString: JSON.stringify(fields, null, 1),
    ...(labels && { VersionStages: labels }),
  };
  return fixture().manager.call('PutSecretValue', input)['VersionId'] as string;
}

function move(secret: string, label: string, from: string | undefined, to?: string): void {
  fixture().manager.call('UpdateSecretVersionStage', {
    SecretId: secret,
    VersionStage: label,
    RemoveFromVersionId: from,
    MoveToVersionId: to,
  });
}

async function setPassword({ username }: Login, password: string): Promise<Login> {
  await fixture().database.query(`alter user "${username}" password '${password}'`);
  return { username, password };
}

/** A pair as the templates leave it after two rotations: each user has the password of its version. */
async function templatePair({ cloneIsCurrent = false } = {}) {
  const { makeUser, makeSecret, fieldsFor, superuserSecret } = fixture();
  const name = uniqueName('app');
  const app = await makeUser({ name });
  const clone = await makeUser({ name: `${name}_clone` });
  const [idle, active] = cloneIsCurrent ? [app, clone] : [clone, app];
  const fields = (login: Login) => fieldsFor(login, { masterarn: superuserSecret });
  const secret = makeSecret(fields(idle));
  put(secret, fields(active));
  return { secret, idle, active, fields };
}

async function rotatesOn(secret: string, strategy: StrategyName): Promise<void> {
  for (const _ of ['once', 'and once more']) {
    const { error } = await fixture().rotate(secret, { strategy });
    expect(error).toBeUndefined();
    const current = fixture().value(secret, CURRENT);
    expect(current && (await fixture().signsIn(current))).toBe(true);
  }
}

describe('single user, as the templates left it', () => {
  const strategy = 'single user';

  async function rotatedTwice() {
    const { makeUser, makeSecret, fieldsFor } = fixture();
    const user = await makeUser();
    const secret = makeSecret(fieldsFor({ ...user, password: 'Older-than-1-previous' }));
    put(secret, fieldsFor({ ...user, password: templatePassword() }));
    put(secret, fieldsFor(user));
    return { user, secret };
  }

  it('rotates on from a finished rotation', async () => {
    const { secret } = await rotatedTwice();

    await rotatesOn(secret, strategy);
  });

  it('rotates on where AWSPENDING is still on the current version', async () => {
    const { secret } = await rotatedTwice();
    move(secret, PENDING, undefined, fixture().labels(secret)[CURRENT]);

    await rotatesOn(secret, strategy);
  });

  it('rotates on from a pending value that was made, but not set', async () => {
    const { user, secret } = await rotatedTwice();
    const made = fixture().fieldsFor({ ...user, password: templatePassword() });
    await takeOver(secret, strategy, {
      async createSecret(token) {
        putPending(secret, token, made);
      },
    });

    expect(fixture().value(secret, CURRENT)).toEqual(made);
  });

  it('rotates on from a pending value that was set, but not promoted', async () => {
    const { user, secret } = await rotatedTwice();
    const made = fixture().fieldsFor({ ...user, password: templatePassword() });
    await takeOver(secret, strategy, {
      async createSecret(token) {
        putPending(secret, token, made);
      },
      async setSecret() {
        await setPassword(user, made.password);
      },
    });

    expect(fixture().value(secret, CURRENT)).toEqual(made);
    expect(await fixture().signsIn(user)).toBe(false);
  });

  it('rotates on where an operator took AWSPENDING off after the password was set', async () => {
    const { user, secret } = await rotatedTwice();
    const stranded = fixture().fieldsFor({ ...user, password: templatePassword() });
    // No two rotations begin in the same millisecond.
    await sleep(5);
    const version = put(secret, stranded, [PENDING]);
    await setPassword(user, stranded.password);
    move(secret, PENDING, version);

    await rotatesOn(secret, strategy);
  });

  it('refuses a pending value with a password that Redshift does not take', async () => {
    const { user, secret } = await rotatedTwice();
    const unfit = fixture().fieldsFor({ ...user, password: 'no upper case or digit' });
    const { error } = await takeOver(
      secret,
      strategy,
      { createSecret: async (token) => putPending(secret, token, unfit) },
      'failed',
    );

    expect(error).toContain('The password of the AWSPENDING value');
    expect(await fixture().signsIn(user)).toBe(true);
  });
});

describe('alternating users, as the templates left them', () => {
  const strategy = 'alternating users';

  it.each([
    ['the first user', false],
    ['the clone', true],
  ])('rotate on when %s is current', async (_, cloneIsCurrent) => {
    const { secret, idle } = await templatePair({ cloneIsCurrent });
    await rotatesOn(secret, strategy);

    expect(await fixture().signsIn(idle)).toBe(false);
  });

  it('rotate on where an operator’s put has overwritten AWSPREVIOUS', async () => {
    const { secret, active, fields } = await templatePair();
    put(secret, { ...fields(active), note: 'put by hand' });
    expect(fixture().value(secret, PREVIOUS)?.username).toBe(active.username);

    await rotatesOn(secret, strategy);
  });

  it('are refused where no version is left that knows the alternate, until the pair is configured', async () => {
    const { makeUser, makeSecret, fieldsFor, superuserSecret, rotate, labels, signsIn } = fixture();
    const name = uniqueName('app');
    const active = await makeUser({ name });
    const idle = await makeUser({ name: `${name}_clone` });
    const secret = makeSecret(fieldsFor(active, { masterarn: superuserSecret }));
    const { error } = await rotate(secret, { strategy });

    expect(error).toContain('KEYTURN_USER_PAIRS');
    expect(await signsIn(idle)).toBe(true);
    move(secret, PENDING, labels(secret)[PENDING]);
    const env = { KEYTURN_USER_PAIRS: JSON.stringify([[active.username, idle.username]]) };
    expect(await rotate(secret, { strategy, env })).toMatchObject({ outcome: 'succeeded' });
  });

  describe('whose first rotation was broken off after CREATE USER', () => {
    async function firstRotation() {
      const { makeUser, makeSecret, fieldsFor, superuserSecret, database } = fixture();
      const user = await makeUser();
      await database.query(`
        create table if not exists orders (id int); grant select on orders to ${user.username}`);
      const secret = makeSecret(fieldsFor(user, { masterarn: superuserSecret }));
      const clone = { username: `${user.username}_clone`, password: templatePassword() };
      const made = fieldsFor(clone, { masterarn: superuserSecret });
      const createUser = () =>
        database.query(`create user "${clone.username}" password '${clone.password}'`);
      return { user, clone, made, secret, createUser };
    }

    it('rotate on with the same version, permissions included', async () => {
      const { clone, made, secret, createUser } = await firstRotation();
      await takeOver(secret, strategy, {
        createSecret: async (token) => putPending(secret, token, made),
        setSecret: createUser,
      });

      expect(fixture().value(secret, CURRENT)).toEqual(made);
      expect(await fixture().may(clone, 'select * from orders')).toBe(true);
    });

    it('rotate on with a new version once AWSPENDING was taken off', async () => {
      const { clone, made, secret, createUser } = await firstRotation();
      const version = put(secret, made, [PENDING]);
      await createUser();
      move(secret, PENDING, version);

      await rotatesOn(secret, strategy);
      expect(await fixture().signsIn(clone)).toBe(false);
    });
  });

  it('refuse a pending value for a user that is not the alternate', async () => {
    const { secret, active, idle, fields } = await templatePair();
    const stranger = await fixture().makeUser();
    const { error } = await takeOver(
      secret,
      strategy,
      { createSecret: async (token) => putPending(secret, token, fields(stranger)) },
      'failed',
    );

    expect(error).toContain('names a user that this strategy would not rotate to');
    for (const login of [active, idle, stranger]) expect(await fixture().signsIn(login)).toBe(true);
  });
});

/** What a template did before it was replaced, by step; it fails at the first step that is not here. */
type Template = Readonly<Partial<Record<string, (token: string) => Promise<unknown>>>>;

/** Has a rotation begun by a template, broken off, and gone on with by the real function under the same name. */
async function takeOver(
  secret: string,
  strategy: StrategyName,
  template: Template,
  outcome: 'succeeded' | 'failed' = 'succeeded',
) {
  const { rotateWith, target } = fixture();
  const name = uniqueName('template');
  const token = crypto.randomUUID();
  const broken = await rotateWith(
    secret,
    {
      name,
      target: async ({ Step, ClientRequestToken }) => {
        const play = template[Step];
        if (play === undefined) throw new Error('broken off');
        await play(ClientRequestToken);
      },
    },
    { token },
  );
  expect(broken.error).toContain('broken off');

  const report = await rotateWith(secret, { name, target: target({ strategy }) }, { token });
  expect(report).toMatchObject({ outcome, token });
  return report;
}

/** What a template's createSecret does with the value it has made. */
function putPending(secret: string, token: string, fields: object): void {
  fixture().manager.call('PutSecretValue', {
    SecretId: secret,
    ClientRequestToken: token,
    SecretString: JSON.stringify(fields),
    VersionStages: [PENDING],
  });
}
