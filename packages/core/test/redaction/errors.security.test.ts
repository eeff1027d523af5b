import { inspect } from 'node:util';
import { redactError } from '../../src/engine/redact-error.js';
import {
  DatabaseError,
  KeyturnError,
  Sensitive,
  singleUser,
  VerificationFailedError,
} from '../../src/index.js';
import { RotationFixture } from '../support/rotation-fixture.js';
import { FIELDS } from '../support/values.js';

const PASSWORD = 'Baa-black-Sheep';
const secrets = (...texts: readonly string[]) => texts.map((text) => new Sensitive(text));

/** All that a log could print of an error. */
function shownBy(error: unknown): string {
  const names = Object.getOwnPropertyNames(error);
  return inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error, names);
}

function serverError(said: string, more: object = {}) {
  return new DatabaseError({
    code: 'KEYTURN_DATABASE_STATEMENT_FAILED',
    message: `ALTER USER failed: [XX000] ${said}.`,
    remedy: 'Nothing was changed by it.',
    quoted: said,
    ...more,
  });
}

describe('6: No secret value stands in any text, and redaction stays linear', () => {
  it.each(['e', 'a', 'ed', 'seven77'])(
    'leaves what a server said out where a password is %s, and keeps what keyturn says',
    (short) => {
      const error = serverError(`there is no such ${short}`, {
        cause: new Error(`there is no such ${short}`),
      });
      const redacted = redactError(error, secrets(short));
      expect(redacted).toBe(error);
      expect(redacted.message).toBe(
        'ALTER USER failed: [XX000] [left out]. Nothing was changed by it.',
      );
      expect(redacted.cause).toMatchObject({ message: '[left out]', stack: '[left out]' });
      expect(shownBy(redacted)).not.toContain('no such');
    },
  );

  it.each([
    ['e', 'e'],
    ['a longer text than it', 'e'],
    ['[left out]', 'e'],
    ['e', '[left out]'],
  ])('makes no message longer by leaving out %p beside %p', (said, other) => {
    const error = serverError(said, { quoted: [said, other] });
    const { length } = error.message;
    redactError(error, secrets('e'));
    expect(error.message.length).toBeLessThanOrEqual(length + 10);
  });

  it('leaves the whole message out where what it quotes is not in it any more', () => {
    const error = serverError('such a text', { quoted: 'another' });
    expect(redactError(error, secrets('e')).message).toBe('[left out]');
  });

  it('leaves texts of others out again where a second secret turns out to be short', () => {
    const error = serverError(`no such ${PASSWORD}`);
    redactError(error, secrets(PASSWORD));
    expect(error.message).toContain('no such [redacted]');
    redactError(error, secrets('e'));
    expect(error.message).toContain('[XX000] [left out].');
  });

  it('leaves out the reasons of checks', () => {
    const error = new VerificationFailedError([{ check: 'orders', reason: 'no such e' }]);
    redactError(error, secrets('e'));
    expect(error.failures).toEqual([{ check: 'orders', reason: '[left out]' }]);
    expect(shownBy(error)).not.toContain('no such');
  });

  it.each([
    ['an error', new Error('no such e')],
    ['a text', 'no such e'],
    ['an error in an error', new Error('x', { cause: new Error('no such e') })],
    ['several', new AggregateError([new Error('no such e')], 'no such e')],
  ])('leaves out whatever else was thrown: %s', (_, thrown) => {
    const error = redactError(thrown, secrets('e'));
    expect(error.message).toContain('Something unforeseen went wrong: [left out]');
    expect(shownBy(error)).not.toContain('no such');
  });

  it.each(['message', 'stack', 'remedy', 'field', 'detail'] as const)(
    'hides a secret in the %s of an error that is frozen',
    (field) => {
      const error = new KeyturnError({ code: 'KEYTURN_DATABASE_TLS', message: 'No TLS.' });
      Object.defineProperty(error, field, { value: `at ${PASSWORD}`, enumerable: true });
      const redacted = redactError(Object.freeze(error), secrets(PASSWORD));
      expect(KeyturnError.is(redacted, 'KEYTURN_DATABASE_TLS')).toBe(true);
      expect(shownBy(redacted)).not.toContain(PASSWORD);
      expect(shownBy(redacted)).toContain('at [redacted]');
    },
  );

  it('hides a secret in the name of a cause', () => {
    const cause = Object.assign(new Error('x'), { name: PASSWORD, code: PASSWORD });
    expect(shownBy(redactError(cause, secrets(PASSWORD)))).not.toContain(PASSWORD);
  });

  it.each(['no such e', 'seven77', 'e', 'SEVEN77 IS WRONG', 'Xe', 'no_such_e'])(
    'leaves out the name and the code %p of a cause beside a short password, and keeps usual ones',
    (said) => {
      const odd = Object.assign(new Error('x'), { name: said, code: said });
      expect(redactError(odd, secrets('seven77')).cause).toMatchObject({
        name: '[left out]',
        code: '[left out]',
      });
      for (const [name, code] of [
        ['TypeError', 'ECONNRESET'],
        ['Error', '28P01'],
        ['KeyturnError', 'KEYTURN_DATABASE_TLS'],
        ['RangeError', 'ERR_INVALID_ARG_TYPE'],
      ] as const) {
        const usual = Object.assign(new Error('x'), { name, code });
        expect(redactError(usual, secrets('seven77')).cause).toMatchObject({ name, code });
      }
    },
  );

  it('hides what an error quotes in another case, in its message, stack and list', () => {
    const said = `role "${PASSWORD.toLowerCase()}" does not exist`;
    const error = redactError(serverError(said), secrets(PASSWORD));
    expect(shownBy(error).toLowerCase()).not.toContain(PASSWORD.toLowerCase());
    expect(error.message).toContain('role "[redacted]" does not exist');
  });

  it('does not multiply a text, however many secrets are parts of each other and of what hides them', () => {
    const parts = Array.from({ length: 60 }, (_, i) => `${'[redacted]'.slice(i % 8)}redacted${i}`);
    const text = 'redacted'.repeat(100);
    const { message } = redactError(serverError(text), secrets(...parts));
    expect(message.length).toBeLessThanOrEqual(serverError(text).message.length);
  });

  it.each(['Aa1', 'a', 'Seven77'])(
    'rotates away from the password %s, whatever is said on the way',
    async (password) => {
      let broken = true;
      const check = {
        name: 'orders',
        verify: () =>
          broken ? Promise.reject(new Error(`so says ${password}`)) : Promise.resolve(),
      };
      const fixture = new RotationFixture({
        strategy: singleUser(),
        checks: [check],
        fields: { ...FIELDS, password },
      });
      fixture.begin('second');
      await fixture.runUpTo('setSecret', 'second');
      const error = await fixture.failure('testSecret', 'second');
      expect(error.message).toContain('orders: [left out]');
      broken = false;
      await fixture.run('testSecret', 'second');
      await fixture.run('finishSecret', 'second');
      expect(fixture.labels).toMatchObject({ AWSCURRENT: 'second' });
    },
  );
});
