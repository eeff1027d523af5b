import { refuse, type Refusal } from './refusal.js';

/** The longest user name of any supported database in UTF-8 bytes is the profile's; this counts a name's. */
export function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}

/**
 * Whether a user name may be rotated at all. What only a connected server can say (it would cut the name,
 * the user is a superuser) is checked there.
 * @returns a refusal with code `KEYTURN_INVALID_SECRET`, or undefined when the name is fit.
 */
export function checkUserName(name: string, maxBytes: number): Refusal | undefined {
  const problem = problemWith(name, maxBytes);
  if (problem === undefined) return undefined;
  return refuse({
    code: 'KEYTURN_INVALID_SECRET',
    field: 'username',
    message: `The user name ${problem}.`,
    remedy: 'Store the secret with a database user whose name follows the rules of the database.',
  });
}

function problemWith(name: string, maxBytes: number): string | undefined {
  if (name === '') return 'is empty';
  if (name.includes('\\')) return 'contains a backslash, which Redshift may read as an escape';
  if (/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(name)) return 'contains a control character';
  if (name.toUpperCase() === 'PUBLIC') return 'is PUBLIC, which names everybody';
  // IAM:name and IAMA:name are sessions with temporary credentials, ns:name comes from an identity provider.
  if (name.includes(':')) return 'has a service prefix; such users have no password of their own';
  const length = utf8Length(name);
  if (length > maxBytes) return `is ${length} bytes long and the most is ${maxBytes}`;
  return undefined;
}
