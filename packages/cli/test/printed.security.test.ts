import { join } from 'node:path';
import {
  alsoClose,
  answers,
  ARN,
  closeHostile,
  id,
  look,
  NO_TLS,
  place,
  serviceAt,
} from './support/hostile-terminal.js';
import { useCliFixture } from './support/cli-fixture.js';
import { EVIL, EVIL_SHOWN, startHostileDatabase } from './support/hostile-service.js';

const fixture = useCliFixture();
afterAll(closeHostile);

/** Every command that talks to the service, as a person would type it. */
const COMMANDS: readonly (readonly string[])[] = [
  ['versions', 'orders'],
  ['doctor', 'orders'],
  ['repair', 'orders', '--dry-run'],
  ['repair', 'orders', '--use-superuser'],
  ['rotate', 'orders', '--timeout', '1'],
  ['rotate', 'orders', '--in-process', '--force'],
  ['permissions', 'plan', 'orders'],
  ['permissions', 'diff', 'orders'],
  ['fleet', 'rotate', '--all', '--dry-run'],
  ['fleet', 'rotate', '--all', '--timeout', '1'],
  ['fleet', 'rotate', '--secrets-from', '-', '--timeout', '1'],
];
const named = COMMANDS.map((args) => [args.join(' '), args] as const);

