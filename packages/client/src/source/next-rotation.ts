import { KeyturnError } from '@keyturn/core';
import type { Announcer } from './events.js';
import type { SourceSettings } from './options.js';

/** NextRotationDate, asked for beside the sign-ins: nobody waits for it, and no one needs it. */
export class NextRotation {
  readonly #settings: SourceSettings;
  readonly #announcer: Announcer;
  #at: number | undefined;
  #versionId: string | undefined;
  /** The right to ask is missing, which another request would not change. */
  #isDenied = false;

  constructor(settings: SourceSettings, announcer: Announcer) {
    this.#settings = settings;
    this.#announcer = announcer;
  }

  /** Epoch milliseconds. */
  get known(): number | undefined {
    return this.#at;
  }

  /** Asks where a new version or the passing of the date makes the answer worth having. */
  learn(versionId: string, then: () => void): void {
    const { reader, clock } = this.#settings;
    const isKnown =
      this.#versionId === versionId && (this.#at === undefined || this.#at > clock.now());
    if (this.#isDenied || reader.nextRotation === undefined || isKnown) return;
    this.#versionId = versionId;
    void this.#ask(reader.nextRotation.bind(reader), then);
  }

  async #ask(
    nextRotation: (request: { readonly secretId: string }) => Promise<number | undefined>,
    then: () => void,
  ): Promise<void> {
    const { secretId } = this.#settings;
    this.#announcer.count('descriptions');
    try {
      this.#at = await nextRotation({ secretId });
      then();
    } catch (thrown) {
      this.#at = undefined;
      const code = KeyturnError.is(thrown) ? thrown.code : 'KEYTURN_STORE_UNAVAILABLE';
      this.#isDenied = code === 'KEYTURN_STORE_ACCESS_DENIED';
      if (!this.#isDenied) this.#versionId = undefined;
      this.#announcer.emit({ kind: 'refresh-failed', secretId, reason: 'age', code });
    }
  }
}
