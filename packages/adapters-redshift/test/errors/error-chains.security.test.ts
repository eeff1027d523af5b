import { ChannelError } from '../../src/connection/channel-error.js';
import { classifySignIn } from '../../src/connection/classify-sign-in.js';
import { createRedactor } from '../../src/errors/redactor.js';
import { messageOf, sanitiseCause, sqlStateOf } from '../../src/errors/sanitise-cause.js';
import { statementError } from '../../src/errors/statement-error.js';

const redact = createRedactor([]);

function chainOf(length: number): Error {
  let error = new Error('the first');
  for (let i = 1; i < length; i++) error = new Error('a later one', { cause: error });
  return error;
}

function nestedAggregates(depth: number): Error {
  let error: Error = new Error('the innermost');
  for (let i = 0; i < depth; i++) error = new AggregateError([error], '');
  return error;
}

function ring(): Error {
  const [a, b] = [new Error('a'), new Error('b')];
  a.cause = b;
  b.cause = a;
  return a;
}

function ownCause(): Error {
  const error = new Error('x');
  error.cause = error;
  return error;
}

function ringOfAggregates(): Error {
  const [a, b] = [new AggregateError([], ''), new AggregateError([], '')];
  a.errors.push(b, new Error('odd'));
  b.errors.push(a, b);
  return a;
}

const ERRORS: readonly (readonly [string, () => Error])[] = [
  ['a chain of 100,000 causes', () => chainOf(100_000)],
  ['causes that go round', ring],
  ['an error that is its own cause', ownCause],
  ['errors within errors, 100,000 deep', () => nestedAggregates(100_000)],
  ['errors that hold each other', ringOfAggregates],
  ['a million errors in one', () => new AggregateError(Array(1_000_000).fill(new Error('x')), '')],
];

describe('8: Depth is refused before anything is written', () => {
  it.each(ERRORS)('reads the state, the text and a copy of %s', (_, make) => {
    expect(sqlStateOf(make())).toBeUndefined();
    expect(messageOf(make()).length).toBeLessThan(1_000);
    expect(sanitiseCause(make(), redact).cause).toBeUndefined();
  });

  it.each(ERRORS)('makes an error of its own of %s', (_, make) => {
    const failed = { error: make(), sql: 'SELECT 1', timedOut: false, redact };
    expect(statementError(failed).code).toBe('KEYTURN_DATABASE_CONNECTION_LOST');
    const address = { host: 'db.example', port: 5439, database: 'shop' };
    for (const error of [
      make(),
      new ChannelError('tls', 'securing', undefined, { cause: make() }),
      new ChannelError('network', 'connecting', undefined, { cause: make() }),
    ]) {
      const signIn = { error, address, user: 'sheep', connectTimeoutMs: 1, redact };
      expect(() => classifySignIn(signIn)).toThrow(/db\.example:5439/);
    }
  });

  it('still finds the state of an error that another one wraps, and the texts of several', () => {
    const inner = Object.assign(new Error('inner'), { code: '42P01' });
    expect(sqlStateOf(new Error('outer', { cause: inner }))).toBe('42P01');
    const [a, b, c] = ['a', 'b', 'c'].map((text) => new Error(text));
    expect(messageOf(new AggregateError([a, new AggregateError([b], ''), c], ''))).toBe('a; b; c');
    expect(messageOf(new AggregateError([a], 'own words'))).toBe('own words');
  });
});
