import {
  DatabaseError,
  ERROR_CODES,
  InvalidInputError,
  KeyturnError,
  refuse,
  RotationRefusedError,
  SecretStoreError,
  VerificationFailedError,
} from '../src/index.js';
import { explainError, refusalToError } from '../src/adapter/index.js';

const options = { code: 'KEYTURN_OUT_OF_TIME', message: 'Late.' } as const;

describe('keyturn errors', () => {
  it.each([KeyturnError, InvalidInputError, RotationRefusedError, SecretStoreError, DatabaseError])(
    'have the name of their class: %p',
    (ErrorClass) => {
      const error = new ErrorClass(options);
      expect(error.name).toBe(ErrorClass.name);
      expect(error).toBeInstanceOf(KeyturnError);
      expect(String(error)).toBe(`${ErrorClass.name}: Late.`);
    },
  );

  it('end in the remedy and carry their cause, place and field', () => {
    const cause = new Error('why');
    const error = new KeyturnError({
      ...options,
      remedy: 'Hurry.',
      field: 'passwordLength',
      retryable: true,
      step: 'setSecret',
      secretId: 's',
      versionId: 'v',
      cause,
    });
    expect(error).toMatchObject({
      message: 'Late. Hurry.',
      remedy: 'Hurry.',
      field: 'passwordLength',
      retryable: true,
      step: 'setSecret',
      secretId: 's',
      versionId: 'v',
      cause,
    });
  });

  it('carry the settings that help against them, by key', () => {
    const refusal = refuse({
      code: 'KEYTURN_OWNED_OBJECTS',
      message: 'Many.',
      remedy: 'Raise it.',
      settings: ['ownedObjects'],
    });
    expect(refusalToError(refusal).settings).toEqual(['ownedObjects']);
    expect(new KeyturnError(options).settings).toEqual([]);
  });

  it('take a further sentence once, in their message and at the head of their stack', () => {
    const error = new KeyturnError({ ...options, remedy: 'Hurry.' });
    expect(explainError(explainError(error, 'Set it to $&.'), 'Set it to $&.')).toBe(error);
    expect(explainError(error, '').message).toBe('Late. Hurry. Set it to $&.');
    expect(error.stack).toMatch(/^KeyturnError: Late\. Hurry\. Set it to \$&\.\n/);
    expect(error.remedy).toBe('Hurry.');
    expect(explainError(Object.freeze(new KeyturnError(options)), 'No.').message).toBe('Late.');
    Object.assign(error, { stack: undefined });
    expect(explainError(error, 'Or not.').message).toBe('Late. Hurry. Set it to $&. Or not.');
  });

  it('have no cause and are not retryable unless that is said', () => {
    expect(new KeyturnError(options)).toMatchObject({ retryable: false });
    expect('cause' in new KeyturnError(options)).toBe(false);
  });

  it('fill in where they happened and keep what is known', () => {
    const error = new KeyturnError({ ...options, secretId: 'first' });
    expect(error.at({ secretId: 'second', step: 'testSecret', versionId: 'v' })).toBe(error);
    expect(error).toMatchObject({ secretId: 'first', step: 'testSecret', versionId: 'v' });
  });

  it('are known by brand and code, also those of another copy of the package', async () => {
    let copy: typeof import('../src/errors.js') | undefined;
    await jest.isolateModulesAsync(async () => {
      copy = await import('../src/errors.js');
    });
    const foreign = new (copy ?? (await import('../src/errors.js'))).KeyturnError(options);
    expect(foreign).not.toBeInstanceOf(KeyturnError);
    expect(foreign).toHaveProperty([Symbol.for('keyturn.error')], true);
    expect(KeyturnError.is(foreign)).toBe(true);
    expect(KeyturnError.is(foreign, 'KEYTURN_OUT_OF_TIME')).toBe(true);
    expect(KeyturnError.is(foreign, 'KEYTURN_INVALID_EVENT')).toBe(false);
  });

  it.each([
    undefined,
    null,
    'KEYTURN_OUT_OF_TIME',
    new Error('x'),
    { code: 'KEYTURN_OUT_OF_TIME' },
  ])('are nothing like %p', (other) => expect(KeyturnError.is(other)).toBe(false));

  it('made of a refusal are of the class that says what to do', () => {
    const refusal = { message: 'No.', remedy: 'Yes.', field: 'f' };
    for (const input of ['EVENT', 'SETTING', 'SECRET'] as const) {
      const invalid = refusalToError(refuse({ ...refusal, code: `KEYTURN_INVALID_${input}` }));
      expect(invalid).toBeInstanceOf(InvalidInputError);
    }
    const refused = refusalToError(
      refuse({ ...refusal, code: 'KEYTURN_UNRELATED_USER', retryable: true }),
      { step: 'setSecret' },
    );
    expect(refused).toBeInstanceOf(RotationRefusedError);
    expect(refused).toMatchObject({ field: 'f', retryable: true, step: 'setSecret' });
    expect(refused).not.toHaveProperty('kind');
  });

  it('of checks name every failure', () => {
    const failures = [{ check: 'a', reason: 'b' }];
    const error = new VerificationFailedError(failures);
    expect(error).toMatchObject({ code: 'KEYTURN_VERIFICATION_FAILED', failures });
    expect(error.name).toBe('VerificationFailedError');
    expect(error.message).toContain('a check (a: b)');
  });

  it('have codes that are unique and spelled alike', () => {
    expect(new Set(ERROR_CODES).size).toBe(ERROR_CODES.length);
    for (const code of ERROR_CODES) expect(code).toMatch(/^KEYTURN_[A-Z0-9_]+$/);
  });
});
