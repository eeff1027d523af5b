import { inspect } from 'node:util';
import { DatabaseError } from '@keyturn/core';
import { ChannelError } from '../../src/connection/channel-error.js';
import { classifySignIn } from '../../src/connection/classify-sign-in.js';
import { createRedactor } from '../../src/errors/redactor.js';

const SECRET = 'Baa-1.Black_Sheep';

function classify(error: unknown) {
  return classifySignIn({
    error,
    address: { host: 'db.example', port: 5439, database: 'shop' },
    user: 'sheep',
    connectTimeoutMs: 1234,
    redact: createRedactor([SECRET]),
  });
}

function fromServer(code: string | undefined, message: string) {
  return Object.assign(new Error(message), { code, severity: 'FATAL' });
}

function fromNode(problem: 'network' | 'tls', code: string) {
  const cause = Object.assign(new Error(`${code} 10.0.0.1`), { code });
  return new ChannelError(problem, 'connecting', undefined, { cause });
}

function thrownBy(error: unknown): DatabaseError {
  try {
    classify(error);
  } catch (thrown) {
    return thrown as DatabaseError;
  }
  throw new Error('nothing was thrown');
}

describe('a failed sign-in', () => {
  it.each([
    // PostgreSQL
    ['28P01', 'password authentication failed for user "sheep"'],
    ['28P01', 'Passwort-Authentifizierung für Benutzer »sheep« fehlgeschlagen'],
    // Redshift
    ['28000', 'password authentication failed for user "sheep"'],
  ])('with %s "%s" is a refused password', (code, message) => {
    expect(classify(fromServer(code, message))).toBe('refused');
  });

  it.each([
    [
      '28000',
      'no pg_hba.conf entry for host "10.0.0.1", user "sheep", SSL off',
      'REFUSED',
      /pg_hba/,
      false,
    ],
    ['28000', 'role "sheep" is not permitted to log in', 'REFUSED', /Let the user log in/, false],
    ['3D000', 'database "shop" does not exist', 'UNKNOWN', /no database "shop".*dbname/, false],
    [
      '53300',
      'connection limit "500" exceeded for non-bootstrap users',
      'FULL',
      /idle sessions/,
      true,
    ],
    ['53300', 'sorry, too many clients already', 'FULL', /idle sessions/, true],
    ['57P03', 'the database system is starting up', 'UNREACHABLE', /starting up/, true],
    ['42704', 'unrecognized configuration parameter', 'REFUSED', /42704/, false],
    [
      undefined,
      'Connection terminated unexpectedly',
      'UNREACHABLE',
      /broke while signing in/,
      true,
    ],
  ])('with %s "%s" is %s', (code, text, suffix, message, retryable) => {
    const error = thrownBy(fromServer(code, text));

    expect(error).toMatchObject({ code: `KEYTURN_DATABASE_${suffix}`, retryable });
    expect(error.message).toMatch(message);
  });

  it.each([
    ['ENOTFOUND', /unknown to DNS.*host in the secret/],
    ['EAI_AGAIN', /DNS gives no answer.*resolver/],
    ['ECONNREFUSED', /nothing listens.*not paused/],
    ['EHOSTUNREACH', /no route.*route tables/],
    ['ENETUNREACH', /no route.*route tables/],
    ['ECONNRESET', /connection broke.*security groups/],
  ])('that never connects (%s) says why, and what to check', (code, message) => {
    const error = thrownBy(fromNode('network', code));

    expect(error).toMatchObject({ code: 'KEYTURN_DATABASE_UNREACHABLE', retryable: true });
    expect(error.message).toMatch(message);
    expect(error.message).toContain(code);
  });

  it.each([
    ['CERT_HAS_EXPIRED', /has expired/],
    ['CERT_NOT_YET_VALID', /not valid yet/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', /another host/],
    ['SELF_SIGNED_CERT_IN_CHAIN', /untrusted authority.*tlsCa/],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', /untrusted authority.*tlsCa/],
    ['EPROTO', /handshake failed.*TLS 1\.2/],
  ])('over a channel that is not to be trusted (%s) says why', (code, message) => {
    const error = thrownBy(fromNode('tls', code));

    expect(error).toMatchObject({ code: 'KEYTURN_DATABASE_TLS', retryable: false });
    expect(error.message).toMatch(message);
    expect(error.message).toContain('no password was sent');
  });

  it('shows no secret, and keeps of its cause no more than name, code and text', () => {
    const driverError = Object.assign(fromServer('XX000', `odd: ${SECRET}`), {
      client: { password: SECRET },
    });
    const error = thrownBy(driverError);

    expect(inspect(error, { depth: null, showHidden: true })).not.toContain(SECRET);
    expect(error.cause).not.toBe(driverError);
    expect(error.cause).toMatchObject({ code: 'XX000', message: 'odd: [redacted]' });
  });

  it('that is one of keyturn’s own already stays what it is', () => {
    const error = new DatabaseError({ code: 'KEYTURN_DATABASE_TIMEOUT', message: 'late' });

    expect(thrownBy(error)).toBe(error);
  });
});
