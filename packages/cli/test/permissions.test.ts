import type { LocalSecretsManager } from '@keyturn/testkit';
import { uniqueName } from '@keyturn/testkit/postgres';
import { TLS, useCliFixture, type TestSecret } from './support/cli-fixture.js';
import { catalogsOf, statementsOn } from './support/catalogs.js';

const fixture = useCliFixture();

/** A pair that was rotated once, so that `app_clone` is current, and a schema of its own. */
async function rotatedPair() {
  const { makeSecret, rotate, database } = fixture();
  const secret = await makeSecret('alternating-users');
  await rotate(secret);
  const schema = `${secret.user}_shop`;
  await database.query(
    `create schema ${schema}; create table ${schema}.orders (id int, price int)`,
  );
  return { ...secret, clone: `${secret.user}_clone`, schema };
}

/** A pair as AWS's template leaves it: what came through a group is direct on the clone, which is in no group. */
async function templateMadePair(current: 'original' | 'clone') {
  const { makeSecret, database, dropLater } = fixture();
  const [user, group] = [uniqueName('app'), uniqueName('readers')];
  const [clone, schema] = [`${user}_clone`, `${user}_shop`];
  const password = `${uniqueName('Pw')}X`;
  for (const name of [user, group]) dropLater(name);
  await database.query(`
    create user ${user} password '${password}'; create user ${clone} password '${password}';
    create group ${group}; grant ${group} to ${user};
    create schema ${schema}; create table ${schema}.orders (id int);
    grant usage on schema ${schema} to ${user}, ${clone};
    grant select on ${schema}.orders to group ${group}; grant select on ${schema}.orders to ${clone}`);
  const username = current === 'original' ? user : clone;
  const secret = await makeSecret('alternating-users', { username, password });
  return { ...secret, user, clone, group, schema };
}

/** Runs the command and makes sure that it has changed nothing. */
async function look(
  what: 'plan' | 'diff',
  { id, user = id }: Pick<TestSecret, 'id'> & Partial<TestSecret>,
  ...more: string[]
) {
  const { cli, database, manager } = fixture();
  const world = async () => ({
    catalogs: await catalogsOf(database, user),
    labels: labelsOf(manager),
  });
  const before = await world();
  const run = await cli(['permissions', what, id, ...more]);
  expect(await world()).toEqual(before);
  return run;
}

function labelsOf(manager: LocalSecretsManager) {
  return Object.values(manager.state())
    .flat()
    .map(({ versions }) => versions.map(({ id, labels }) => [id, ...labels]));
}

describe('keyturn permissions diff', () => {
  it('ends with 0 where the two are equal', async () => {
    const pair = await rotatedPair();
    const { code, out } = await look('diff', pair);
    expect(out).toMatch(/: app_\w+ beside app_\w+_clone, whose permissions\s+count\n/);
    expect(out).toContain('\n  no difference\n\nEqual. Nothing was changed.\n');
    expect(code).toBe(0);
  });

  it('ends with 1 where one lacks or has what the other has not, and shows what', async () => {
    const pair = await rotatedPair();
    await fixture().database.query(`
      grant usage on schema ${pair.schema} to ${pair.clone};
      grant select, insert on ${pair.schema}.orders to ${pair.clone};
      grant update on ${pair.schema}.orders to ${pair.user}`);
    const { code, out } = await look('diff', pair);
    expect(out).toContain(
      `  + USAGE on schema ${pair.schema}\n` +
        `  + INSERT, SELECT on ${pair.schema}.orders\n` +
        `  ! UPDATE on ${pair.schema}.orders\n`,
    );
    expect(out).toContain(
      '+ is missing and would be granted; ! goes beyond and stays\nIf only one user',
    );
    expect(code).toBe(1);
  });

  it('ends with 1 as long as there is no clone', async () => {
    const { makeSecret } = fixture();
    const { code, out } = await look('diff', await makeSecret('alternating-users'));
    expect(out.replace(/\s+/g, ' ')).toContain('which does not exist yet');
    expect(code).toBe(1);
  });

  it.each([
    ['single user', 'KEYTURN_NOT_A_PAIR', () => fixture().makeSecret('single-user')],
    [
      'a superuser that cannot sign in',
      'KEYTURN_SUPERUSER_REFUSED',
      () => fixture().makeSecret('alternating-users', { masterarn: superuserWith('Not-this-1') }),
    ],
    ['no such secret', 'KEYTURN_STORE_NOT_FOUND', () => Promise.resolve({ id: 'nowhere' })],
  ])('ends with 3 for %s, in words and as one document', async (_, errorCode, make) => {
    const secret = await make();
    const { code, out } = await look('diff', secret);
    expect(out).toMatch(/^Refused\. /);
    expect(out).toContain(`(${errorCode})`);
    expect(code).toBe(3);
    const run = await look('diff', secret, '--json');
    expect(run.json()).toMatchObject({ outcome: 'refused', error: { code: errorCode } });
    expect(run.code).toBe(3);
  });
});

