import { isRefusal, refuse, Sensitive, type Refusal } from '@keyturn/core';
import { parseHost, parsePort } from '@keyturn/core/adapter';
import type { CredentialAddress } from './credential.js';

/** What a secret's text holds for a client. */
export interface ParsedCredential {
  readonly user: string;
  readonly password: Sensitive;
  readonly address: CredentialAddress;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads the keys that AWS's database secrets have: `username` and `password`, and `host`, `port` and `dbname` where
 * they are there.
 * @param what names the value in messages, such as `the AWSCURRENT version of orders`
 * @returns the credential, or a refusal `KEYTURN_INVALID_SECRET` that names the field and quotes nothing
 */
export function parseCredential(text: Sensitive, what: string): ParsedCredential | Refusal {
  const fields = parseFields(text, what);
  if (isRefusal(fields)) return fields;
  const user = requiredText(fields, 'username', what);
  if (isRefusal(user)) return user;
  const password = requiredText(fields, 'password', what);
  if (isRefusal(password)) return password;
  const address = parseAddress(fields, what);
  if (isRefusal(address)) return address;
  return { user: user.text, password: new Sensitive(password.text), address };
}

function parseFields(text: Sensitive, what: string): Fields | Refusal {
  let value: unknown;
  try {
    value = JSON.parse(text.reveal());
  } catch {
    // The parser's own message quotes the text, so it goes no further.
    return unfit('SecretString', `${what} is not JSON`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  return unfit('SecretString', `${what} is not a JSON object`);
}

function requiredText(
  fields: Fields,
  field: string,
  what: string,
): { readonly text: string } | Refusal {
  const value = Object.hasOwn(fields, field) ? fields[field] : undefined;
  if (value === undefined) return unfit(field, `${field} of ${what} is missing`);
  // The driver sends an empty or absent password as something else, and a NUL ends the text early on the wire.
  if (typeof value === 'string' && value !== '' && !value.includes('\u0000')) {
    return { text: value };
  }
  return unfit(field, `${field} of ${what} is not a non-empty string`);
}

function parseAddress(fields: Fields, what: string): CredentialAddress | Refusal {
  const { host, port, dbname } = fields;
  const parsedHost = typeof host === 'string' ? parseHost(host) : undefined;
  if (host !== undefined && parsedHost === undefined) {
    return unfit('host', `host of ${what} is neither a DNS name nor an IP address`);
  }
  const parsedPort = port === undefined ? undefined : parsePort(port, 0);
  if (port !== undefined && parsedPort === undefined) {
    return unfit('port', `port of ${what} is not a number from 1 to 65535`);
  }
  const isName = typeof dbname === 'string' && dbname !== '' && !/[\p{Cc}]|:\/\//u.test(dbname);
  if (dbname !== undefined && !isName) {
    return unfit('dbname', `dbname of ${what} is not a database name`);
  }
  return {
    ...(parsedHost !== undefined && { host: parsedHost }),
    ...(parsedPort !== undefined && { port: parsedPort }),
    ...(isName && { database: dbname }),
  };
}

function unfit(field: string, problem: string): Refusal {
  return refuse({
    code: 'KEYTURN_INVALID_SECRET',
    field,
    message: `${problem.charAt(0).toUpperCase()}${problem.slice(1)}.`,
    remedy: 'Store a value that is fit with PutSecretValue.',
  });
}
