import {
  CreateSecretCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { startSecretsManager, type FunctionEvent } from '../../src/index.js';
import { clientFor } from '../client.js';
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
    const shown = redact(said, {
      secrets: [secretOf(JSON.stringify({ ...FIELDS, password: PASSWORD }))],
    });
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
    expect(redact(`at ${value}!`, { secrets: [secretOf(text)] })).toBe('at [redacted]!');
  });

  const hex = (byte: number) => byte.toString(16).padStart(2, '0');
  const UMLAUT = `Größe's <${PASSWORD}> & Co`;

  it.each<[string, (secret: string) => string]>([
    ['in JSON in JSON', (secret) => JSON.stringify(JSON.stringify(secret))],
    ['in a URL', encodeURIComponent],
    ['in a form', (secret) => new URLSearchParams({ x: secret }).toString()],
    ['in SQL', (secret) => secret.replaceAll("'", "''")],
    ['in HTML', (secret) => secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;')],
    ['in base64', (secret) => Buffer.from(secret).toString('base64')],
    ['in base64 behind a user', (secret) => Buffer.from(`u:${secret}`).toString('base64url')],
    ['in hexadecimal digits', (secret) => Buffer.from(secret).toString('hex').toUpperCase()],
    ['in a dump', (secret) => [...Buffer.from(secret)].map(hex).join(' ')],
    ['as a list of bytes', (secret) => JSON.stringify([...Buffer.from(secret)])],
    ['in small letters', (secret) => secret.toLowerCase()],
    ['in capitals', (secret) => secret.toUpperCase()],
  ])('hides a value %s', (_, spell) => {
    for (const password of [PASSWORD, UMLAUT]) {
      const secret = secretOf(JSON.stringify({ password }));
      const shown = redact(`at ${spell(password)}!`, { secrets: [secret] }).toLowerCase();
      // Its ends may share a digit with what is around.
      for (const stretch of stretches(spell(password).toLowerCase().slice(4, -4))) {
        expect(shown).not.toContain(stretch);
      }
      expect(redact(`at ${spell(password)}!`, { secrets: [], others: [secret] })).toContain(
        '[redacted]',
      );
    }
  });

  it.each([
    ['a number', { pin: 12345678901 }, '12345678901'],
    [
      'a number of more digits than are exact',
      '{"pin":12345678901234567890}',
      '12345678901234567890',
    ],
    ['a number in a list under a plain key', { port: [12345678901] }, '12345678901'],
    [
      'a text under a plain key deep within',
      { a: { b: ['Secret-in-a-list'] } },
      'Secret-in-a-list',
    ],
  ])('hides %s of a document', (_, document, value) => {
    const text = typeof document === 'string' ? document : JSON.stringify(document);
    expect(redact(`at ${value}!`, { secrets: [secretOf(text)] })).toBe('at [redacted]!');
  });

  it('keeps 16,384 characters of an error, and no beginning of a value at the cut', () => {
    const secrets = [secretOf(JSON.stringify({ password: PASSWORD }))];
    for (let shown = 0; shown < PASSWORD.length; shown++) {
      const said = `${'x'.repeat(16_384 - shown)}${PASSWORD} and more`;
      const kept = redact(said, { secrets });
      expect(kept.length).toBeLessThanOrEqual(16_384 + 6);
      expect(kept).not.toContain('Ab');
    }
  });

  it.each([
    ['the password of another secret, as of the superuser', 'boss', 'Another-Secret-9'],
    ['its own new value', 'own', 'Newest-Secret-9'],
    ['a value that it has replaced', 'own', 'First-Secret-9'],
    ['its rotation token', 'token', ''],
  ])('tells nobody %s that a function fails with', async (_, where, password) => {
    let token = '';
    const told: string[] = [];
    const manager = await startSecretsManager({
      onStep: ({ error }) => void told.push(String(error)),
      onAudit: (event) => void told.push(JSON.stringify(event)),
      rotation: { attempts: 1 },
    });
    const RotationLambdaARN = manager.registerFunction(
      'fails',
      async ({ Step, SecretId, ClientRequestToken, RotationToken }: FunctionEvent) => {
        token = RotationToken;
        if (where === 'own' && Step === 'createSecret') {
          const SecretString = JSON.stringify({ password: 'Newest-Secret-9' });
          const VersionStages = ['AWSPENDING'];
          const input = {
            SecretId,
            ClientRequestToken,
            SecretString,
            VersionStages,
            RotationToken,
          };
          await client.send(new PutSecretValueCommand(input));
        }
        throw new Error(`cannot use ${where === 'token' ? token : password.toUpperCase()}`);
      },
    );
    const client = clientFor(manager);
    try {
      const put = (Name: string, value: string) =>
        client.send(
          new CreateSecretCommand({ Name, SecretString: JSON.stringify({ password: value }) }),
        );
      await put('boss', 'Another-Secret-9');
      await put('own', 'First-Secret-9');
      await client.send(
        new RotateSecretCommand({
          SecretId: 'own',
          RotationLambdaARN,
          RotationRules: { AutomaticallyAfterDays: 1 },
        }),
      );
      const report = await manager.waitForRotation('own');
      told.push(JSON.stringify(report));
      expect(report.outcome).toBe('failed');
      expect(report.error).toContain('cannot use [redacted]');
      const secret = where === 'token' ? token : password;
      expect(told.join('\n').toLowerCase()).not.toContain(secret.toLowerCase());
    } finally {
      await manager.close();
    }
  });

  it('hides a value that is nested 100,000 levels deep', () => {
    const text = `${'['.repeat(100_000)}"Secret-in-a-list"${']'.repeat(100_000)}`;
    expect(redact('at Secret-in-a-list', { secrets: [secretOf(text)] })).toBe('at [redacted]');
  });

  it('neither multiplies a text nor hides its own words, whatever the values', () => {
    const values = ['redacted', '[redacted]', 'edacted]', '***', 'acte', 'reda', 'cted'];
    const secret = { secrets: [secretOf(JSON.stringify({ values }))] };
    const said = 'redacted'.repeat(200);
    expect(redact(said, secret)).toBe('[redacted]');
    expect(redact('reda', secret)).toBe('***');
  });

  it('leaves addresses, names and short words', () => {
    const secret = {
      secrets: [secretOf(JSON.stringify({ ...FIELDS, password: PASSWORD, no: 'abc' }))],
    };
    const said = 'sheep cannot sign in at cluster.example with abc';
    expect(redact(said, secret)).toBe(said);
    expect(redact(said, { secrets: [] })).toBe(said);
  });
});
