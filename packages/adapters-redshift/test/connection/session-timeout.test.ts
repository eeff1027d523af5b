import { Sensitive } from '@keyturn/core';
import { RedshiftAdmin } from '../../src/index.js';
import { addressOf, shared, tls, useDatabase } from '../support/test-server.js';

const database = useDatabase();

async function open(sessionTimeoutMs?: number) {
  const outcome = await new RedshiftAdmin({ tls }).signIn({
    address: addressOf(database()),
    user: shared.superuser.username,
    password: new Sensitive(shared.superuser.password),
    connectTimeoutMs: 10_000,
    statementTimeoutMs: 10_000,
    sessionTimeoutMs,
  });
  if (outcome.kind === 'refused') throw new Error('refused');
  return outcome.session as typeof outcome.session & { query(sql: string): Promise<unknown> };
}
const timeout = { code: 'KEYTURN_DATABASE_TIMEOUT', retryable: true };

describe('the time of a session', () => {
  it('ends a statement that would take longer, although that one alone had the time', async () => {
    const session = await open(300);
    await expect(session.query('SELECT pg_sleep(5)')).rejects.toMatchObject(timeout);
    await session.close();
  });

  it('is that of all statements together, however short each of them is', async () => {
    const session = await open(400);
    const run = async () => {
      for (;;) await session.query('SELECT pg_sleep(0.05)');
    };
    await expect(run()).rejects.toMatchObject(timeout);
    // The connection is gone, and nothing is tried over it any more.
    await expect(session.describeUser({ user: 'anybody' })).rejects.toMatchObject(timeout);
    await session.close();
  });

  it('does not count what the sign-in takes, and is no bound where nobody said one', async () => {
    const session = await open();
    await session.query('SELECT pg_sleep(0.05)');
    await session.query('SELECT 1');
    await session.close();
  });
});
