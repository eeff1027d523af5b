import type { Login } from '@keyturn/testkit/postgres';
import { BUNDLES, type StrategyName } from './support/bundles.js';
import { postgres, useRotationFixture, type RotationFixture } from './support/rotation-fixture.js';

/** What a role made for AWS's templates may do. */
const TEMPLATE_ROLE = [
  'DescribeSecret',
  'GetSecretValue',
  'PutSecretValue',
  'UpdateSecretVersionStage',
  'GetRandomPassword',
];
const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

// Every step in a process of its own, as on a cold start, and all in one that stays warm.
describe.each([
  { auth: 'scram', fresh: true },
  { auth: 'md5', fresh: false },
] as const)('where passwords are stored as $auth', ({ auth, fresh }) => {
  const fixture = useRotationFixture({ auth });

  describe.each(Object.keys(BUNDLES) as StrategyName[])('%s, rotated twice', (strategy) => {
    const both = strategy === 'alternating users';
    let facts: Facts;
    beforeAll(async () => {
      facts = await rotateTwice(fixture(), { strategy, fresh });
    });

    it('goes through the four steps and leaves the labels as the service does', () => {
      const { reports, labels } = facts;

      expect(reports).toMatchObject([{ outcome: 'succeeded' }, { outcome: 'succeeded' }]);
      expect(reports.map(({ steps }) => steps.map(({ step }) => step))).toEqual([STEPS, STEPS]);
      expect(labels).toEqual({ AWSCURRENT: reports[1]?.token, AWSPREVIOUS: reports[0]?.token });
    });

    it('lets the current credential in, and the one before it only if another user has it', async () => {
      const { original, previous, current } = facts;

      expect(current).toMatchObject({ username: original.username, team: 'café', limits: [1, 2] });
      expect(previous.username).toBe(original.username + (both ? '_clone' : ''));
      expect(await fixture().signsIn(current)).toBe(true);
      expect(await fixture().signsIn(previous)).toBe(both);
      expect(await fixture().signsIn(original)).toBe(false);
    });

    it('asks Secrets Manager for nothing but what a role made for the templates allows', () => {
      expect(facts.calls).toContain('PutSecretValue');
      expect(TEMPLATE_ROLE).toEqual(expect.arrayContaining(facts.calls));
    });

    it('shows the log of the server no password, and each stored form in the statements that set it', () => {
      const { log, passwords, storedForms } = facts;

      expect(log).toContain(facts.original.username);
      for (const password of passwords) expect(log).not.toContain(password);
      expect(new Set(storedForms).size).toBe(2);
      for (const form of storedForms) {
        expect(form).toMatch(auth === 'md5' ? /^md5/ : /^SCRAM-SHA-256\$/);
        // Single user gives the password again after the move; with md5 that is the same form.
        const again = auth === 'md5' && strategy === 'single user' ? 1 : 0;
        expect(log.split(form)).toHaveLength(2 + again);
      }
    });

    it('says what it does without any secret', () => {
      const { said, passwords, storedForms } = facts;

      expect(said).toContain('"event":"rotation.succeeded"');
      for (const secret of [...passwords, ...storedForms]) expect(said).not.toContain(secret);
    });
  });
});

type Facts = Awaited<ReturnType<typeof rotateTwice>>;

async function rotateTwice(
  fixture: RotationFixture,
  { strategy, fresh }: { readonly strategy: StrategyName; readonly fresh: boolean },
) {
  const { database, manager, output } = fixture;
  const original = await fixture.makeUser();
  const more = strategy === 'single user' ? {} : { masterarn: fixture.superuserSecret };
  const fields = fixture.fieldsFor(original, { ...more, team: 'café', limits: [1, 2] });
  const secret = fixture.makeSecret(fields);

  const since = {
    log: await postgres.logPosition(),
    calls: manager.requestLog().length,
    output: output.length,
  };
  const reports = [];
  const storedForms = [];
  const passwords = [original.password, database.superuser.password];
  for (let rotation = 0; rotation < 2; rotation++) {
    reports.push(await fixture.rotate(secret, { strategy, fresh }));
    const current = valueOf(fixture, secret, 'AWSCURRENT');
    passwords.push(current.password);
    storedForms.push(await storedForm(fixture, current.username));
  }
  await fixture.events(secret, 'rotation.succeeded', 2);

  const calls = manager.requestLog().slice(since.calls);
  return {
    original,
    current: valueOf(fixture, secret, 'AWSCURRENT'),
    previous: valueOf(fixture, secret, 'AWSPREVIOUS'),
    passwords,
    storedForms,
    reports,
    labels: fixture.labels(secret),
    calls: calls.map(({ operation }) => operation).filter((name) => name !== 'RotateSecret'),
    log: await postgres.log(since.log),
    said: [...output.slice(since.output), JSON.stringify(reports)].join('\n'),
  };
}

function valueOf(fixture: RotationFixture, secret: string, label: string): Login {
  const value = fixture.value(secret, label);
  if (value === undefined) throw new Error(`no version has the label ${label}`);
  return value;
}

/** How the server keeps the password of a user. */
async function storedForm({ database }: RotationFixture, username: string): Promise<string> {
  const [row] = await database.query<{ form: string }>(
    `select rolpassword as form from pg_authid where rolname = '${username}'`,
  );
  return row?.form ?? '';
}
