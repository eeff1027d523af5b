import type { DatabaseProfile } from '@keyturn/core/adapter';

const printable = Array.from({ length: 126 - 33 + 1 }, (_, i) => String.fromCharCode(33 + i));

/** Looks like Redshift to the engine: `redshift`, 5439, `dev`, names of 127 bytes, passwords of 8 to 64. */
export const IN_MEMORY_PROFILE: DatabaseProfile = {
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
