import { inspect } from 'node:util';
import { redactError, redactText } from '../../src/engine/redact-error.js';
import {
  DatabaseError,
  KeyturnError,
  Sensitive,
  VerificationFailedError,
  type KeyturnErrorOptions,
} from '../../src/index.js';

const PASSWORD = 'Baa"\\ä 1&Sheep';
const SPELLINGS = [PASSWORD, JSON.stringify(PASSWORD).slice(1, -1), encodeURIComponent(PASSWORD)];
const secrets = [new Sensitive(PASSWORD)];

/** Fails where any spelling of the password is anywhere in what a log could print of an error. */
function expectHidden(error: unknown) {
  const shown = [
    inspect(error, { depth: 9, showHidden: true }),
    JSON.stringify(error, Object.getOwnPropertyNames(error)),
    String(error),
    (error as Error).stack,
  ].join();
  for (const spelling of SPELLINGS) expect(shown).not.toContain(spelling);
}

const keyturn = (more: Partial<KeyturnErrorOptions> = {}) =>
  new KeyturnError({ code: 'KEYTURN_DATABASE_TLS', message: 'No TLS.', ...more });

describe('an error that leaves the engine', () => {
  it.each(SPELLINGS)('does not show %s in its message, stack or remedy', (spelling) => {
    const error = keyturn({ message: `Not ${spelling}.`, remedy: `Change ${spelling}.` });
    expect(redactError(error, secrets)).toBe(error);
    expectHidden(error);
    expect(error.message).toBe('Not [redacted]. Change [redacted].');
    expect(error.remedy).toBe('Change [redacted].');
  });

  it('does not show a secret in a stack that is not its own', () => {
    const cause = Object.assign(new Error('why'), { stack: `Error: ${PASSWORD} at sea` });
    const error = Object.assign(keyturn({ cause }), { stack: `No TLS: ${PASSWORD}` });
    redactError(error, secrets);
    expect(error.stack).toBe('No TLS: [redacted]');
    expect(error.cause).toMatchObject({ stack: 'Error: [redacted] at sea' });
  });

  it('needs no stack', () => {
    const cause = Object.assign(new Error('why'), { stack: undefined });
    expect(redactError(keyturn({ cause }), secrets).cause).toMatchObject({ message: 'why' });
  });

  it('stays what it is where it has nothing to hide', () => {
    const error = new DatabaseError({
      code: 'KEYTURN_DATABASE_FULL',
      message: 'Full.',
      remedy: 'Wait.',
      retryable: true,
      step: 'setSecret',
    });
    const { stack } = error;
    expect(redactError(error, secrets)).toBe(error);
    expect(error).toMatchObject({ message: 'Full. Wait.', stack, retryable: true });
    expect(error).not.toHaveProperty('cause');
  });

  it('shows no secret in the chain of its causes, which is otherwise kept', () => {
    const pg = Object.assign(new RangeError(`cannot parse ${PASSWORD}`), {
      code: '28P01',
      detail: PASSWORD,
      query: `ALTER USER sheep PASSWORD '${PASSWORD}'`,
      cause: new Error('inner', { cause: `text ${PASSWORD}` }),
    });
    const error = redactError(keyturn({ cause: pg }), secrets);
    expectHidden(error);
    expect(error.cause).toMatchObject({
      name: 'RangeError',
      message: 'cannot parse [redacted]',
      code: '28P01',
      cause: { message: 'inner', cause: { message: 'text [redacted]' } },
    });
    expect(pg.message).toContain(PASSWORD);
    const { cause: inner } = error.cause as Error;
    expect((inner as Error).cause).not.toHaveProperty('cause');
  });

  it('shows no secret of several errors in one, nor of values that are none', () => {
    for (const cause of [
      new AggregateError([new Error(PASSWORD)], 'several'),
      { password: PASSWORD },
      [PASSWORD],
      Object.assign(new Error('x'), { cause: { password: PASSWORD } }),
      () => PASSWORD,
    ]) {
      expectHidden(redactError(keyturn({ cause }), secrets));
      expectHidden(redactError(cause, secrets));
    }
  });

  it('shows no secret in the failures of checks', () => {
    const error = new VerificationFailedError(
      [{ check: `with ${PASSWORD}`, reason: `refused ${PASSWORD}` }],
      { cause: new Error(PASSWORD) },
    );
    expectHidden(redactError(error, secrets));
    expect(error.failures).toEqual([{ check: 'with [redacted]', reason: 'refused [redacted]' }]);
  });

  it('ends a chain that goes round', () => {
    const error: Error & { cause?: unknown } = new Error(PASSWORD);
    error.cause = error;
    const redacted = redactError(error, secrets);
    expectHidden(redacted);
    let causes = 0;
    for (let at: unknown = redacted.cause; at instanceof Error; at = at.cause) causes += 1;
    expect(causes).toBe(5);
  });

  it.each([new Error('odd'), 'odd', undefined, null, 42, { message: 'odd' }])(
    'is a keyturn error, whatever was thrown: %p',
    (thrown) => {
      const error = redactError(thrown, secrets);
      expect(KeyturnError.is(error, 'KEYTURN_UNEXPECTED')).toBe(true);
      expect(error.retryable).toBe(true);
      expect(error.cause).toBeInstanceOf(Error);
    },
  );

  it('says of what kind a thrown value was that has no text', () => {
    expect(redactError(42, secrets).message).toContain('a thrown number');
    expect(redactError('odd', secrets).message).toContain('went wrong: odd');
  });

  it('may have been frozen', () => {
    const harmless = Object.freeze(keyturn());
    expect(redactError(harmless, secrets)).toBe(harmless);
    const error = Object.freeze(new Error(PASSWORD));
    expectHidden(redactError(error, secrets));
  });
});

describe('hiding secrets in a text', () => {
  const hide = (text: string, ...all: readonly string[]) =>
    redactText(
      text,
      all.map((each) => new Sensitive(each)),
    );

  it('hides every occurrence, one secret within another as a whole, and nothing for an empty one', () => {
    expect(hide('Baa-black!Sheep Baa-black Baa', 'Baa-black', 'Baa-black!Sheep', '')).toBe(
      '[redacted] *** Baa',
    );
    expect(hide('nothing', 'Baa-black!Sheep', '')).toBe('nothing');
  });

  it('copes with texts that have no URI spelling', () => {
    expect(hide('a\ud800bcdefghi', '\ud800bcdefghi')).toBe('a***');
  });

  it('does not read a secret as a pattern', () => {
    expect(hide('a.*b$&[c](d) aXXb$&[c](d)', 'a.*b$&[c](d)')).toBe('[redacted] aXX***');
  });

  it('leaves a text out where a secret is too short to be told from it', () => {
    expect(hide('a text', 'seven77')).toBe('[left out]');
    expect(hide('a text', 'eight888')).toBe('a text');
  });
});
