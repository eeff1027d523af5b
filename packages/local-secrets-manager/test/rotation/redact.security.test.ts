import { redact } from '../../src/rotation/redact.js';
import type { Secret } from '../../src/model/secret.js';

const PASSWORD = 'Ab3$efgh"1jKlmn0pQ';
const FIELDS = { engine: 'redshift', host: 'cluster.example', username: 'sheep' };

/** As much of a secret as matters here. */
function secretOf(...texts: readonly string[]): Secret {
  const versions = texts.map((text) => ({ value: { kind: 'string', text } }));
  return { versions } as unknown as Secret;
}

const stretches = (text: string) =>
  Array.from({ length: text.length - 7 }, (_, at) => text.slice(at, at + 8));

describe('6: No secret value stands in any text, and redaction stays linear', () => {
  it.each([
    ['whole', PASSWORD],
    ['in JSON', JSON.stringify({ password: PASSWORD })],
    ['without its beginning', `..."${PASSWORD.slice(3)}" is not valid JSON`],
    ['without its end', `Unexpected token, "${PASSWORD.slice(0, 10)}"...`],
    ['twice in a row', PASSWORD + PASSWORD],
  ])('hides a password in the error of a function: %s', (_, said) => {
    const shown = redact(said, secretOf(JSON.stringify({ ...FIELDS, password: PASSWORD })));
    for (const stretch of stretches(PASSWORD)) expect(shown).not.toContain(stretch);
    expect(shown).toMatch(/\[redacted\]|\*\*\*/);
    expect(shown.length).toBeLessThanOrEqual(said.length);
  });

  it.each([
    ['a text that is no JSON', 'not JSON at all'],
    ['broken JSON', `{"password":"${'Broken-Secret-1'}`],
    ['a number', '12345678901'],
    ['a list', '["Secret-in-a-list"]'],
    ['deep within', `{"a":[{"host":["Secret-in-a-list"]}]}`],
  ])('hides %s', (_, text) => {
    const value = /Secret-in-a-list/.exec(text)?.[0] ?? text;
    expect(redact(`at ${value}!`, secretOf(text))).toBe('at [redacted]!');
  });

  it('hides a value that is nested 100,000 levels deep', () => {
    const text = `${'['.repeat(100_000)}"Secret-in-a-list"${']'.repeat(100_000)}`;
    expect(redact('at Secret-in-a-list', secretOf(text))).toBe('at [redacted]');
  });

  it('neither multiplies a text nor hides its own words, whatever the values', () => {
    const values = ['redacted', '[redacted]', 'edacted]', '***', 'acte', 'reda', 'cted'];
    const secret = secretOf(JSON.stringify({ values }));
    const said = 'redacted'.repeat(200);
    expect(redact(said, secret)).toBe('[redacted]');
    expect(redact('reda', secret)).toBe('***');
  });

  it('leaves addresses, names and short words', () => {
    const secret = secretOf(JSON.stringify({ ...FIELDS, password: PASSWORD, no: 'abc' }));
    const said = 'sheep cannot sign in at cluster.example with abc';
    expect(redact(said, secret)).toBe(said);
    expect(redact(said, undefined)).toBe(said);
  });
});