describe('keyturn permissions plan', () => {
  it('ends with 0, and its SQL makes the two equal, hostile names included', async () => {
    const pair = await rotatedPair();
    const { database } = fixture();
    const odd = [`${pair.user} "Quoted"`, `${pair.user}; drop  user x --`, `${pair.user}'s ümlaut`];
    for (const name of odd) {
      const schema = `"${name.replaceAll('"', '""')}"`;
      await database.query(`create schema ${schema}; create table ${schema}."T  1" (a int, "b ""c" int);
        grant usage on schema ${schema} to ${pair.clone} with grant option;
        grant select ("b ""c") on ${schema}."T  1" to ${pair.clone}`);
    }
    const { code, out } = await look('plan', pair);
    expect(code).toBe(0);
    for (const statement of statementsOn(out)) await database.query(statement);
    expect(await look('diff', pair)).toMatchObject({ code: 0 });
  });

  it('shows how what goes beyond is taken from both, which makes them equal too', async () => {
    const pair = await rotatedPair();
    const { database } = fixture();
    await database.query(`grant update on ${pair.schema}.orders to ${pair.user}`);
    const { out } = await look('plan', pair);
    expect(out).toContain('To take what goes beyond from both');
    const statements = statementsOn(out);
    expect(statements).toEqual(
      [pair.user, pair.clone].map(
        (name) => `REVOKE UPDATE ON TABLE "${pair.schema}"."orders" FROM "${name}"`,
      ),
    );
    for (const statement of statements) await database.query(statement);
    expect(await look('diff', pair)).toMatchObject({ code: 0 });
  });

  it('takes away with --policy reconcile, which the settings of the function may not', async () => {
    const pair = await rotatedPair();
    const { rotate, database } = fixture();
    await rotate(pair);
    await database.query(`grant update on ${pair.schema}.orders to ${pair.clone}`);
    const facts = (await look('plan', pair, '--json', '--policy', 'reconcile')).json();
    expect(facts).toMatchObject({
      policy: 'reconcile',
      equal: false,
      databases: [{ extra: [], statements: [expect.stringMatching(/^REVOKE UPDATE /)] }],
    });
    expect((await look('plan', pair, '--policy', 'reconcile')).out).toContain('- UPDATE on ');
    expect((await look('plan', pair, '--policy', 'none')).out).toContain(
      'Policy none: no rotation changes any of this.',
    );
  });

  it('says that a rotation would stop, and what belongs to whom', async () => {
    const pair = await rotatedPair();
    const { database, cli } = fixture();
    await database.query(`alter table ${pair.schema}.orders owner to ${pair.user}`);
    const env = { ...TLS, KEYTURN_OWNED_OBJECTS: 'refuse' };
    const { out, code } = await cli(['permissions', 'plan', pair.id], { env });
    const text = out.replace(/\s+/g, ' ');
    expect(text).toContain(`@ ${pair.user} owns relation ${pair.schema}.orders`);
    expect(text).toContain('The next rotation would stop: 1 objects belong to user');
    expect(out).toContain('(KEYTURN_OWNED_OBJECTS)');
    expect(out.replace(/\s+/g, ' ')).toContain(
      'Set ownedObjects with the environment variable KEYTURN_OWNED_OBJECTS.',
    );
    expect(code).toBe(0);
    const facts = (await cli(['permissions', 'plan', pair.id, '--json'], { env })).json();
    expect(facts).toMatchObject({
      equal: true,
      databases: [{ stopsWith: { code: 'KEYTURN_OWNED_OBJECTS' } }],
    });
  });

  it('is everything that the first rotation then grants', async () => {
    const { makeSecret, rotate, database } = fixture();
    const secret = await makeSecret('alternating-users');
    const schema = `${secret.user}_new`;
    await database.query(
      `create schema ${schema}; grant usage on schema ${schema} to ${secret.user}`,
    );
    const { out } = await look('plan', secret);
    expect(statementsOn(out)).toEqual([
      `GRANT USAGE ON SCHEMA "${schema}" TO "${secret.user}_clone"`,
    ]);
    await rotate(secret);
    expect(await look('diff', secret)).toMatchObject({ code: 0 });
  });
});

