import { uniqueName, type Login } from '@keyturn/testkit/postgres';
import { useRotationFixture } from './support/rotation-fixture.js';

const fixture = useRotationFixture();
const strategy = 'alternating users';

/** The objects that users are given permissions to, of names that need quoting; groups and roles belong to the server. */
const group = uniqueName('staff');
const role = uniqueName('role_reader');
const others = [group, role];
beforeAll(async () => {
  const { database, forgetLater } = fixture();
  others.forEach(forgetLater);
  await database.query(`
    create schema "Shop 1"; create schema empty;
    create table "Shop 1"."Orders %s" (id int);
    create view "Shop 1".recent as select * from "Shop 1"."Orders %s";
    create table for_staff (id int); create table for_readers (id int); create table later (id int);
    create group ${group}; grant select on for_staff to group ${group};
    create role ${role}; grant select on for_readers to ${role};
    revoke temporary on database ${database.name} from public`);
});

/** One statement for each kind of right. */
const WORKS = {
  'database CREATE': (user: string) => `create schema "of ${user}"; drop schema "of ${user}"`,
  'database TEMP': () => 'create temporary table t (id int)',
  'schema CREATE': () => 'create table empty.t (id int); drop table empty.t',
  'table INSERT': () => 'insert into "Shop 1"."Orders %s" values (1)',
  'view SELECT': () => 'select * from "Shop 1".recent',
  'group membership': () => 'select * from for_staff',
  'role membership': () => 'select * from for_readers',
} as const;

async function worksFor(login: Login): Promise<Record<string, boolean>> {
  const entries = Object.entries(WORKS).map(
    async ([right, sql]) => [right, await fixture().may(login, sql(login.username))] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

const all = Object.fromEntries(Object.keys(WORKS).map((right) => [right, true]));
const none = Object.fromEntries(Object.keys(WORKS).map((right) => [right, false]));

async function makeSecret(user: Login): Promise<string> {
  return fixture().makeSecret(fixture().fieldsFor(user, { masterarn: fixture().superuserSecret }));
}

async function rotate(secret: string, env: Readonly<Record<string, string>> = {}): Promise<Login> {
  const { error } = await fixture().rotate(secret, { strategy, env });
  expect(error).toBeUndefined();
  const current = fixture().value(secret, 'AWSCURRENT');
  if (current === undefined) throw new Error('there is no current value');
  return current;
}

function grantAll({ username }: Login): string {
  return `
    grant create, temporary on database ${fixture().database.name} to ${username};
    grant usage on schema "Shop 1" to ${username};
    grant create, usage on schema empty to ${username} with grant option;
    grant select, insert on "Shop 1"."Orders %s" to ${username};
    grant select on "Shop 1".recent to ${username};
    alter group ${group} add user ${username};
    grant ${role} to ${username}`;
}

it('lets the other user do whatever the first could, after the first rotation and after later ones', async () => {
  const { makeUser, database } = fixture();
  const user = await makeUser();
  expect(await worksFor(user)).toEqual(none);
  await database.query(grantAll(user));
  const secret = await makeSecret(user);

  const clone = await rotate(secret);
  expect(clone.username).toBe(`${user.username}_clone`);
  expect(await worksFor(clone)).toEqual(all);
  expect(await worksFor(user)).toEqual(all);

  const again = await rotate(secret);
  expect(again.username).toBe(user.username);
  expect(await worksFor(again)).toEqual(all);
  expect(await worksFor(clone)).toEqual(all);
});

it('passes on what either user was granted between two rotations', async () => {
  const { makeUser, database, may } = fixture();
  const user = await makeUser();
  const secret = await makeSecret(user);
  const clone = await rotate(secret);
  await database.query(grantAll(clone));

  expect(await worksFor(await rotate(secret))).toEqual(all);

  await database.query(`grant select on later to ${user.username}`);
  const later = await rotate(secret);
  expect(later.username).toBe(clone.username);
  expect(await may(later, 'select * from later')).toBe(true);
});

it('gives away what is grantable as grantable', async () => {
  const { makeUser, database, may } = fixture();
  const [user, colleague] = [await makeUser(), await makeUser()];
  await database.query(`grant select on later to ${user.username} with grant option`);
  const clone = await rotate(await makeSecret(user));

  expect(await may(clone, `grant select on later to ${colleague.username}`)).toBe(true);
});

it('makes no direct permission of what comes from PUBLIC, a group or a role', async () => {
  const { makeUser, database, may } = fixture();
  const user = await makeUser();
  await database.query(`
    create table for_all (id int); grant select on for_all to public;
    alter group ${group} add user ${user.username}; grant ${role} to ${user.username}`);
  const clone = await rotate(await makeSecret(user));
  const asClone = () =>
    Promise.all(['for_all', 'for_staff', 'for_readers'].map((name) => may(clone, `table ${name}`)));

  expect(await asClone()).toEqual([true, true, true]);
  await database.query(`
    revoke select on for_all from public;
    alter group ${group} drop user ${clone.username}; revoke ${role} from ${clone.username}`);
  expect(await asClone()).toEqual([false, false, false]);
});

it('leaves permissions alone with KEYTURN_PERMISSIONS=none', async () => {
  const { makeUser, database } = fixture();
  const user = await makeUser();
  await database.query(grantAll(user));
  const clone = await rotate(await makeSecret(user), { KEYTURN_PERMISSIONS: 'none' });

  expect(await worksFor(clone)).toEqual(none);
});