describe('9: Foreign text cannot change what a person sees', () => {
  it.each(named)('of a hostile service: keyturn %s', async (_, args) => {
    const service = await serviceAt(answers(place()));
    await look([...args, ...service], NO_TLS);
    const { json } = await look([...args, ...service, '--json'], NO_TLS);
    expect(json()).toEqual(expect.any(Object));
  });

  it.each(named)('of a service that refuses everything: keyturn %s', async (_, args) => {
    const refusal = () => ({ __type: `Odd${EVIL}`, message: EVIL, Message: EVIL });
    const refusing = Object.fromEntries(
      Object.keys(answers('')).map((operation) => [operation, refusal]),
    );
    await look([...args, ...(await serviceAt(refusing))], NO_TLS);
  });

  it.each(named)('of a service whose values are no credentials: keyturn %s', async (_, args) => {
    for (const value of [EVIL, place({ username: EVIL }), place({ host: EVIL, dbname: EVIL })]) {
      await look([...args, ...(await serviceAt(answers(value)))], NO_TLS);
    }
  });

  it.each(['28000', '53300', '57P03', '3D000', 'XX000'])(
    'of a database server that says %s',
    async (state) => {
      const { port, close } = await startHostileDatabase(state);
      alsoClose(close);
      const service = await serviceAt(answers(place({ port, username: '\u202epeehs' })));
      for (const command of ['doctor', 'repair']) {
        const { shown } = await look([command, 'orders', ...service], NO_TLS);
        expect(shown).toContain(state === '3D000' ? 'no database' : EVIL_SHOWN);
      }
      await look(['permissions', 'diff', 'orders', ...service], NO_TLS);
    },
  );

  it('shows what is hostile instead of leaving it out', async () => {
    const service = await serviceAt(answers(place()));
    const versions = await look(['versions', 'orders', ...service]);
    expect(versions.shown).toContain(`first${EVIL_SHOWN}`);
    expect(versions.shown).toContain(`label\\u{20}${EVIL_SHOWN}`);
    const fleet = await look(['fleet', 'rotate', '--all', '--dry-run', ...service]);
    expect(fleet.shown).toContain(`rotate  a${EVIL_SHOWN}`);
    const { json } = await look(['versions', 'orders', '--json', ...service]);
    expect(json()).toMatchObject({ arn: `${ARN}${EVIL}` });
  });

  it('shows the plan of a repair as it is, before anybody is asked', async () => {
    const { makeSecret, value } = fixture();
    const secret = await makeSecret();
    const credential = value(secret, 'AWSCURRENT');
    const pending = id('pending');
    const moved: unknown[] = [];
    const service = await serviceAt(
      answers(credential, {
        DescribeSecret: () => ({
          ARN,
          Name: 'orders',
          VersionIdsToStages: { [id('first')]: ['AWSCURRENT'], [pending]: ['AWSPENDING'] },
        }),
        ListSecretVersionIds: () => ({
          Versions: [
            { VersionId: id('first'), VersionStages: ['AWSCURRENT'] },
            { VersionId: pending, VersionStages: ['AWSPENDING'] },
          ],
        }),
        GetSecretValue: ({ VersionId = id('first') }) =>
          VersionId === pending
            ? { __type: 'ResourceNotFoundException', message: EVIL }
            : { ARN, Name: 'orders', VersionId, SecretString: JSON.stringify(credential) },
        UpdateSecretVersionStage: (input) => {
          moved.push(input);
          return { __type: 'InternalServiceError', message: EVIL };
        },
      }),
    );
    const { shown, code } = await look([
      'repair',
      'orders',
      '--strategy',
      'single-user',
      ...service,
    ]);
    expect(shown).toContain(`Plan:\n  1. `);
    expect(shown).toContain(`pending${EVIL_SHOWN}`);
    expect(shown).toContain('Go ahead?');
    expect(moved.length).toBeGreaterThan(0);
    expect(code).toBe(4);
  });

  it.each([
    ['a follow-up', () => ({ ARN, Name: EVIL, VersionId: EVIL })],
    ['a refusal', () => ({ __type: 'InvalidRequestException', message: EVIL })],
    ['an unknown refusal', () => ({ __type: EVIL, message: EVIL })],
  ])('of RotateSecret: %s', async (_, RotateSecret) => {
    let token = '';
    let reads = 0;
    const service = await serviceAt(
      answers(place(), {
        RotateSecret: (input) => {
          token = String(input['ClientRequestToken']);
          return RotateSecret();
        },
        DescribeSecret: () => ({
          ARN,
          VersionIdsToStages:
            ++reads < 3 ? { [token]: ['AWSPENDING', EVIL] } : { [id('x')]: ['AWSCURRENT'] },
        }),
      }),
    );
    const { shown } = await look(['rotate', 'orders', ...service]);
    expect(shown).toContain(EVIL_SHOWN);
  });

  it.each([
    ['an unknown command', [EVIL]],
    ['an unknown option', ['doctor', 'orders', `--${EVIL}`]],
    ['an unknown choice', ['doctor', 'orders', '--strategy', EVIL]],
    ['an unknown shell', ['completion', EVIL]],
    ['a filter', ['fleet', 'rotate', '--filter', EVIL]],
    ['a number', ['fleet', 'rotate', '--all', '--concurrency', EVIL]],
    ['a file', ['fleet', 'rotate', '--secrets-from', EVIL.replaceAll('\0', '')]],
    ['help', ['help', EVIL]],
  ])('of the command line itself: %s', async (_, args) => {
    // The line breaks of whoever typed it are his own.
    const typed = args.map((arg) => arg.replaceAll('\n', ''));
    const { code } = await look(typed);
    expect([64, 3]).toContain(code);
  });

  it.each(named)('of the secret’s name: keyturn %s', async (_, args) => {
    const service = await serviceAt(answers(place()));
    const renamed = args.map((arg) => (arg === 'orders' ? EVIL : arg));
    await look([...renamed, ...service], NO_TLS);
  });

  it.each(['KEYTURN_TLS_MODE', 'KEYTURN_TLS_CA', 'KEYTURN_USER_PAIRS', 'PASSWORD_LENGTH'])(
    'of the setting %s',
    async (variable) => {
      const { code } = await look(['doctor', 'orders'], { env: { [variable]: EVIL } });
      expect(code).toBe(3);
    },
  );

  it.each(['bash', 'zsh'])('prints a script for %s, and pages of help', async (shell) => {
    expect((await look(['completion', shell])).code).toBe(0);
    for (const args of [['--help'], ['help', 'fleet'], ['doctor', '--help']]) {
      expect((await look(args)).code).toBe(0);
    }
  });

  it('of a journal', async () => {
    const service = await serviceAt(answers(place()));
    const file = join(__dirname, EVIL.replaceAll('\0', '').replaceAll('\ud800', ''), 'no.jsonl');
    const { shown, errors } = await look(
      ['fleet', 'rotate', '--all', '--journal', file, '--timeout', '1', ...service],
      NO_TLS,
    );
    expect(shown + errors).toContain('\\u{1b}[2J');
  });

  it('of names in the database, which are in no statement to be copied', async () => {
    const { makeSecret, rotate, database, manager } = fixture();
    const secret = await makeSecret('alternating-users');
    await rotate(secret);
    const [schema, table] = [`${secret.user}\u202eshop`, 'or\u200bders\u2066'];
    await database.query(`
      create schema "${schema}"; create table "${schema}"."${table}" (id int);
      grant usage on schema "${schema}" to ${secret.user}_clone;
      grant select on "${schema}"."${table}" to ${secret.user}_clone`);
    const place = ['--endpoint', manager.endpoint, '--region', manager.region];
    for (const args of [
      ['permissions', 'diff', secret.id],
      ['permissions', 'plan', secret.id],
      ['doctor', secret.id],
    ]) {
      const { shown } = await look([...args, ...place]);
      if (args[0] === 'permissions') expect(shown).toContain('or\\u{200b}ders\\u{2066}');
    }
    const plan = await look(['permissions', 'plan', secret.id, ...place]);
    const statements = plan.shown.split('\n').filter((line) => line.includes('shop"'));
    expect(statements.length).toBeGreaterThan(0);
    for (const line of statements.filter((each) => each.includes('GRANT'))) {
      expect(line).toMatch(/^ *-- GRANT/);
    }
    const rotation = ['rotate', secret.id, '--in-process', '--force'];
    const { code, shown } = await look([...rotation, ...place]);
    expect(shown).toContain('or\\u{200b}ders\\u{2066}');
    expect(code).toBe(0);
    const json = await look(['permissions', 'plan', secret.id, '--json', ...place]);
    expect(json.json()).toMatchObject({ outcome: 'planned' });
  });
});
