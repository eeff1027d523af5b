import { inspect } from 'node:util';
import { Sensitive, type DatabaseSession, type VerificationSubject } from '@keyturn/core';
import { InMemoryDatabase } from '@keyturn/testkit/fakes';
import { queryCheck, RedshiftAdmin } from '../src/index.js';
import { addressOf, run, shared, tls, useDatabase } from './support/test-server.js';

const database = useDatabase();
let session: DatabaseSession;

beforeAll(async () => {
  await run(database().client, 'CREATE TABLE orders (id int)');
  const outcome = await new RedshiftAdmin({ tls }).signIn({
    address: addressOf(database()),
    user: shared.superuser.username,
    password: new Sensitive(shared.superuser.password),
    connectTimeoutMs: 10_000,
    statementTimeoutMs: 10_000,
    purpose: 'checks',
  });
  if (outcome.kind === 'refused') throw new Error('refused');
  session = outcome.session;
});
afterAll(() => session.close());

function verify(sql: string, expectRows?: boolean, open = session) {
  const subject: VerificationSubject = {
    secretId: 'secret',
    versionId: 'version',
    credential: 'pending',
    user: 'sheep',
    address: addressOf(database()),
    signIn: () => Promise.resolve(open),
  };
  const expected = expectRows === undefined ? {} : { expectRows };
  return queryCheck({ name: 'orders', sql, ...expected }).verify(subject);
}

describe('a query check', () => {
  it.each(['', ' \n', ';;', '-- select 1', '/* select 1 */ ;', '-- a\n-- b', '/* a */ -- b'])(
    'is refused when it is made where it runs nothing: %j',
    (sql) => {
      expect(() => queryCheck({ name: 'orders', sql })).toThrow(
        expect.objectContaining({ code: 'KEYTURN_INVALID_SETTING', field: 'sql' }) as Error,
      );
    },
  );

  it('passes when the query succeeds, with or without rows', async () => {
    await verify('select * from orders');
    await verify('select * from orders', false);
    await verify('select 1', true);
  });

  it('fails without rows where it wants some', async () => {
    await expect(verify('select * from orders', true)).rejects.toThrow('the query gives no rows');
  });

  it('fails when the query does, saying why', async () => {
    await expect(verify('select * from nowhere')).rejects.toThrow(/\[42P01\].*nowhere/);
  });

  it('changes nothing', async () => {
    await expect(verify('insert into orders values (1)')).rejects.toThrow(/read-only/);

    expect(await run(database().client, 'select * from orders')).toEqual([]);
  });

  it('leaves the session usable for the next one, also after a failure', async () => {
    await verify('select * from nowhere').catch(() => undefined);

    await verify('select 1', true);
  });

  it('shows no password, not even one that the query gives back', async () => {
    const { password } = shared.superuser;
    const error: unknown = await verify(`select cast('${password}' as int)`).catch(
      (thrown: unknown) => thrown,
    );

    expect(error).toBeInstanceOf(Error);
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain(password);
  });

  it('says so where the adapter runs no SQL', async () => {
    const memory = new InMemoryDatabase();
    const address = memory.addServer({ host: 'db', port: 1 });
    memory.putUser(address, { name: 'u', password: 'p' });
    const outcome = await memory.signIn({
      address,
      user: 'u',
      password: new Sensitive('p'),
      connectTimeoutMs: 1,
      statementTimeoutMs: 1,
    });
    if (outcome.kind === 'refused') throw new Error('refused');

    await expect(verify('select 1', false, outcome.session)).rejects.toThrow(/runs no SQL/);
  });
});
