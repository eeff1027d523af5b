import { FixedPasswords } from '@keyturn/testkit/fakes';
import { alternatingUsers, Sensitive, singleUser } from '../../src/index.js';
import { once, override } from '../support/ports.js';
import { RotationFixture, SECRET, SUPERUSER_SECRET, token } from '../support/rotation-fixture.js';
import { FIELDS } from '../support/values.js';

const single = (more: object = {}) => new RotationFixture({ strategy: singleUser(), ...more });
const alternating = (more: object = {}) =>
  new RotationFixture({ strategy: alternatingUsers(), ...more });

/** createSecret must fail with nothing stored, nobody signed in and nothing changed. */
async function refusal(fixture: RotationFixture) {
  fixture.begin('second');
  const error = await fixture.refusal('createSecret', 'second');
  expect(fixture.signIns).toEqual([]);
  return error;
}

describe('createSecret', () => {
  it('stores the same text with another password, for another user where they alternate', async () => {
    for (const [fixture, username] of [
      [single({ fields: { note: ['kept'] } }), 'sheep'],
      [alternating({ fields: { note: ['kept'] } }), 'sheep_clone'],
    ] as const) {
      fixture.begin('second');
      await fixture.run('createSecret', 'second');
      const { password, ...rest } = fixture.value('second') ?? {};
      expect(rest).toEqual({ ...fixture.value('first'), username, password: undefined });
      expect(password).toMatch(/^[!-~]{32}$/);
      expect(fixture.signIns).toEqual([]);
    }
  });

  it('keeps a value that is there, whoever stored it', async () => {
    const fixture = single();
    fixture.putValue('second', { password: 'Staged-before-1' }, ['AWSPENDING']);
    expect(await fixture.run('createSecret', 'second')).toMatchObject({
      outcome: 'the stored value was kept',
    });
    expect(fixture.value('second')?.['password']).toBe('Staged-before-1');
  });

  it('adopts the value of another delivery that was faster', async () => {
    for (const fixture of [single(), alternating()]) {
      fixture.begin('second');
      const other = once('before', 'putPending', () => fixture.run('createSecret', 'second'));
      const result = await fixture.run('createSecret', 'second', { engine: fixture.engine(other) });
      expect(result.outcome).toBe('the stored value was kept');
      await fixture.runUpTo('finishSecret', 'second');
      expect(fixture.isAlive('second')).toBe(true);
    }
  });

  it('refuses the value of another delivery that is unfit', async () => {
    const fixture = single();
    fixture.begin('second');
    const other = once('before', 'putPending', () =>
      fixture.putValue('second', { host: 'evil.example' }, ['AWSPENDING']),
    );
    const error = await fixture.failure('createSecret', 'second', {
      engine: fixture.engine(other),
    });
    expect(error).toMatchObject({ code: 'KEYTURN_TARGET_MISMATCH', field: 'host' });
  });

  it('fails retryable while that value cannot be read yet', async () => {
    const fixture = single();
    fixture.begin('second');
    const putPending = async () => 'already-has-value' as const;
    const engine = fixture.engineWith({ store: override(fixture.store, { putPending }) });
    expect(await fixture.failure('createSecret', 'second', { engine })).toMatchObject({
      code: 'KEYTURN_LABELS_IN_MOTION',
      retryable: true,
    });
  });

  it('passes the rotation token on and shows it nowhere', async () => {
    const fixture = single();
    fixture.begin('second');
    const rotationToken = new Sensitive('token-of-another-account');
    let passedOn: Sensitive | undefined;
    const store = override(fixture.store, {
      putPending: (request) => {
        passedOn = request.rotationToken;
        throw new Error(`refused ${request.rotationToken?.reveal()}`);
      },
    });
    const request = {
      step: 'createSecret' as const,
      secretId: SECRET,
      versionId: token('second'),
      rotationToken,
    };
    const failed = fixture.engineWith({ store }).run(request);
    await expect(failed).rejects.toMatchObject({
      message: expect.not.stringContaining('another-account') as string,
      cause: { message: 'refused [redacted]' },
    });
    expect(passedOn).toBe(rotationToken);
  });

  it('refuses a password that the source made against the policy, before it is stored', async () => {
    for (const unfit of ['short-1A', 'a'.repeat(32), `Aa1${' '.repeat(29)}`, '']) {
      const fixture = single({ passwords: new FixedPasswords([unfit]) });
      expect(await refusal(fixture)).toMatchObject({
        code: 'KEYTURN_INVALID_SETTING',
        field: 'PasswordSource',
      });
    }
  });

  it.each([
    ['passwordLength', { passwordLength: 4 }],
    ['excludeCharacters', { excludeCharacters: '0123456789' }],
  ])('refuses settings that cannot be met, naming %s', async (field, settings) => {
    expect(await refusal(single({ settings }))).toMatchObject({
      code: 'KEYTURN_INVALID_SETTING',
      field,
    });
  });

  it('refuses a value that would outgrow the service’s quota', async () => {
    const bare = single({ fields: { note: '' } });
    const size = (bare.store.text(SECRET, token('first')) ?? '').length;
    const longer = 32 - FIELDS.password.length;
    const fits = single({ fields: { note: 'x'.repeat(65_536 - size - longer) } });
    fits.begin('second');
    await fits.run('createSecret', 'second');
    expect(fits.store.text(SECRET, token('second'))).toHaveLength(65_536);

    const fields = { note: 'x'.repeat(65_536 - size - longer + 1) };
    expect(await refusal(single({ fields }))).toMatchObject({
      code: 'KEYTURN_INVALID_SECRET',
      field: 'SecretString',
    });
  });

  it('refuses a current user whose alternate is no fit name', async () => {
    const fixture = alternating({ fields: { username: 's'.repeat(122) } });
    expect(await refusal(fixture)).toMatchObject({
      code: 'KEYTURN_INVALID_SECRET',
      field: 'username',
    });
  });
});

