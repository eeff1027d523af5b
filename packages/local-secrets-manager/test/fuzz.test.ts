import { request } from 'node:http';
import { connect } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { type LocalSecretsManager, startSecretsManager } from '../src/index.js';
import { operations } from '../src/operations/index.js';

const FIELDS = [
  ...['SecretId', 'Name', 'ClientRequestToken', 'SecretString', 'SecretBinary', 'VersionStages'],
  ...['VersionStage', 'VersionId', 'RemoveFromVersionId', 'MoveToVersionId', 'RotationRules'],
  ...['RotationLambdaARN', 'Tags', 'TagKeys', 'Filters', 'NextToken', 'MaxResults', 'SortBy'],
  ...['ResourcePolicy', 'PasswordLength', 'ExcludeCharacters', 'RecoveryWindowInDays'],
  ...['AddReplicaRegions', 'SecretIdList', 'Description', 'RotateImmediately', '__proto__'],
];

describe('requests nobody meant to send', () => {
  let manager: LocalSecretsManager;

  beforeAll(async () => {
    manager = await startSecretsManager();
  });
  afterAll(() => manager.close());

  const send = (headers: Record<string, string>, body: string | Buffer, method = 'POST') =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      const { port } = manager;
      const sent = request({ host: '127.0.0.1', port, method, headers }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      });
      sent.on('error', reject).end(body);
    });

  const lives = async () => {
    const { status } = await send({ 'x-amz-target': 'secretsmanager.ListSecrets' }, '{}');
    expect(status).toBe(200);
  };

  const value = fc.oneof(
    fc.jsonValue(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('a', 'a-b1c2d3', 'x'.repeat(32), 'arn:aws:secretsmanager:us-east-1:1:secret:a'),
    fc.array(fc.record({ Key: fc.jsonValue(), Value: fc.jsonValue() })),
    fc.integer({ min: -10, max: 5000 }),
  );
  const body = fc.oneof(
    fc.dictionary(fc.constantFrom(...FIELDS), value).map((fields) => JSON.stringify(fields)),
    fc.json(),
    fc.string({ unit: 'binary' }),
  );
  const target = fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...Object.keys(operations)) },
    { weight: 1, arbitrary: fc.constantFrom('constructor', '__proto__', 'Nothing', '', 'a b') },
  );

  it('get an answer or an error of the service, and leave it alive', async () => {
    await fc.assert(
      fc.asyncProperty(target, body, async (operation, text) => {
        const answer = await send({ 'x-amz-target': `secretsmanager.${operation}` }, text);
        const parsed = JSON.parse(answer.text) as Record<string, unknown>;
        if (answer.status !== 200) {
          expect(answer.status).toBe(400);
          expect(parsed['__type']).toMatch(/^\w+(Exception|Failure)$/);
          expect(typeof (parsed['Message'] ?? parsed['message'])).toBe('string');
        }
      }),
      { numRuns: 1500 },
    );
    await lives();
  });

  const headerText = fc.stringMatching(/^[ -~]{0,40}$/);
  it('may have any header and method', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          'x-amz-target': headerText,
          authorization: headerText,
          'content-type': headerText,
        }),
        fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'OPTIONS'),
        async (headers, method) => {
          const { status, text } = await send(headers, method === 'POST' ? '{}' : '', method);
          expect(status).toBe(400);
          expect(JSON.parse(text)).toMatchObject({ __type: 'UnknownOperationException' });
        },
      ),
      { numRuns: 200 },
    );
    await lives();
  });

  it('may be far too large', async () => {
    const { status } = await send(
      { 'x-amz-target': 'secretsmanager.CreateSecret' },
      'x'.repeat(2_000_000),
    );
    expect(status).toBe(413);
    await lives();
  });

  it('may be nested deeper than anything', async () => {
    const lines: unknown[] = [];
    const logged = await startSecretsManager({
      onRequest: (entry) => lines.push(JSON.stringify(entry)),
    });
    for (const field of FIELDS) {
      const body = `{"${field}":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
      const headers = { 'x-amz-target': 'secretsmanager.RotateSecret' };
      const { status } = await fetch(logged.endpoint, { method: 'POST', headers, body });
      expect(status).toBe(400);
    }
    expect(lines).toHaveLength(FIELDS.length);
    await logged.close();
  });

  it.each(['gzip', 'br', 'identity'])('may say that it is encoded as %s', async (encoding) => {
    const body = '{"MaxResults":1}';
    const encode = { gzip: gzipSync, br: brotliCompressSync }[encoding];
    const headers = { 'x-amz-target': 'secretsmanager.ListSecrets', 'content-encoding': encoding };
    const { status, text } = await send(headers, encode?.(body) ?? body);
    const answered = status === 200 ? 200 : (JSON.parse(text) as Record<string, unknown>)['__type'];
    expect(answered).toBe(encoding === 'identity' ? 200 : 'SerializationException');
    await lives();
  });

  it.each([
    ['a number that no machine holds', '{"MaxResults":1e999}'],
    ['a number with too many digits', `{"MaxResults":${'9'.repeat(400)}}`],
    ['a fraction', '{"MaxResults":1.5}'],
    ['half a character', '{"SecretId":"\\ud800"}'],
    ['the character zero', '{"SecretId":"a\\u0000b"}'],
    ['a zero byte', '{"SecretId":"a\u0000b"}'],
    ['a byte order mark', '\ufeff{"SecretId":"a"}'],
    ['two documents', '{}{}'],
    ['half a document', '{"SecretId":"a'],
    ['a list', '[]'],
    ['nothing but null', 'null'],
  ])('may hold %s', async (_, body) => {
    for (const operation of Object.keys(operations)) {
      const answer = await send({ 'x-amz-target': `secretsmanager.${operation}` }, body);
      expect([200, 400]).toContain(answer.status);
      if (answer.status === 400) {
        const parsed = JSON.parse(answer.text) as Record<string, unknown>;
        expect(parsed['__type']).toMatch(/Exception$/);
      }
    }
    await lives();
  });

  it.each([
    'GET / HTTP/9.9\r\n\r\n',
    'nonsense\r\n\r\n',
    'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    `POST / HTTP/1.1\r\nHost: a\r\nX-Amz-Target: ${'a'.repeat(100_000)}\r\n\r\n`,
    'POST http://[ HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nContent-Length: 0\r\n\r\n',
  ])('may be no HTTP at all: %j', async (bytes) => {
    await new Promise<void>((resolve) => {
      const socket = connect(manager.port, '127.0.0.1', () => socket.end(bytes));
      socket
        .on('error', () => resolve())
        .on('close', () => resolve())
        .resume();
    });
    await lives();
  });

  it('may break off in the middle', async () => {
    await new Promise<void>((resolve) => {
      const headers = { 'content-length': '1000', 'x-amz-target': 'secretsmanager.ListSecrets' };
      const sent = request({ host: '127.0.0.1', port: manager.port, method: 'POST', headers });
      sent.on('error', () => resolve());
      sent.write('{', () => sent.destroy(new Error('gone')));
    });
    await lives();
  });
});
