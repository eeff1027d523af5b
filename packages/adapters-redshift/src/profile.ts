import type { DatabaseProfile } from '@keyturn/core/adapter';

const printable = Array.from({ length: 126 - 33 + 1 }, (_, i) => String.fromCharCode(33 + i));

/**
 * What is fixed about Amazon Redshift.
 *
 * Password rules as AWS documents them for CREATE USER. New passwords also leave out what other pages and AWS's
 * own rotation templates exclude (`:`), and backslash is out in any case.
 */
export const REDSHIFT_PROFILE: DatabaseProfile = {
  engine: 'redshift',
  defaultPort: 5439,
  defaultDatabase: 'dev',
  maxUserNameBytes: 127,
  password: {
    minLength: 8,
    maxLength: 64,
    allowed: printable.filter((character) => !`'"\\/@`.includes(character)).join(''),
    required: ['lowercase', 'uppercase', 'digit'],
    avoided: ':',
  },
};