describe('keyturn rotate --in-process', () => {
  it('reports what was granted, and what stays with the statements for both users', async () => {
    const pair = await rotatedPair();
    const { cli, database } = fixture();
    await database.query(`grant usage on schema ${pair.schema} to ${pair.clone};
      grant update on ${pair.schema}.orders to ${pair.user}`);
    const rotate = ['rotate', pair.id, '--in-process', '--force'];
    const { out, code } = await cli(rotate);
    expect(code).toBe(0);
    expect(out).toContain(`:\n  + USAGE on schema ${pair.schema}\n  stays with ${pair.user} in`);
    expect(out.replace(/\s+/g, ' ')).toContain(
      `! UPDATE on ${pair.schema}.orders If only one user has a permission, a later rotation`,
    );
    expect(statementsOn(out)).toEqual(
      [pair.user, pair.clone].map(
        (name) => `REVOKE UPDATE ON TABLE "${pair.schema}"."orders" FROM "${name}"`,
      ),
    );

    // What was said: the other user is given what one alone has, and what was revoked from one only.
    await database.query(`revoke usage on schema ${pair.schema} from ${pair.clone}`);
    expect((await cli([...rotate, '--json'])).json()).toMatchObject({
      outcome: 'rotated',
      permissions: [
        {
          name: 'permissions.granted',
          user: pair.clone,
          permissions: [{ privilege: 'USAGE' }, { privilege: 'UPDATE' }],
        },
      ],
    });
  });
});

describe('before keyturn takes over a pair of the template', () => {
  it('shows which direct permissions of the clone its original has through a group', async () => {
    const pair = await templateMadePair('clone');
    const { out, code } = await look('diff', pair);
    expect(out).toContain(
      `  ! member of group ${pair.group}\n  = SELECT on ${pair.schema}.orders\n`,
    );
    expect(code).toBe(1);
    const [database] = (await look('diff', pair, '--json')).json()['databases'] as [
      { readonly revokeFlattened: readonly string[]; readonly statements: readonly string[] },
    ];
    expect(database.statements).toEqual([]);
    expect(database.revokeFlattened).toEqual(
      [pair.user, pair.clone].map(
        (name) => `REVOKE SELECT ON TABLE "${pair.schema}"."orders" FROM "${name}"`,
      ),
    );
  });

  it('shows that the clone lacks the group, and has directly what comes with it', async () => {
    const pair = await templateMadePair('original');
    const { out, code } = await look('diff', pair);
    expect(out).toContain(
      `  + member of group ${pair.group}\n  ! SELECT on ${pair.schema}.orders\n`,
    );
    expect(code).toBe(1);
  });
});

describe('wrong usage of keyturn permissions', () => {
  it.each([
    ['no secret', ['permissions', 'diff'], "missing required argument 'secret'"],
    ['another command', ['permissions', 'different', 'a'], "unknown command 'different'"],
    ['another option', ['permissions', 'diff', 'a', '--nonsense'], "unknown option '--nonsense'"],
    ['another policy', ['permissions', 'diff', 'a', '--policy', 'x'], 'Allowed choices are'],
  ])('is told from a difference: %s', async (_, args, sentence) => {
    const { code, err } = await fixture().cli(args);
    expect(err).toContain(sentence);
    expect(code).toBe(64);
  });
});

function superuserWith(password: string): unknown {
  const { manager, database } = fixture();
  const { host, port, superuser } = database;
  return manager.call('CreateSecret', {
    Name: uniqueName('superuser'),
    ClientRequestToken: crypto.randomUUID(),
    SecretString: JSON.stringify({ engine: 'redshift', host, port, ...superuser, password }),
  })['ARN'];
}
