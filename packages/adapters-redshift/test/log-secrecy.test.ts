import { Sensitive } from '@keyturn/core';
import { uniqueName } from '@keyturn/testkit/postgres';
import { RedshiftAdmin } from '../src/index.js';
import { md5Verifier } from '../src/password-verifier.js';
import { addressOf, run, shared, tls, useDatabase } from './support/test-server.js';

const FIRST = 'Baa-1.Black_Sheep';
const SECOND = 'Oink-2.Pink_Pig';
const REFUSED = 'Moo-3.Brown_Cow';

const occurrences = (text: string, part: string) => text.split(part).length - 1;

describe.each(['scram', 'md5'] as const)('the log of a server with %s passwords', (auth) => {
  const user = uniqueName('sheep');
  // New users get the form that whoever makes them was asked for.
  const boss = uniqueName('boss');
  // Hooks run in order, and this one needs the database.
  afterAll(() => run(database().client, `DROP USER "${user}"; DROP USER "${boss}"`));
  const database = useDatabase({ auth });

  async function open(name: string, password: string) {
    const outcome = await new RedshiftAdmin({ tls }).signIn({
      address: addressOf(database()),
      user: name,
      password: new Sensitive(password),
      connectTimeoutMs: 10_000,
      statementTimeoutMs: 10_000,
    });
    return outcome.kind === 'accepted' ? outcome.session : undefined;
  }

  it('has each stored form once, and no clear password at all', async () => {
    const form = auth === 'md5' ? 'md5' : 'scram-sha-256';
    await run(
      database().client,
      `SET password_encryption = '${form}'; CREATE ROLE "${boss}" SUPERUSER LOGIN PASSWORD 'Whistle-4.Blown'`,
    );
    const since = await shared.logPosition();
    const superuser = await open(boss, 'Whistle-4.Blown');
    await superuser?.createUser({ user, password: new Sensitive(FIRST) });
    await superuser?.setPassword({ user, password: new Sensitive(SECOND) });
    await superuser?.close();
    expect(await open(user, FIRST)).toBeUndefined();
    const session = await open(user, SECOND);
    const taken = uniqueName('u');
    await session
      ?.createUser({ user: taken, password: new Sensitive(REFUSED) })
      .catch(() => undefined);
    await session?.close();
    const log = await shared.log(since);

    for (const clear of [FIRST, SECOND, REFUSED]) expect(log).not.toContain(clear);
    expect(log).toContain(`CREATE USER "${taken}"`);
    const stored = auth === 'md5' ? 'md5' : 'SCRAM-SHA-256$4096:';
    expect(occurrences(log, `CREATE USER "${user}" PASSWORD '${stored}`)).toBe(1);
    expect(occurrences(log, `ALTER USER "${user}" PASSWORD '${stored}`)).toBe(1);
    if (auth === 'md5') {
      for (const clear of [FIRST, SECOND]) {
        expect(occurrences(log, md5Verifier(user, clear))).toBe(1);
      }
    }
  });
});
