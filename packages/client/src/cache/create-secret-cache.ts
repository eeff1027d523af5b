import { InvalidInputError, Sensitive } from '@keyturn/core';
import { errorFrom, noValueTemplate } from '../errors.js';
import { systemClientClock, type ClientClock } from '../ports/client-clock.js';
import type { SecretReader, SecretReading } from '../ports/secret-reader.js';
import { refuseOption } from '../source/options.js';

/** How a secret cache is made. */
export interface SecretCacheOptions {
  readonly reader: SecretReader;
  /** How old a value may become, in milliseconds. Default 300,000. */
  readonly maxAgeMs?: number | undefined;
  /** The least time between two reads of one secret after refusals, in milliseconds. Default 1,000. */
  readonly refusalPauseMs?: number | undefined;
  /** Default: the machine's time. */
  readonly clock?: ClientClock | undefined;
}

/** The value of one version. */
export interface CachedSecret {
  readonly secretId: string;
  readonly versionId: string;
  readonly text: Sensitive;
  /** A field of a secret that is a JSON object. @throws InvalidInputError that names the field and quotes nothing */
  field(name: string): Sensitive;
}

/** The values of secrets that are no database credentials, such as API keys. */
export interface SecretCache {
  /**
   * The AWSCURRENT value: from memory where it is fresh, read once for all callers otherwise. Between half and all of
   * its age it is read again behind the callers, and a value that is known is given while the secret cannot be read.
   * @throws KeyturnError `KEYTURN_STORE_*`, `KEYTURN_NO_CURRENT_VALUE` where nothing is known
   */
  get(secretId: string): Promise<CachedSecret>;
  /**
   * Reports that a service has refused this value, and reads AWSCURRENT again, once for all who report it.
   * @returns the new value; undefined where AWSCURRENT is still the refused version, so that trying again is no use
   */
  refused(secret: CachedSecret): Promise<CachedSecret | undefined>;
}

/** Of how many secrets something is kept; beyond that the one asked for longest ago is read anew when it is wanted. */
const MOST_SECRETS = 1_000;

interface Entry {
  secret?: CachedSecret;
  refreshAt: number;
  expiresAt: number;
  refusalReadAt: number;
  reading?: Promise<CachedSecret> | undefined;
}

/**
 * Makes a cache of 1,000 secrets at most. Nothing is read before it is asked for, and no timer runs.
 * @throws InvalidInputError `KEYTURN_INVALID_SETTING` that names the option
 * @example
 * const cache = createSecretCache({ reader: secretsManagerReader() });
 * const key = (await cache.get('stripe')).field('apiKey').reveal();
 */
export function createSecretCache(options: SecretCacheOptions): SecretCache {
  const { reader, clock = systemClientClock, maxAgeMs = 300_000, refusalPauseMs = 1_000 } = options;
  if (typeof (reader as Partial<SecretReader> | undefined)?.read !== 'function') {
    refuseOption('reader', 'a SecretReader, such as secretsManagerReader()');
  }
  for (const [field, value] of Object.entries({ maxAgeMs, refusalPauseMs })) {
    if (!(value >= 0 && value < Infinity)) refuseOption(field, 'a number of milliseconds from 0');
  }
  const entries = new Map<string, Entry>();
  const entryOf = (secretId: string): Entry => {
    const entry = entries.get(secretId) ?? { refreshAt: 0, expiresAt: 0, refusalReadAt: -Infinity };
    // A Map keeps the order in which keys came.
    entries.delete(secretId);
    entries.set(secretId, entry);
    const [oldest] = entries.keys();
    if (entries.size > MOST_SECRETS && oldest !== undefined) entries.delete(oldest);
    return entry;
  };

  const read = (secretId: string, entry: Entry, fresh: boolean): Promise<CachedSecret> => {
    const work = async () => {
      try {
        const reading = await reader.read({ secretId, label: 'AWSCURRENT', fresh });
        if (reading === undefined) throw errorFrom(noValueTemplate(secretId));
        const now = clock.now();
        entry.secret = toSecret(secretId, reading);
        entry.refreshAt = now + maxAgeMs * (0.5 + clock.random() / 2);
        entry.expiresAt = now + maxAgeMs;
        return entry.secret;
      } finally {
        entry.reading = undefined;
      }
    };
    entry.reading ??= work();
    return entry.reading;
  };

  return {
    async get(secretId) {
      const entry = entryOf(secretId);
      const { secret } = entry;
      const now = clock.now();
      if (secret === undefined) return read(secretId, entry, false);
      if (now < entry.refreshAt) return secret;
      if (now < entry.expiresAt) {
        read(secretId, entry, false).catch(() => {});
        return secret;
      }
      return read(secretId, entry, false).catch(() => secret);
    },

    async refused({ secretId, versionId }) {
      const entry = entryOf(secretId);
      const known = entry.secret;
      // Somebody else has reported it already.
      if (known !== undefined && known.versionId !== versionId) return known;
      const now = clock.now();
      if (entry.reading === undefined && now - entry.refusalReadAt < refusalPauseMs)
        return undefined;
      entry.refusalReadAt = now;
      const secret = await read(secretId, entry, true);
      return secret.versionId === versionId ? undefined : secret;
    },
  };
}

function toSecret(secretId: string, { versionId, text }: SecretReading): CachedSecret {
  return {
    secretId,
    versionId,
    text,
    field(name) {
      const value = fieldOf(text, name);
      if (value !== undefined) return new Sensitive(value);
      throw new InvalidInputError({
        code: 'KEYTURN_INVALID_SECRET',
        field: name,
        message: `${name} of the AWSCURRENT version of ${secretId} is not a text of a JSON object.`,
        remedy: `Store it as one, or read the whole text.`,
        secretId,
        versionId,
      });
    },
  };
}

function fieldOf(text: Sensitive, name: string): string | undefined {
  try {
    const fields: unknown = JSON.parse(text.reveal());
    if (typeof fields !== 'object' || fields === null || !Object.hasOwn(fields, name)) return;
    const value = (fields as Readonly<Record<string, unknown>>)[name];
    return typeof value === 'string' ? value : undefined;
  } catch {
    // The parser's message quotes the text.
    return undefined;
  }
}
