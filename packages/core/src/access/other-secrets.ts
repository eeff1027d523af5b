import {
  HOST_SETTINGS,
  SET_HOST,
  parseHost,
  type SuperuserAddress,
} from '../domain/database-secret.js';
import { noCurrentValue } from '../domain/decide-admission.js';
import { refuse } from '../domain/refusal.js';
import type { Sensitive } from '../domain/sensitive.js';
import { AWSCURRENT } from '../domain/staging-label.js';
import { KeyturnError, refusalToError, SecretStoreError } from '../errors.js';
import type { EndpointLocator, PreferredServer } from '../ports/endpoint-locator.js';
import type { SecretStore } from '../ports/secret-store.js';
import type { RotationRecord } from './rotation-memory.js';

/** What other secrets are read with. */
export interface OtherSecretsParts {
  readonly store: SecretStore;
  readonly secrets: Set<Sensitive>;
  readonly memory: RotationRecord;
  readonly locator?: EndpointLocator | undefined;
  /** How long a look-up may take, in milliseconds; asked for when it begins. */
  readonly timeoutMs: () => number;
}

/** The AWSCURRENT text of a secret, and which secret the store resolved its name to. */
export interface OtherSecret {
  readonly secretArn: string;
  readonly text: Sensitive;
}

/** Other secrets than the one to be rotated, such as the superuser's, and their servers. Lives for one step. */
export class OtherSecrets {
  readonly #parts: OtherSecretsParts;
  readonly #reads = new Map<string, Promise<OtherSecret>>();

  constructor(parts: OtherSecretsParts) {
    this.#parts = parts;
  }

  /** The AWSCURRENT value. Read once. Throws where it cannot be read or has no text. */
  read(secretId: string): Promise<OtherSecret> {
    let read = this.#reads.get(secretId);
    if (read === undefined) {
      read = this.#readCurrent(secretId);
      // Whoever asks for it gets the failure; a secret that was read ahead may never be asked for.
      read.catch(() => undefined);
      this.#reads.set(secretId, read);
    }
    return read;
  }

  /**
   * Where its tags say that its server is; undefined where nobody can tell. Asked for once per rotation where that is
   * the preferred server: any other is refused, and asked for again once somebody has corrected it.
   */
  async findServer(
    secretId: string,
    { host, port }: PreferredServer,
  ): Promise<SuperuserAddress | undefined> {
    const { locator, memory, timeoutMs } = this.#parts;
    if (locator === undefined) return undefined;
    const key = JSON.stringify([secretId, host, port]);
    const known = memory.server(key);
    if (known !== undefined) return known;
    const tags = await this.#readTags(secretId);
    const preferred = { host, port };
    const server = await locator.locate({ tags, preferred, timeoutMs: timeoutMs() });
    if (server.port === port && parseHost(server.host) === host) memory.keepServer(key, server);
    return server;
  }

  async #readCurrent(secretId: string): Promise<OtherSecret> {
    const value = await this.#parts.store.readValue({ secretId, label: AWSCURRENT });
    if (value?.kind !== 'text') {
      throw refusalToError(
        refuse({
          ...noCurrentValue,
          code: 'KEYTURN_SUPERUSER_SECRET_UNFIT',
          message: `The superuser secret has no ${value === undefined ? 'AWSCURRENT value' : 'text value, only a binary one'}.`,
          remedy: 'Store the superuser credential in it as SecretString, a JSON object.',
        }),
      );
    }
    this.#parts.secrets.add(value.text);
    return { secretArn: value.secretArn, text: value.text };
  }

  /** Needed for nothing else, so the function's role may lack the permission to it. */
  async #readTags(secretId: string): Promise<ReadonlyMap<string, string>> {
    try {
      return (await this.#parts.store.describe({ secretId })).tags ?? new Map();
    } catch (error) {
      if (!KeyturnError.is(error, 'KEYTURN_STORE_ACCESS_DENIED')) throw error;
      throw new SecretStoreError({
        code: error.code,
        message: `The superuser secret has no host, and the function may not read the tags that name its server: secretsmanager:DescribeSecret on ${secretId} is denied.`,
        remedy: `Allow it to the role that runs this, or ${SET_HOST}.`,
        settings: HOST_SETTINGS,
        secretId,
        cause: error,
      });
    }
  }
}
