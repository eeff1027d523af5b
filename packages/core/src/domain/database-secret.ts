import type { DatabaseAddress } from './database-address.js';
import type { DatabaseProfile } from './database-profile.js';
import { jsonDepth } from './json-depth.js';
import { isRefusal, refuse, type Refusal } from './refusal.js';
import { MAX_SECRET_BYTES } from './rewrite-secret.js';
import { Sensitive } from './sensitive.js';
import { checkUserName, utf8Length } from './user-name.js';

/** A secret value in the form that AWS's Redshift templates store: one credential and where it signs in. */
export interface DatabaseSecret {
  readonly kind: 'secret';
  /** The stored text, kept so that a rewrite changes nothing but the credential. */
  readonly text: Sensitive;
  readonly username: string;
  readonly password: Sensitive;
  readonly address: DatabaseAddress;
  /** The `masterarn` key: which secret holds the superuser's credential. */
  readonly superuserSecretId?: string;
}

/** The credential that may change other users. Its address can come from the function's configuration. */
export interface SuperuserSecret {
  readonly kind: 'superuser';
  readonly username: string;
  readonly password: Sensitive;
  readonly host: string;
  readonly port: number;
  readonly ssl?: boolean;
}

/** Where the superuser signs in, for a superuser secret that does not say so itself. */
export interface SuperuserAddress {
  readonly host: string;
  readonly port?: number | undefined;
}

/** Why a superuser secret is unfit that has no host: with a `fallback` it may be fit. */
export interface HostMissing extends Refusal {
  readonly hostMissing: true;
}

/** What makes a host in the superuser secret unnecessary; part of a sentence. */
export const SET_HOST = 'set superuserHost and superuserPort';

/** The settings that {@link SET_HOST} names. */
export const HOST_SETTINGS: readonly string[] = ['superuserHost', 'superuserPort'];

type Fields = Readonly<Record<string, unknown>>;

/**
 * Parses the value of a secret to be rotated.
 * @param what names the value in messages, such as `the AWSCURRENT version`
 * @returns the secret, or a refusal with code `KEYTURN_INVALID_SECRET` that names the field. Never quotes a value.
 */
export function parseDatabaseSecret(
  text: Sensitive,
  profile: DatabaseProfile,
  what: string,
): DatabaseSecret | Refusal {
  const fields = parseObject(text, what);
  if (isRefusal(fields)) return fields;
  const engine = checkEngine(fields, profile, what);
  if (engine !== undefined) return engine;
  const username = requiredText(fields, 'username', what);
  if (isRefusal(username)) return username;
  const badName = checkUserName(username, profile.maxUserNameBytes);
  if (badName !== undefined) return badName;
  const password = requiredText(fields, 'password', what);
  if (isRefusal(password)) return password;
  const server = parseServer(fields, profile.defaultPort, what);
  if (isRefusal(server)) return server;
  const database = parseDatabaseName(fields, profile.defaultDatabase, what);
  if (isRefusal(database)) return database;
  const superuserSecretId = optionalText(fields, 'masterarn', what);
  if (isRefusal(superuserSecretId)) return superuserSecretId;
  return {
    kind: 'secret',
    text,
    username,
    password: new Sensitive(password),
    address: { ...server, database: database.name },
    ...(superuserSecretId !== undefined && { superuserSecretId }),
  };
}

/**
 * Parses the value of a superuser secret. Secrets that a service manages hold a user name and a password only,
 * so `engine` may be missing, and the host too where `fallback` gives one.
 * @returns the credential, or a refusal with code `KEYTURN_SUPERUSER_SECRET_UNFIT` that names the field.
 */
export function parseSuperuserSecret(
  text: Sensitive,
  profile: DatabaseProfile,
  fallback: SuperuserAddress | undefined,
): SuperuserSecret | HostMissing | Refusal {
  const parsed = parseSuperuserFields(text, profile, fallback);
  return isRefusal(parsed) ? { ...parsed, code: 'KEYTURN_SUPERUSER_SECRET_UNFIT' } : parsed;
}

function parseSuperuserFields(
  text: Sensitive,
  profile: DatabaseProfile,
  fallback: SuperuserAddress | undefined,
): SuperuserSecret | HostMissing | Refusal {
  const what = 'the superuser secret';
  const fields = parseObject(text, what);
  if (isRefusal(fields)) return fields;
  if (fields['engine'] !== undefined) {
    const engine = checkEngine(fields, profile, what);
    if (engine !== undefined) return engine;
  }
  const username = requiredText(fields, 'username', what);
  if (isRefusal(username)) return username;
  const badName = checkUserName(username, profile.maxUserNameBytes);
  if (badName !== undefined) return badName;
  const password = requiredText(fields, 'password', what);
  if (isRefusal(password)) return password;
  const server =
    fields['host'] === undefined && fallback !== undefined
      ? parseServer(
          { ...fields, host: fallback.host, port: fallback.port ?? fields['port'] },
          profile.defaultPort,
          what,
        )
      : parseServer(fields, profile.defaultPort, what);
  if (!isRefusal(server)) {
    return { kind: 'superuser', username, password: new Sensitive(password), ...server };
  }
  if (fields['host'] !== undefined || fallback !== undefined) return server;
  return {
    ...server,
    remedy: `A secret that a service manages has no host: ${SET_HOST}.`,
    settings: HOST_SETTINGS,
    hostMissing: true,
  };
}

