import { inspect } from 'node:util';
import type { DatabaseError } from '@keyturn/core';
import { ChannelError } from '../../src/connection/channel-error.js';
import { classifySignIn } from '../../src/connection/classify-sign-in.js';
import { createRedactor } from '../../src/errors/redactor.js';
import { isPassingConflict, statementError } from '../../src/errors/statement-error.js';
import { md5Verifier, scramVerifier } from '../../src/password-verifier.js';

const PASSWORD = 'Baa-1.Black_Sheep';

function failed(said: string, options: { sql?: string; code?: string; password?: string } = {}) {
  const { sql = 'SELECT 1', code = '42601', password = PASSWORD } = options;
  const error = Object.assign(new Error(said), { code });
  return statementError({ error, sql, timedOut: false, redact: createRedactor([password]) });
}

function refusedSignIn(error: unknown, password: string): DatabaseError {
  try {
    classifySignIn({
      error,
      address: { host: 'db.example', port: 5439, database: 'shop' },
      user: 'sheep',
      connectTimeoutMs: 1234,
      redact: createRedactor([password]),
    });
  } catch (thrown) {
    return thrown as DatabaseError;
  }
  throw new Error('nothing was thrown');
}

const shown = (error: unknown) => inspect(error, { depth: 9, showHidden: true });

/** What a server quotes of a text, in whole or cut at either end. */
const cuts = (text: string): string[] => [
  `at or near "${text}"`,
  `at or near "${text.slice(0, -1)}`,
  `...${text.slice(1)}`,
  `LINE 1: ...${text.slice(5, 13)}...`,
];

describe('6: No secret value stands in any text, and redaction stays linear', () => {
  it.each([
    ['md5', md5Verifier('sheep', PASSWORD), md5Verifier('sheep', PASSWORD).slice(3)],
    ['SCRAM', scramVerifier(PASSWORD, Buffer.alloc(16, 7)), 'a'],
  ])('hides any part of the %s verifier that a statement holds', (kind, verifier, digits) => {
    const parts = kind === 'md5' ? [digits] : verifier.split(/[$:]/).slice(2);
    for (const part of parts) {
      for (const said of cuts(part)) {
        const error = failed(said, { sql: `ALTER USER "sheep" PASSWORD '${verifier}'` });
        for (let at = 0; at + 8 <= part.length; at++) {
          expect(shown(error)).not.toContain(part.slice(at, at + 8));
        }
      }
    }
  });

  it('hides any part of a password, and leaves the rest of what was said', () => {
    for (const said of cuts(PASSWORD)) {
      const error = failed(`${said} in 2026`);
      for (let at = 0; at + 8 <= PASSWORD.length; at++) {
        expect(shown(error)).not.toContain(PASSWORD.slice(at, at + 8));
      }
      expect(error.message).toContain('in 2026');
    }
  });

  it('leaves out what was said where the password is short, and decides by it all the same', () => {
    const said =
      'duplicate key value violates unique constraint "pg_default_acl_role_nsp_obj_index"';
    const error = failed(said, { code: '23505', password: 'e', sql: 'GRANT x' });
    expect(error.message).toMatch(/^GRANT failed: \[23505\] \[left out\]\. /);
    expect(error.code).toBe('KEYTURN_DATABASE_CONFLICT');
    expect(isPassingConflict(error)).toBe(true);
    expect(shown(error)).not.toContain('duplicate');
  });

  it.each([
    ['28000', 'no pg_hba.conf entry', /another reason than the password: \[28000\] \[left out\]/],
    ['57P03', 'starting e', /is starting up or shutting down: \[57P03\] \[left out\]/],
    ['53300', 'too many e', /takes no more connections: \[53300\] \[left out\]/],
    ['XX000', 'odd e', /refuses the connection: \[XX000\] \[left out\]/],
    [undefined, 'broken e', /broke while signing in: \[left out\]/],
  ])('leaves out what was said at a sign-in with a short password: %s', (code, said, message) => {
    const error = refusedSignIn(Object.assign(new Error(said), { code }), 'e');
    expect(error.message).toMatch(message);
    expect(shown(error)).not.toContain(said);
  });

  it('leaves out what the driver and TLS said, and keeps their codes', () => {
    const cause = Object.assign(new Error('such an e'), { code: 'EPROTO' });
    const error = refusedSignIn(new ChannelError('tls', 'securing', undefined, { cause }), 'e');
    expect(error.message).toContain('the handshake failed: [left out] (EPROTO)');
    expect(shown(error)).not.toContain('such an e');
  });
});