describe('the superuser secret', () => {
  it('is looked at before anything is stored: missing', async () => {
    expect(await refusal(alternating({ fields: { masterarn: undefined } }))).toMatchObject({
      code: 'KEYTURN_SUPERUSER_SECRET_MISSING',
      field: 'masterarn',
      remedy: expect.stringContaining('superuserSecret') as string,
    });
  });

  it.each([
    'arn:aws:secretsmanager:eu-west-1:123456789012:secret:boss-??????',
    'arn:aws:secretsmanager:eu-west-1:123456789012:secret:boss-*',
    'arn:aws:secretsmanager:eu-west-1:123456789012:secret:boss-AbCdEf:password::',
    'arn:aws:secretsmanager:eu-west-1:123456789012:secret:',
    'arn:aws:secretsmanager:eu-west-1:123456789012',
    'arn:aws:iam::123456789012:role/boss',
    'boss:password::',
    'boss-AbCdEf\n',
    ' boss',
    '${SuperuserSecret}',
    '{{resolve:secretsmanager:boss}}',
    '<superuser secret>',
    'boss"',
  ])('named by what cannot be a secret: %j', async (masterarn) => {
    const fixture = alternating({ fields: { masterarn } });

    expect(await refusal(fixture)).toMatchObject({
      code: 'KEYTURN_INVALID_SECRET',
      field: 'masterarn',
    });
  });

  it.each(['nowhere', 'arn'])('not there: %s', async (masterarn) => {
    expect(await refusal(alternating({ fields: { masterarn } }))).toMatchObject({
      code: 'KEYTURN_STORE_NOT_FOUND',
    });
  });

  it.each<[string, object]>([
    ['host', { host: 'other.example' }],
    ['port', { port: 5440 }],
    ['port', { port: 'x' }],
    ['engine', { engine: 'mysql' }],
    ['password', { password: '' }],
    ['username', { username: undefined }],
  ])('unfit in its %s: %j', async (field, superuserFields) => {
    expect(await refusal(alternating({ superuserFields }))).toMatchObject({
      code: 'KEYTURN_SUPERUSER_SECRET_UNFIT',
      field,
    });
  });

  it.each(['sheep', 'sheep_clone'])('naming %s itself', async (username) => {
    expect(await refusal(alternating({ superuserFields: { username } }))).toMatchObject({
      code: 'KEYTURN_SUPERUSER_IS_USER',
      field: 'username',
    });
  });

  it.each(['{', '[]'])('with the text %s', async (value) => {
    const fixture = alternating();
    const versionId = token('boss-2');
    fixture.store.putCurrent({ secretId: SUPERUSER_SECRET, versionId, value });
    expect(await refusal(fixture)).toMatchObject({
      code: 'KEYTURN_SUPERUSER_SECRET_UNFIT',
      field: 'SecretString',
    });
  });

  it('with a binary value, or none', async () => {
    for (const [spoil, problem] of [
      [
        (fixture: RotationFixture) =>
          fixture.store.putCurrent({
            secretId: SUPERUSER_SECRET,
            versionId: token('boss-2'),
            value: { kind: 'binary' },
          }),
        'has no text value, only a binary one.',
      ],
      [
        (fixture: RotationFixture) => fixture.store.removeLabel(SUPERUSER_SECRET, 'AWSCURRENT'),
        'has no AWSCURRENT value.',
      ],
    ] as const) {
      const fixture = alternating();
      spoil(fixture);
      const { code, message } = await refusal(fixture);
      expect(code).toBe('KEYTURN_SUPERUSER_SECRET_UNFIT');
      expect(message).toContain(problem);
    }
  });

  it('without a host needs the settings, which the error names', async () => {
    const superuserFields = { host: undefined, port: undefined, engine: undefined };
    const error = await refusal(alternating({ superuserFields }));
    expect(error).toMatchObject({ code: 'KEYTURN_SUPERUSER_SECRET_UNFIT', field: 'host' });
    expect(error.remedy).toMatch(/superuserHost.*superuserPort/);

    const settings = { superuserHost: 'DB.example', superuserPort: 5439 };
    for (const fixture of [
      alternating({ superuserFields, settings }),
      new RotationFixture({ strategy: alternatingUsers(settings), superuserFields }),
    ]) {
      await fixture.rotate('second');
      expect(fixture.isAlive('second')).toBe(true);
    }
  });

  it('of the settings wins over masterarn, that of the code over both', async () => {
    const fields = { masterarn: 'nowhere' };
    const settings = { superuserSecret: SUPERUSER_SECRET };
    await alternating({ fields, settings }).rotate('second');
    const strategy = alternatingUsers({ superuserSecret: SUPERUSER_SECRET });
    const wrong = { superuserSecret: 'nowhere' };
    await new RotationFixture({ strategy, fields, settings: wrong }).rotate('second');
  });

  it('is of no concern to a single user', async () => {
    await single({ fields: { masterarn: 'nowhere' } }).rotate('second');
  });
});