/** The fields of a secret's text. A refusal never quotes the text; `what` names it. */
export function parseObject(text: Sensitive, what: string): Fields | Refusal {
  const tooMuch = checkExtent(text.reveal(), what);
  if (tooMuch !== undefined) return tooMuch;
  let value: unknown;
  try {
    value = JSON.parse(text.reveal());
  } catch {
    // The parser's own message quotes the text, so it goes no further.
    return unfit('SecretString', `${capital(what)} is not JSON`, 'Store it as a JSON object.');
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  return unfit('SecretString', `${capital(what)} is not a JSON object`, 'Store it as one.');
}

/**
 * What serializers of common languages still read: .NET's stops at 64 levels, Ruby's at 100, Python's at about 1,000.
 * Walking through a value that is nested much deeper ends the process or the step.
 */
const DEEPEST = 64;

function checkExtent(text: string, what: string): Refusal | undefined {
  // The length in characters is never more than that in bytes.
  const bytes = text.length > MAX_SECRET_BYTES ? text.length : utf8Length(text);
  if (bytes > MAX_SECRET_BYTES) {
    return unfit(
      'SecretString',
      `${capital(what)} has ${bytes} bytes or more, and the most is ${MAX_SECRET_BYTES}`,
      'Move what is not part of the credential out of the secret.',
    );
  }
  const depth = jsonDepth(text);
  if (depth <= DEEPEST) return undefined;
  return unfit(
    'SecretString',
    `${capital(what)} is nested ${depth} levels deep, and the most is ${DEEPEST}`,
    'Store the credential as a flat JSON object, and move what is nested out of the secret.',
  );
}

function checkEngine(fields: Fields, profile: DatabaseProfile, what: string): Refusal | undefined {
  if (fields['engine'] === profile.engine) return undefined;
  return unfit(
    'engine',
    `engine of ${what} is not "${profile.engine}"`,
    `Set it to "${profile.engine}", or rotate this secret with a function for its own engine.`,
  );
}

function requiredText(fields: Fields, field: string, what: string): string | Refusal {
  const value = optionalText(fields, field, what);
  if (value !== undefined) return value;
  return unfit(field, `${field} of ${what} is missing`, `Store it with a ${field}.`);
}

/** What some serializers write for a field without a value, null, counts as none. */
function optionalText(fields: Fields, field: string, what: string): string | undefined | Refusal {
  const value = Object.hasOwn(fields, field) ? fields[field] : undefined;
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' && value !== '' && !value.includes('\u0000')) return value;
  return unfit(
    field,
    `${field} of ${what} is not a non-empty string`,
    `Store it with a ${field} that is one.`,
  );
}

function parseServer(
  fields: Fields,
  defaultPort: number,
  what: string,
): Omit<DatabaseAddress, 'database'> | Refusal {
  const text = requiredText(fields, 'host', what);
  if (isRefusal(text)) return text;
  const host = parseHost(text);
  if (host === undefined) {
    return unfit(
      'host',
      `host of ${what} is neither a DNS name nor an IP address`,
      'Store the bare name or address, without port, path, user or list.',
    );
  }
  const port = parsePort(fields['port'] ?? undefined, defaultPort);
  if (port === undefined) {
    return unfit('port', `port of ${what} is not a number from 1 to 65535`, 'Store one that is.');
  }
  const ssl = parseFlag(fields['ssl'] ?? undefined);
  if (ssl === 'unfit') {
    return unfit('ssl', `ssl of ${what} is neither true nor false`, 'Store one of them.');
  }
  return { host, port, ...(ssl !== undefined && { ssl }) };
}

/** A DNS name or an IP address in lower case; undefined for anything else. Shared with the settings. */
export function parseHost(text: string): string | undefined {
  // Some letters beyond ASCII have an ASCII lower case, such as the Kelvin sign.
  if (/[^!-~]/.test(text)) return undefined;
  const host = text.toLowerCase();
  if (/^[0-9a-f:.]+$/.test(host) && URL.canParse(`http://[${host}]/`)) return host;
  const labels = host.split('.');
  if (host.length > 253 || !labels.every((label) => /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/.test(label))) {
    return undefined;
  }
  // A name that ends in a number would be read as some spelling of an IPv4 address; only the usual one will do.
  const last = host.slice(host.lastIndexOf('.') + 1);
  if (!/^(\d+|0x[0-9a-f]*)$/.test(last)) return host;
  const isIpV4 =
    labels.length === 4 && labels.every((n) => /^(0|[1-9]\d{0,2})$/.test(n) && +n < 256);
  return isIpV4 ? host : undefined;
}

/** A port given as a number or as digits; undefined where it is neither. Shared with the settings. */
export function parsePort(value: unknown, fallback: number): number | undefined {
  if (value === undefined) return fallback;
  const port = typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value;
  const fit = typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= 65535;
  return fit ? port : undefined;
}

function parseDatabaseName(
  fields: Fields,
  fallback: string,
  what: string,
): { readonly name: string } | Refusal {
  const name = optionalText(fields, 'dbname', what) ?? fallback;
  if (isRefusal(name)) return name;
  const isConnectionString = name.includes('=') || name.includes('://');
  if (isConnectionString || name.length > 127 || /[\p{Cc}\p{Cs}\\]/u.test(name)) {
    return unfit(
      'dbname',
      `dbname of ${what} is not a database name`,
      'Store the bare name of the database; a connection string is never read.',
    );
  }
  return { name };
}

function parseFlag(value: unknown): boolean | undefined | 'unfit' {
  if (value === undefined || typeof value === 'boolean') return value;
  if (value === 'true') return true;
  return value === 'false' ? false : 'unfit';
}

function unfit(field: string, problem: string, remedy: string): Refusal {
  return refuse({ code: 'KEYTURN_INVALID_SECRET', field, message: `${capital(problem)}.`, remedy });
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
