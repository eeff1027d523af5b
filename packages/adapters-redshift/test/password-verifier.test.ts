import { inspect } from 'node:util';
import { Sensitive } from '@keyturn/core';
import {
  buildVerifier,
  md5Verifier,
  scramVerifier,
  verifierKind,
} from '../src/password-verifier.js';

describe('the md5 form', () => {
  it('is the one that AWS documents', () => {
    expect(md5Verifier('user1', 'ez')).toBe('md5153c434b4b77c89e6b94f12c5393af5b');
  });
});

describe('the SCRAM verifier', () => {
  it('is the one of RFC 7677', () => {
    // Password, salt and keys belong to the example in section 3 of the RFC, as PostgreSQL writes them.
    const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');

    expect(scramVerifier('pencil', salt)).toBe(
      'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==' +
        '$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
    );
  });

  it.each(['', 'größe', 'tab\t', 'del\x7f'])(
    'is refused for %j, without showing it',
    (password) => {
      const attempt = () => scramVerifier(password, Buffer.alloc(16));

      expect(attempt).toThrow(expect.objectContaining({ code: 'KEYTURN_PENDING_PASSWORD_UNFIT' }));
      try {
        attempt();
      } catch (error) {
        if (password !== '') expect(inspect(error)).not.toContain(password);
      }
    },
  );

  it('has a salt of its own every time', () => {
    const build = () => buildVerifier('scram-sha-256', 'u', new Sensitive('pencil'));

    expect(build()).not.toBe(build());
  });
});

describe('the form of a password', () => {
  it.each([
    ['redshift', 'scram-sha-256', 'md5'],
    ['redshift', '', 'md5'],
    ['postgres', 'md5', 'md5'],
    ['postgres', 'on', 'md5'],
    ['postgres', 'scram-sha-256', 'scram-sha-256'],
  ] as const)('on %s with password_encryption %j is %s', (dialect, encryption, kind) => {
    expect(verifierKind(dialect, encryption)).toBe(kind);
  });
});
