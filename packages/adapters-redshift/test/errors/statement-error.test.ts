import { inspect } from 'node:util';
import { createRedactor } from '../../src/errors/redactor.js';
import { statementError } from '../../src/errors/statement-error.js';
import { md5Verifier, scramVerifier } from '../../src/password-verifier.js';

const SECRET = 'Baa-1.Black_Sheep';

function errorFor(
  code: string | undefined,
  message: string,
  { sql = 'ALTER USER x', timedOut = false } = {},
) {
  const error = Object.assign(new Error(message), code === undefined ? {} : { code });
  return statementError({ error, sql, timedOut, redact: createRedactor([SECRET]) });
}

describe('a failed statement', () => {
  it.each([
    ['42501', 'permission denied', 'KEYTURN_DATABASE_PERMISSION', false],
    ['57014', 'canceling statement due to statement timeout', 'KEYTURN_DATABASE_TIMEOUT', true],
    ['57P01', 'terminating connection', 'KEYTURN_DATABASE_CONNECTION_LOST', true],
    ['08006', 'connection failure', 'KEYTURN_DATABASE_CONNECTION_LOST', true],
    ['ECONNRESET', 'read ECONNRESET', 'KEYTURN_DATABASE_CONNECTION_LOST', true],
    // Five capital letters, and yet no SQLSTATE.
    ['EPIPE', 'write EPIPE', 'KEYTURN_DATABASE_CONNECTION_LOST', true],
    [undefined, 'Connection terminated unexpectedly', 'KEYTURN_DATABASE_CONNECTION_LOST', true],
    ['42601', 'syntax error', 'KEYTURN_DATABASE_STATEMENT_FAILED', false],
  ] as const)('%s "%s" is %s', (state, message, code, retryable) => {
    expect(errorFor(state, message)).toMatchObject({ code, retryable });
  });

  it('without an answer in time is a time-out, whatever the driver says', () => {
    const error = errorFor(undefined, 'Connection terminated', { timedOut: true });

    expect(error.code).toBe('KEYTURN_DATABASE_TIMEOUT');
  });

  it.each([
    ['CREATE USER "x" PASSWORD', /CREATE USER failed: \[42501\].*system privilege CREATE USER/],
    ['ALTER USER "x" PASSWORD', /ALTER USER failed.*system privilege ALTER USER/],
    ['GRANT SELECT ON TABLE', /GRANT failed.*takes a superuser/],
    ['ALTER GROUP "g" ADD USER', /ALTER GROUP failed.*takes a superuser/],
    ['SELECT 1', /SELECT failed.*Grant the permission/],
  ])('for lack of a permission says which: %s', (sql, message) => {
    expect(errorFor('42501', 'permission denied', { sql }).message).toMatch(message);
  });

  it('shows no secret: not in message, stack or cause, and no statement text', () => {
    const verifiers = [md5Verifier('u', SECRET), scramVerifier(SECRET, Buffer.alloc(16, 7))];
    const error = errorFor('42601', `at or near "${SECRET}" or ${verifiers.join(' or ')}`, {
      sql: `ALTER USER "u" PASSWORD '${verifiers[0]}'`,
    });
    const shown = inspect(error, { depth: null, showHidden: true });

    for (const secret of [SECRET, ...verifiers]) expect(shown).not.toContain(secret);
    expect(error.message).toContain('at or near "[redacted]"');
    expect(error.cause).toMatchObject({ code: '42601' });
  });
});
