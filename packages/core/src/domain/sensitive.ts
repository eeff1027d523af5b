const REDACTED = '[redacted]';

/**
 * A text that must not be shown: a password, a secret value, a rotation token.
 * Printing, inspecting, concatenating or serialising it yields `[redacted]`; only `reveal()` gives the text.
 */
export class Sensitive {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself. Call it where the text leaves for the service or the database, and nowhere else. */
  reveal(): string {
    return this.#text;
  }

  equals(other: Sensitive): boolean {
    return this.#text === other.reveal();
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }
}
