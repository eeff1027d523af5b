import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { TLS, useCliFixture } from './support/cli-fixture.js';
import { steady } from './support/pseudo-terminal.js';

const fixture = useCliFixture();

describe('keyturn rotate', () => {
  it('asks the service, follows the labels and says which version is current', async () => {
    const { makeSecret, rotate, cli, value } = fixture();
    const secret = await makeSecret();
    await rotate(secret);
    const before = value(secret, 'AWSCURRENT').password;

    const run = await cli(['rotate', secret.id]);
    expect(run.code).toBe(0);
    expect(steady(run.out, { [secret.id]: 'orders' })).toMatch(
      /^Asking Secrets Manager to rotate orders\n( {2}version v1\.+: [A-Z ]+\n)+Rotated\. AWSCURRENT is version v1\.+\n$/,
    );
    expect(value(secret, 'AWSCURRENT').password).not.toBe(before);
  });

  it.each([
    ['no rotation function', undefined, 'No Lambda rotation function ARN is associated'],
    ['a stuck rotation', 'createSecret', "A previous rotation isn't complete."],
  ] as const)("gives the service's own words for %s", async (_, crashBefore, words) => {
    const { makeSecret, rotate, cli } = fixture();
    const secret = await makeSecret();
    if (crashBefore !== undefined) await rotate(secret, crashBefore);

    const run = await cli(['rotate', secret.id, '--json']);
    expect(run.code).toBe(3);
    expect(run.json()).toMatchObject({
      outcome: 'refused',
      message: expect.stringContaining(words),
    });
  });

  it.each(['single-user', 'alternating-users'] as const)(
    'rotates in process with %s, without a function',
    async (strategy) => {
      const { makeSecret, cli, database, value } = fixture();
      const secret = await makeSecret(strategy);

      const run = await cli(['rotate', secret.id, '--in-process']);
      expect(run.code).toBe(0);
      const [moved = ''] = /^ {2}finishSecret {2}.*/m.exec(run.out) ?? [];
      expect(moved).toMatch(/AWSCURRENT was moved to the pending version$/);
      const current = value(secret, 'AWSCURRENT');
      expect(current.username).toBe(
        strategy === 'single-user' ? secret.user : `${secret.user}_clone`,
      );
      await (await database.connect(current)).end();
      expect((await cli(['doctor', secret.id, '--json'])).json()).toMatchObject({
        state: 'rotation-never-enabled',
      });
    },
  );

  it('does not rotate in process what a function rotates, unless forced', async () => {
    const { makeSecret, rotate, cli } = fixture();
    const secret = await makeSecret();
    await rotate(secret);

    const refused = await cli(['rotate', secret.id, '--in-process', '--json']);
    expect(refused.code).toBe(3);
    expect(refused.json()).toMatchObject({ error: { code: 'KEYTURN_ROTATION_BY_FUNCTION' } });
    const forced = await cli(['rotate', secret.id, '--in-process', '--force', '--json']);
    expect(forced).toMatchObject({ code: 0 });
    expect(forced.json()).toMatchObject({ outcome: 'rotated', attempts: 1 });
  });

  it('does nothing once it is interrupted', async () => {
    const { makeSecret, cli } = fixture();
    const { id } = await makeSecret();
    const run = await cli(['rotate', id, '--in-process'], { interrupted: AbortSignal.abort() });
    expect(run.code).toBe(130);
    expect(run.out).toContain('Stopped before createSecret. Nothing is left behind.');
  });
});

