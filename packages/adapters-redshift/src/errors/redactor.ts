/** Takes secrets out of a text. */
export type Redact = (text: string) => string;

const REDACTED = '[redacted]';
const VERIFIERS = /md5[0-9a-f]{32}|SCRAM-SHA-256\$[0-9]+:[\w+/=]*\$[\w+/=]*:[\w+/=]*/gi;

/** Redacts the given secrets, and whatever looks like a stored form of a password. */
export function createRedactor(secrets: readonly string[]): Redact {
  // The longest first, so that one that contains another goes as a whole.
  const known = secrets.filter((secret) => secret !== '').sort((a, b) => b.length - a.length);
  return (text) =>
    known
      .reduce((rest, secret) => rest.replaceAll(secret, REDACTED), text)
      .replace(VERIFIERS, REDACTED);
}
