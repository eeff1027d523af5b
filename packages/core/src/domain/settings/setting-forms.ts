import type { UserPair } from '../alternate-user.js';
import { parseHost, parsePort } from '../database-secret.js';
import { secretIdProblem } from '../secret-id.js';
import { checkUserName } from '../user-name.js';
import type { SettingForm } from './setting-row.js';

/** The longest database or user name in UTF-8 bytes. */
const MOST_NAME_BYTES = 127;
const MOST_SUFFIX_BYTES = 100;
const MOST_NUMBER = 999_999_999;
const LEAST_BYTES = 65_536;

const asIs = (text: string): string => text;

/** true or false; in the environment also yes, no, y, n, 1 and 0, in upper or lower case. */
export const flag: SettingForm<boolean> = {
  words: 'true or false',
  fromText(text) {
    if (/^(true|yes|y|1)$/i.test(text)) return true;
    return /^(false|no|n|0)$/i.test(text) ? false : undefined;
  },
  check: (value) => (typeof value === 'boolean' ? value : undefined),
};

/** A number from 0 to 999,999,999. */
export const wholeNumber: SettingForm<number> = number('a whole number', 0, MOST_NUMBER);

/** Milliseconds from 1 to 999,999,999. */
export const milliseconds = number('a whole number of milliseconds', 1, MOST_NUMBER);

/** An amount of data, from 65,536 to 999,999,999 bytes. */
export const bytes = number('a whole number of bytes, 65536 at least', LEAST_BYTES, MOST_NUMBER);

/** How many wrong passwords lock a user, as Redshift allows it to be set. */
export const lockoutLimit = number('a whole number from 2 to 50', 2, 50);

/** Of a server. */
export const port: SettingForm<number> = {
  ...number('a number from 1 to 65535', 1, 65_535),
  check: (value) => (typeof value === 'number' ? parsePort(value, 0) : undefined),
};

function number(words: string, least: number, most: number): SettingForm<number> {
  return {
    words,
    fromText: (text) => (/^\d{1,9}$/.test(text) ? Number(text) : undefined),
    check(value) {
      const fit = typeof value === 'number' && Number.isInteger(value);
      return fit && value >= least && value <= most ? value : undefined;
    },
  };
}

/** One of a few words, in exactly this spelling. */
export function oneOf<const T extends string>(...values: readonly T[]): SettingForm<T> {
  const words = `${values.slice(0, -1).join(', ')} or ${values.at(-1) ?? ''}`;
  return { words, fromText: asIs, check: (value) => values.find((known) => known === value) };
}

/** Any text for which `fits` holds. */
export function text(words: string, fits: (text: string) => boolean): SettingForm<string> {
  const check = (value: unknown): string | undefined =>
    typeof value === 'string' && fits(value) ? value : undefined;
  return { words, fromText: asIs, check };
}

/** The ARN or name of a secret. */
export const secretId = text(
  'the ARN or name of a secret',
  (value) => secretIdProblem(value) === undefined,
);

/** An address on the web. */
export const url = text('an http or https URL', (value) => {
  const parsed = URL.canParse(value) ? new URL(value) : undefined;
  return parsed !== undefined && /^https?:$/.test(parsed.protocol);
});

/** The end of a user name. */
export const nameSuffix = text(
  'one or more characters of a user name',
  (value) => checkUserName(value, MOST_SUFFIX_BYTES) === undefined,
);

/** A server's name or address, in lower case from here on. */
export const host: SettingForm<string> = {
  words: 'a DNS name or an IP address',
  fromText: asIs,
  check: (value) => (typeof value === 'string' ? parseHost(value) : undefined),
};

/** A list of names; in the environment separated by commas. */
export const names: SettingForm<readonly string[]> = {
  words: 'names of databases: a list in code, with commas between them in the variable',
  fromText: (value) => value.split(',').map((name) => name.trim()),
  check: (value) => (Array.isArray(value) && value.every(isName) ? [...value] : undefined),
};

/** Pairs of users; in the environment as JSON. A user in two pairs would have two alternates. */
export const userPairs: SettingForm<readonly UserPair[]> = {
  words: 'pairs of user names such as [["app_a","app_b"]], in the variable as JSON',
  fromText: parseJson,
  check(value) {
    if (!Array.isArray(value) || !value.every(isPair)) return undefined;
    const users = value.flat();
    return new Set(users).size === users.length
      ? value.map(([a, b]) => [a, b] as const)
      : undefined;
  },
};

function parseJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && checkUserName(value, MOST_NAME_BYTES) === undefined;
}

function isPair(value: unknown): value is UserPair {
  return Array.isArray(value) && value.length === 2 && value.every(isName);
}
