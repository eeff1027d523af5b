import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Sensitive } from '@keyturn/core';
import { RedshiftAdmin, type RedshiftSession } from '../../src/index.js';
import { addressOf, shared, tls, useDatabase } from '../support/test-server.js';

const database = useDatabase();

async function sessionFor(password: string) {
  return new RedshiftAdmin({ tls }).signIn({
    address: addressOf(database()),
    user: shared.superuser.username,
    password: new Sensitive(password),
    connectTimeoutMs: 10_000,
    statementTimeoutMs: 12_345,
  });
}

async function withEnvironment<T>(variables: Record<string, string>, work: () => Promise<T>) {
  const before = { ...process.env };
  Object.assign(process.env, variables);
  try {
    return await work();
  } finally {
    process.env = before;
  }
}

it('nothing is taken from PG* variables or a password file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-'));
  const passwordFile = join(folder, 'pgpass');
  await writeFile(passwordFile, `*:*:*:*:${shared.superuser.password}\n`, { mode: 0o600 });
  const hostile = {
    PGHOST: 'nowhere.invalid',
    PGHOSTADDR: '192.0.2.1',
    PGPORT: '1',
    PGDATABASE: 'postgres',
    PGUSER: 'somebody',
    PGPASSWORD: shared.superuser.password,
    PGPASSFILE: passwordFile,
    PGSSLMODE: 'disable',
    PGSSLNEGOTIATION: 'direct',
    PGSSLROOTCERT: '/nowhere',
    PGOPTIONS: '-c default_transaction_read_only=on',
    PGREPLICATION: 'database',
    PGAPPNAME: 'somebody',
    PGCLIENT_ENCODING: 'LATIN1',
    PGCONNECT_TIMEOUT: '0',
    PGSERVICE: 'nowhere',
    PGTZ: 'Asia/Tokyo',
    PGDATESTYLE: 'German',
    DATABASE_URL: 'postgres://somebody@nowhere.invalid/postgres',
  };

  await withEnvironment(hostile, async () => {
    // The right password is in the environment and in the file, but it is not the one given.
    for (const password of ['', 'wrong']) {
      expect(await sessionFor(password)).toEqual({ kind: 'refused' });
    }
    const outcome = await sessionFor(shared.superuser.password);
    if (outcome.kind === 'refused') throw new Error('refused');
    const session = outcome.session as RedshiftSession;
    const [row] = await session.query(
      `select current_database() as database, current_user as username,
         current_setting('application_name') as application,
         current_setting('client_encoding') as encoding,
         current_setting('default_transaction_read_only') as read_only,
         current_setting('statement_timeout') as timeout,
         (select ssl from pg_stat_ssl where pid = pg_backend_pid()) as ssl`,
    );
    await session.close();

    expect(row).toEqual({
      database: database().name,
      username: shared.superuser.username,
      application: 'keyturn',
      encoding: 'UTF8',
      read_only: 'off',
      timeout: '12345ms',
      ssl: shared.tls ? 't' : 'f',
    });
  });
  await rm(folder, { recursive: true });
});

it('pg is loaded by the first sign-in and no earlier', async () => {
  let loaded = 0;
  await jest.isolateModulesAsync(async () => {
    jest.doMock('pg', () => {
      loaded += 1;
      return jest.requireActual<object>('pg');
    });
    const isolated = await import('../../src/index.js');
    const admin = new isolated.RedshiftAdmin({ tls });
    expect(loaded).toBe(0);
    const outcome = await admin.signIn({
      address: addressOf(database()),
      user: shared.superuser.username,
      password: new Sensitive('wrong'),
      connectTimeoutMs: 10_000,
      statementTimeoutMs: 10_000,
    });
    expect(outcome.kind).toBe('refused');
  });
  jest.dontMock('pg');

  expect(loaded).toBe(1);
});
