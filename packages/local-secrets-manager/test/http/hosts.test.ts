import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createOwnHosts } from '../../src/http/own-hosts.js';
import { type LocalSecretsManager, startSecretsManager } from '../../src/index.js';
import { sendRaw } from './raw-request.js';

describe('a local Secrets Manager on 127.0.0.1', () => {
  let manager: LocalSecretsManager;

  beforeAll(async () => {
    const allowHosts = ['secrets-manager', 'Host.Docker.Internal.', '10.0.0.7', '[fd00::7]'];
    manager = await startSecretsManager({ allowHosts });
    const value = { SecretString: 'mine', ClientRequestToken: '1'.repeat(32) };
    manager.call('CreateSecret', { Name: 'db', ...value });
  });
  afterAll(() => manager.close());

  const read = (line: string, ...headers: readonly string[]) =>
    sendRaw(
      manager.port,
      [line, ...headers, 'X-Amz-Target: secretsmanager.GetSecretValue'],
      '{"SecretId":"db"}',
    );

  it.each([
    'localhost',
    'localhost:5100',
    'localhost:',
    'LocalHost.:5100',
    '127.0.0.1',
    '127.0.0.1:1',
    '127.8.9.10',
    '[::1]:65535',
    '[0:0:0:0:0:0:0:1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
  ])('answers as %s', async (host) => {
    await expect(read('POST / HTTP/1.1', `Host: ${host}`)).resolves.toMatchObject({ status: 200 });
    const state = await sendRaw(manager.port, ['GET /_keyturn/state HTTP/1.1', `Host: ${host}`]);
    expect(state.status).toBe(200);
  });

  it.each([
    'secrets-manager:5100',
    'SECRETS-MANAGER',
    'host.docker.internal:5100',
    '10.0.0.7:5100',
    '[fd00:0::7]:5100',
  ])('answers as %s, which it was allowed', async (host) => {
    await expect(read('POST / HTTP/1.1', `Host: ${host}`)).resolves.toMatchObject({ status: 200 });
  });

  it.each([
    ['HTTP/1.0', ['POST / HTTP/1.0', 'Host: localhost']],
    ['a target with the host in it', ['POST http://localhost:5100/ HTTP/1.1', 'Host: localhost']],
    ['a target without a path', ['POST http://localhost:5100 HTTP/1.1', 'Host: localhost']],
    ['an address that somebody typed', ['POST / HTTP/1.1', 'Host: ::1', 'Sec-Fetch-Site: none']],
  ])('answers %s', async (_, [line = '', ...headers]) => {
    await expect(read(line, ...headers)).resolves.toMatchObject({ status: 200 });
  });

  it('finds a control route by a target with the host in it', async () => {
    const line = 'GET http://127.0.0.1:5100/_keyturn/health HTTP/1.1';
    const { status, text } = await sendRaw(manager.port, [line, 'Host: 127.0.0.1:5100']);
    expect(status).toBe(200);
    expect(text).toContain('{"ok":true}');
  });

  it('answers a request as the AWS CLI and boto3 send it', async () => {
    const answer = await read(
      'POST / HTTP/1.1',
      `Host: 127.0.0.1:${manager.port}`,
      'Accept-Encoding: identity',
      'Content-Type: application/x-amz-json-1.1',
      'User-Agent: aws-cli/1.44.1 md/Botocore#1.42.1 ua/2.1 os/linux lang/python#3.11.2',
      'X-Amz-Date: 20261128T120000Z',
      'Authorization: AWS4-HMAC-SHA256 Credential=any/20261128/us-east-1/secretsmanager/aws4_request, ' +
        'SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=0',
      'amz-sdk-invocation-id: 1',
      'amz-sdk-request: attempt=1',
    );
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('"SecretString":"mine"');
  });

  it.each(['127.0.0.1', 'localhost'])('answers the AWS SDK at %s', async (host) => {
    const client = new SecretsManagerClient({
      endpoint: `http://${host}:${manager.port}`,
      region: manager.region,
      credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
      maxAttempts: 1,
    });
    const answer = await client.send(new GetSecretValueCommand({ SecretId: 'db' }));
    expect(answer.SecretString).toBe('mine');
    client.destroy();
  });

  it('says how to have another host answered', async () => {
    const { text } = await read('POST / HTTP/1.1', 'Host: elsewhere:5100');
    expect(text).toContain('AccessDeniedException');
    expect(text).toContain('--allow-host');
    expect(text).toContain('elsewhere:5100');
  });
});

describe('the hosts of a service', () => {
  it.each([
    ['10.0.0.7', '10.0.0.7:5100', '10.0.0.7'],
    ['0.0.0.0', '172.17.0.2:5100', '172.17.0.2'],
    ['::', '172.17.0.2:5100', '::ffff:172.17.0.2'],
    ['::', '[fd00::2]:5100', 'fd00::2'],
    ['0.0.0.0', '0.0.0.0:5100', '127.0.0.1'],
    ['db.test', 'DB.test:5100', '10.0.0.7'],
  ])('include those of a listener on %s: %s', (listensOn, host, localAddress) => {
    expect(createOwnHosts(listensOn).include(host, localAddress)).toBe(true);
  });

  it.each([
    ['0.0.0.0', 'rebound.example:5100', '172.17.0.2'],
    ['0.0.0.0', '172.17.0.3', '172.17.0.2'],
    ['::', '[fd00::3]', 'fd00::2'],
    ['127.0.0.1', '0.0.0.0', '127.0.0.1'],
    ['127.0.0.1', '10.0.0.7', undefined],
  ])('on %s do not include %s', (listensOn, host, localAddress) => {
    expect(createOwnHosts(listensOn).include(host, localAddress)).toBe(false);
  });

  it.each(['', 'db:5100', 'http://db', '*', 'a b', '127.1', '[::1', 'db/x', undefined, 7])(
    'cannot be allowed by %j',
    async (name) => {
      const allowHosts = [name as string];
      await expect(startSecretsManager({ allowHosts })).rejects.toThrow(
        /an allowed host has to be a host name or an IP address without a port/,
      );
    },
  );
});
