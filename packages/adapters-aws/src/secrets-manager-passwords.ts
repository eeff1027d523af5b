import { GetRandomPasswordCommand } from '@aws-sdk/client-secrets-manager';
import { SecretStoreError, Sensitive } from '@keyturn/core';
import { meetsPolicy, type PasswordPolicy, type PasswordSource } from '@keyturn/core/adapter';
import { createSend, present, type RequestOptions, type Send } from './requests.js';

/** How {@link SecretsManagerPasswords} is built; all of it may be left out. */
export type SecretsManagerPasswordsOptions = RequestOptions;

/** Every character GetRandomPassword can use without spaces: printable ASCII. */
const PRINTABLE = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i));

const PLACE = { operation: 'GetRandomPassword' } as const;

/**
 * New passwords from GetRandomPassword. Needs secretsmanager:GetRandomPassword on `*` and one more call per
 * rotation than the local generator.
 */
export class SecretsManagerPasswords implements PasswordSource {
  readonly #send: Send;

  /** @throws TypeError for something that is not a client, and where both a client and a configuration are given. */
  constructor(options: SecretsManagerPasswordsOptions = {}) {
    this.#send = createSend(options);
  }

  async generate(policy: PasswordPolicy): Promise<Sensitive> {
    const { RandomPassword } = await this.#send(PLACE, (client) =>
      client.send(new GetRandomPasswordCommand(requestFor(policy))),
    );
    const password = present(RandomPassword, 'RandomPassword', PLACE);
    if (meetsPolicy(password, policy)) return new Sensitive(password);
    throw new SecretStoreError({
      code: 'KEYTURN_STORE_REFUSED',
      message: 'GetRandomPassword gave a password that does not meet the policy it was asked for.',
      remedy: 'Nothing was stored; check which server the endpoint leads to.',
      retryable: true,
    });
  }
}

function requestFor({ length, alphabet }: PasswordPolicy) {
  const excluded = PRINTABLE.filter((character) => !alphabet.includes(character)).join('');
  return {
    PasswordLength: length,
    ...(excluded !== '' && { ExcludeCharacters: excluded }),
    // Stricter than the policy where punctuation is allowed and not required, and never laxer.
    RequireEachIncludedType: true,
    // A class of which nothing is left must not count as included.
    ExcludeLowercase: !/[a-z]/.test(alphabet),
    ExcludeUppercase: !/[A-Z]/.test(alphabet),
    ExcludeNumbers: !/[0-9]/.test(alphabet),
    ExcludePunctuation: !/[^A-Za-z0-9]/.test(alphabet),
  };
}
