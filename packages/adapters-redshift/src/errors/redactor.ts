import { createRedactor as redactorOf } from '@keyturn/core/adapter';

/**
 * Takes secrets out of a text of the server or the driver, or leaves the text out where a secret is too short to be
 * told from it. `more` are secrets that this text alone may hold.
 */
export type Redact = (text: string, more?: readonly string[]) => string;

/** Redacts the given passwords, and whatever looks like a stored form of one. */
export function createRedactor(passwords: readonly string[]): Redact {
  const { foreign } = redactorOf({ passwords });
  return (text, more = []) =>
    more.length === 0
      ? foreign(text)
      : redactorOf({ passwords: [...passwords, ...more] }).foreign(text);
}

const VERIFIERS = /md5([0-9a-f]{32})|SCRAM-SHA-256\$\d+:([\w+/=]+)\$([\w+/=]+):([\w+/=]+)/g;

/** The digits of the verifiers in a statement, so that no stretch of them is shown where its text is quoted. */
export function verifiersIn(sql: string): readonly string[] {
  return [...sql.matchAll(VERIFIERS)].flatMap((match) =>
    match.slice(1).filter((digits): digits is string => digits !== undefined),
  );
}