describe('keyturn versions', () => {
  it('shows labels over time, and nothing of a value', async () => {
    const { makeSecret, rotate, cli } = fixture();
    const secret = await makeSecret();
    await sleep(5);
    await rotate(secret);
    await sleep(5);
    await rotate(secret);

    const { out, code } = await cli(['versions', secret.id]);
    expect(code).toBe(0);
    expect(steady(out).split('\n').slice(3)).toEqual([
      'CREATED            VERSION                               LABELS',
      `2026-01-01 00:00Z  ${'v1'.padEnd(36, '.')}  AWSCURRENT`,
      `2026-01-01 00:00Z  ${'v2'.padEnd(36, '.')}  AWSPREVIOUS`,
      `2026-01-01 00:00Z  ${'v3'.padEnd(36, '.')}  -`,
      '',
    ]);
    const { versions } = (await cli(['versions', secret.id, '--json'])).json();
    expect(versions).toMatchObject([{ labels: ['AWSCURRENT'] }, { labels: ['AWSPREVIOUS'] }, {}]);
  });
});

describe('wrong usage', () => {
  it.each([
    [['nonsense'], "unknown command 'nonsense'"],
    [['doctor', 'a', '--nonsense'], "unknown option '--nonsense'"],
    [['rotate', 'a', '--timeout', 'x'], 'It has to be a whole number of seconds.'],
  ])('%j ends with 64 and a sentence', async (args, sentence) => {
    const { code, err } = await fixture().cli(args);
    expect(code).toBe(64);
    expect(err).toContain(sentence);
  });

  it('of a variable ends with its name', async () => {
    const env = { KEYTURN_TLS_MODE: 'perhaps' };
    const { code, err } = await fixture().cli(['doctor', 'a'], { env });
    expect(code).toBe(3);
    expect(err).toContain('KEYTURN_TLS_MODE');
  });

  it('of an option ends with its name, and with the variable that would do as well', async () => {
    const args = ['doctor', 'a', '--superuser-secret', 'two words'];
    const { code, err } = await fixture().cli(args);
    expect(code).toBe(3);
    expect(err.replaceAll(/\s+/g, ' ')).toContain(
      'Set superuserSecret with --superuser-secret or the environment variable KEYTURN_SUPERUSER_SECRET.',
    );
  });
});

describe('what a command cannot do', () => {
  it.each([
    ['a secret that is not there', ['versions', 'nowhere'], TLS, 'KEYTURN_STORE_NOT_FOUND'],
    [
      'a variable that is not fit',
      ['doctor', 'a'],
      { KEYTURN_TLS_MODE: 'perhaps' },
      'KEYTURN_INVALID_SETTING',
    ],
  ])('is one JSON document too: %s', async (_, args, env, code) => {
    const run = await fixture().cli([...args, '--json'], { env });
    expect(run.code).toBe(3);
    expect(run.json()).toMatchObject({ error: { code, message: expect.any(String) } });
  });
});

describe('the help', () => {
  it.each([
    'rotate',
    'fleet rotate',
    'doctor',
    'repair',
    'permissions',
    'permissions plan',
    'permissions diff',
    'versions',
    'completion',
  ])('of %s has an example', async (command) => {
    const { code, out } = await fixture().cli([...command.split(' '), '--help']);
    expect(code).toBe(0);
    expect(out).toMatch(/Examples?:\n {2}.*keyturn /);
  });
});

describe('keyturn completion', () => {
  const complete = (script: string, words: string) =>
    spawnSync(
      'bash',
      [
        '-c',
        `${script}\nCOMP_WORDS=(${words}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _keyturn; echo "\${COMPREPLY[*]}"`,
      ],
      { encoding: 'utf8' },
    ).stdout.trim();

  it('prints a script for bash that completes commands and options', async () => {
    const { out } = await fixture().cli(['completion', 'bash']);
    expect(complete(out, 'keyturn do')).toBe('doctor');
    expect(complete(out, 'keyturn repair --use-')).toBe('--use-superuser');
    expect(complete(out, 'keyturn completion z')).toBe('zsh');
    expect(complete(out, 'keyturn permissions d')).toBe('diff');
    expect(complete(out, 'keyturn permissions diff prod/orders --pol')).toBe('--policy');
    expect(complete(out, 'keyturn fleet ro')).toBe('rotate');
    expect(complete(out, 'keyturn fleet rotate --fi')).toBe('--filter');
    expect(complete(out, 'keyturn rotate prod/orders --in')).toBe('--in-process');
  });
});
