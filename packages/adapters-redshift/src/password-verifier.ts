import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { DatabaseError, type Sensitive } from '@keyturn/core';
import type { Dialect } from './dialect.js';

/** How a server keeps a password, and so how it is sent: `redshift` and older PostgreSQL md5, others SCRAM. */
export type VerifierKind = 'md5' | 'scram-sha-256';

/** RFC 7677's least, and PostgreSQL's own. */
const ITERATIONS = 4096;

/** Chooses the form in which a server wants a password, out of what it says about itself. */
export function verifierKind(dialect: Dialect, passwordEncryption: string): VerifierKind {
  // `on` is how servers before PostgreSQL 10 spell md5.
  const md5 = dialect === 'redshift' || ['md5', 'on'].includes(passwordEncryption);
  return md5 ? 'md5' : 'scram-sha-256';
}

/** What is sent instead of the password. As good as the password to a thief, so it is redacted like one. */
export function buildVerifier(kind: VerifierKind, user: string, password: Sensitive): string {
  return kind === 'md5'
    ? md5Verifier(user, password.reveal())
    : scramVerifier(password.reveal(), randomBytes(16));
}

/**
 * The md5 form, salted with the user name exactly as the server reports it.
 * Source: "CREATE USER" in the Amazon Redshift developer guide.
 */
export function md5Verifier(user: string, password: string): string {
  return `md5${createHash('md5').update(`${password}${user}`, 'utf8').digest('hex')}`;
}

/**
 * The SCRAM-SHA-256 verifier (RFC 5802, RFC 7677) in PostgreSQL's notation. Printable ASCII alone, for which
 * SASLprep changes nothing.
 * @throws `KEYTURN_PENDING_PASSWORD_UNFIT` for any other password
 */
export function scramVerifier(password: string, salt: Buffer): string {
  if (!/^[\x20-\x7e]+$/.test(password)) {
    throw new DatabaseError({
      code: 'KEYTURN_PENDING_PASSWORD_UNFIT',
      message: 'The password is empty or holds a character that is not printable ASCII.',
      remedy: 'Store a password of printable ASCII characters.',
    });
  }
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, 'sha256');
  const hmac = (text: string) => createHmac('sha256', salted).update(text).digest();
  const storedKey = createHash('sha256').update(hmac('Client Key')).digest('base64');
  const serverKey = hmac('Server Key').toString('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}
