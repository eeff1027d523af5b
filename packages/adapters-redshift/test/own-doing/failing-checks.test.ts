import type { VerificationCheck } from '@keyturn/core';
import { queryCheck } from '../../src/index.js';
import { RotationWorld, WAYS, type Way } from '../support/rotation-world.js';
import { useDatabase } from '../support/test-server.js';

const database = useDatabase();
beforeAll(() =>
  database().query(`CREATE TABLE open_to_all (id int); GRANT ALL ON open_to_all TO PUBLIC;
    CREATE TABLE closed (id int)`),
);

const query = (sql: string, expectRows = false) => queryCheck({ name: 'orders', sql, expectRows });
const own = (verify: () => unknown): VerificationCheck => ({
  name: 'orders',
  verify: verify as VerificationCheck['verify'],
});

/** A check that fails with the pending credential alone, after testSecret has seen it pass with the current one. */
const laterOn = (check: VerificationCheck): VerificationCheck => ({
  name: check.name,
  verify: (subject) =>
    subject.credential === 'current' ? Promise.resolve() : check.verify(subject),
});

const NEVER_ENDING = 'never ending';

async function throwsText(): Promise<void> {
  await Promise.resolve();
  const text: unknown = 'out of hay';
  throw text;
}

const KINDS: readonly (readonly [string, VerificationCheck, RegExp])[] = [
  ['a syntax error', query('selec 1'), /42601/],
  ['a missing right', query('select * from closed'), /42501/],
  ['no such table', query('select * from nowhere'), /42P01/],
  ['an empty table', query('select * from open_to_all', true), /no rows/],
  ['a write', query('insert into open_to_all values (1)'), /read-only/],
  ['several statements, with a write', query('rollback; insert into closed values (1)'), /42501/],
  ['a statement time-out', query('select pg_sleep(20)'), /57014|no answer in time/],
  ['a division by zero', query('select 1 / (select count(*) from open_to_all)'), /22012/],
  ['the end of its own session', query('select pg_terminate_backend(pg_backend_pid())'), /57P01/],
  [NEVER_ENDING, own(() => new Promise(() => undefined)), /orders: it had not passed when/],
  ['something thrown', own(() => Promise.reject(new Error('out of hay'))), /out of hay/],
  [
    'something thrown at once',
    own(() => {
      throw new Error('out of hay');
    }),
    /out of hay/,
  ],
  ['a text thrown', own(throwsText), /out of hay/],
  ['false', own(() => Promise.resolve(false)), /returned false/],
  ['an error returned', own(() => Promise.resolve(new Error('out of hay'))), /out of hay/],
];

/** What the text says, and whether a check that passes in testSecret can fail in finishSecret. */
const STATES: Readonly<Record<Way, { readonly text: RegExp; readonly both: boolean }>> = {
  'single user': { text: /AWSCURRENT signs in|AWSCURRENT again, which was tried/, both: true },
  // The order for procedures in which testSecret has to see the new password: what it costs is said.
  'single user in setSecret': { text: /AWSPENDING password signs in, so AWSCURRENT/, both: false },
  'alternating users': { text: /AWSCURRENT names user .*, which was not changed/, both: false },
};

/** Every kind where the list runs twice; elsewhere a few, since the same code runs it. */
const CASES = WAYS.flatMap((way) =>
  KINDS.filter((_, n) => way === 'single user' || n % 3 === 1).map(
    (kind) => [way, ...kind] as const,
  ),
);

describe('a check that fails', () => {
  it.each(CASES)(
    'with %s by %s leaves the state that the text tells: outside of setSecret a live AWSCURRENT',
    async (...one) => {
      const [way, kind, check, reason] = one;
      const { text, both } = STATES[way];
      for (const each of both ? [check, laterOn(check)] : [check]) {
        const settings = { statementTimeoutMs: 500 };
        const world = new RotationWorld(database(), { way, checks: [each], settings });
        await world.makeUser();
        const before = world.current;
        // Only where finishSecret changes the password have checks a time of their own; otherwise it is the step's.
        const hasLimit = way === 'single user' || kind !== NEVER_ENDING;
        const error = await world.tryToRotate(hasLimit ? undefined : 6_000);
        expect(error).toMatchObject({ code: 'KEYTURN_VERIFICATION_FAILED' });
        expect(error?.message).toMatch(reason);
        expect(error?.message).toContain('orders');
        expect(error?.message).toMatch(text);
        expect(world.current).toEqual(before);
        expect(await world.isAlive()).toBe(way !== 'single user in setSecret');
        await world.dispose();
      }
    },
  );
});
