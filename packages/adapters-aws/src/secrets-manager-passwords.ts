import { GetRandomPasswordCommand } from '@aws-sdk/client-secrets-manager';
import {
  SecretStoreError,
  Sensitive,
  systemClock,
  type Clock,
  type PasswordPolicy,
  type PasswordSource,
} from '@keyturn/core';
import { clientFrom, type ClientOptions, type SecretsManagerLike } from './client.js';
import { toStoreError } from './error-mapping.js';
import { withRetry } from './retry.js';

/** How {@link SecretsManagerPasswords} is built; all of it may be left out. */
export interface SecretsManagerPasswordsOptions extends ClientOptions {
  /** Paces the retries. Default: the machine's time. */
  readonly clock?: Clock;
}

/** Every character GetRandomPassword can use without spaces: printable ASCII. */
const PRINTABLE = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i));

/**
 * New passwords from GetRandomPassword. Needs secretsmanager:GetRandomPassword on `*` and one more call per
 * rotation than the local generator.
 */
export class SecretsManagerPasswords implements PasswordSource {
  readonly #client: SecretsManagerLike;
  readonly #clock: Clock;

  constructor(options: SecretsManagerPasswordsOptions = {}) {
    this.#client = clientFrom(options);
    this.#clock = options.clock ?? systemClock;
  }

  async generate({ length, alphabet, required }: PasswordPolicy): Promise<Sensitive> {
    const excluded = PRINTABLE.filter((character) => !alphabet.includes(character));
    const command = new GetRandomPasswordCommand({
      PasswordLength: length,
      ExcludeCharacters: excluded.join(''),
      // "Each type" of the service includes punctuation: asking for it where none is left would be refused.
      RequireEachIncludedType: required.length > 0,
      ...classesLeftOut(alphabet),
    });
    const { RandomPassword } = await withRetry(this.#clock, async () => {
      try {
        return await this.#client.send(command);
      } catch (error) {
        throw toStoreError(error, { operation: 'GetRandomPassword' });
      }
    });
    if (RandomPassword !== undefined) return new Sensitive(RandomPassword);
    throw new SecretStoreError({
      code: 'KEYTURN_STORE_UNAVAILABLE',
      message: 'GetRandomPassword answered without a password.',
      retryable: true,
    });
  }
}

function classesLeftOut(alphabet: string): {
  ExcludeLowercase: boolean;
  ExcludeUppercase: boolean;
  ExcludeNumbers: boolean;
  ExcludePunctuation: boolean;
} {
  return {
    ExcludeLowercase: !/[a-z]/.test(alphabet),
    ExcludeUppercase: !/[A-Z]/.test(alphabet),
    ExcludeNumbers: !/[0-9]/.test(alphabet),
    ExcludePunctuation: !/[^A-Za-z0-9]/.test(alphabet),
  };
}
