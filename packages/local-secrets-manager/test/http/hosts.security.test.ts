import { type LocalSecretsManager, startSecretsManager } from '../../src/index.js';
import { sendRaw } from './raw-request.js';

const PASSWORD = 'hunter2!';

/** Names and forms that a page, or whoever points a name at this machine, may ask by. */
const FOREIGN = [
  'rebound.example',
  'rebound.example:PORT',
  'REBOUND.EXAMPLE.',
  'localhost.rebound.example',
  'rebound.localhost',
  'localhost-rebound.example',
  '127.0.0.1.rebound.example:PORT',
  '127.0.0.1.nip.io',
  'rebound.example@127.0.0.1',
  '127.0.0.1@rebound.example',
  'localhost:PORT@rebound.example',
  'localhost,rebound.example',
  'localhost rebound.example',
  'localhost/rebound.example',
  'localhost#.rebound.example',
  'localhost%00.rebound.example',
  'localhost\u00e9',
  'localhost..',
  '.localhost',
  'localhost:PORT:PORT',
  'localhost:65536',
  'localhost:-1',
  'localhost:http',
  '127.1',
  '127.0.0.1.',
  '127.0.0.01',
  '0177.0.0.1',
  '0x7f.0.0.1',
  '0x7f000001',
  '2130706433',
  '0.0.0.0:PORT',
  '[::]:PORT',
  '10.0.0.7:PORT',
  '169.254.169.254',
  '[::ffff:10.0.0.7]',
  '[fe80::1%25eth0]',
  '[::1',
  '[127.0.0.1]',
  '[localhost]',
  'a'.repeat(5000),
  '',
];
const PAGES = [
  'Origin: https://rebound.example',
  'Origin: http://localhost:PORT',
  'Origin: http://127.0.0.1:PORT',
  'Origin: null',
  'Origin:',
  'Sec-Fetch-Site: cross-site',
  'Sec-Fetch-Site: same-site',
  'Sec-Fetch-Site: same-origin',
];

/** What somebody would ask for: the values by both ways, and to change something by both. */
const TARGETS = {
  'a value': ['POST /', 'X-Amz-Target: secretsmanager.GetSecretValue', '{"SecretId":"db"}'],
  'a deletion': [
    'POST /',
    'X-Amz-Target: secretsmanager.DeleteSecret',
    '{"SecretId":"db","ForceDeleteWithoutRecovery":true}',
  ],
  'the state': ['GET /_keyturn/state', 'Accept: */*', ''],
  'a reset': ['POST /_keyturn/reset', 'Accept: */*', '{}'],
} as const;
type Target = keyof typeof TARGETS;
const targets = Object.keys(TARGETS) as Target[];

describe('10: The local Secrets Manager answers only its own hosts', () => {
  let manager: LocalSecretsManager;

  beforeAll(async () => {
    manager = await startSecretsManager();
  });
  beforeEach(() => {
    manager.reset();
    const value = { SecretString: PASSWORD, ClientRequestToken: '1'.repeat(32) };
    manager.call('CreateSecret', { Name: 'db', ...value });
  });
  afterAll(() => manager.close());

  const ported = (text: string) => text.replaceAll('PORT', String(manager.port));

  /** Refused means: nothing was told, and nothing changed. */
  async function expectRefusal(lines: readonly string[], body: string, status = 403) {
    const answer = await sendRaw(manager.port, lines.map(ported), body);
    expect(answer.status).toBe(status);
    expect(answer.text).not.toContain(PASSWORD);
    expect(answer.text.toLowerCase()).not.toContain('access-control-allow');
    expect(manager.call('GetSecretValue', { SecretId: 'db' })).toMatchObject({
      SecretString: PASSWORD,
    });
  }

  describe.each(targets)('asked for %s', (target) => {
    const [line, header, body] = TARGETS[target];
    const [method = '', path = ''] = line.split(' ');

    it.each(FOREIGN)('refuses the host %j', async (host) => {
      await expectRefusal([`${line} HTTP/1.1`, `Host: ${host}`, header], body);
    });

    it.each(PAGES)('refuses a page: %j', async (page) => {
      await expectRefusal([`${line} HTTP/1.1`, 'Host: localhost:PORT', header, page], body);
    });

    it.each(['http://rebound.example', 'http://127.0.0.1@rebound.example', 'ws://rebound.example'])(
      'refuses the target %s, whatever the Host header says',
      async (origin) => {
        const first = `${method} ${origin}${path} HTTP/1.1`;
        await expectRefusal([first, 'Host: localhost:PORT', header], body);
      },
    );

    it('refuses a foreign host behind a target of its own', async () => {
      const first = `${method} http://127.0.0.1:PORT${path} HTTP/1.1`;
      await expectRefusal([first, 'Host: rebound.example', header], body);
    });

    it.each([
      ['HTTP/1.1 without a host', ['HTTP/1.1']],
      ['HTTP/1.0 without a host', ['HTTP/1.0']],
      ['HTTP/1.0 with a foreign host', ['HTTP/1.0', 'Host: rebound.example']],
      ['its own host and a foreign one', ['HTTP/1.1', 'Host: localhost', 'Host: rebound.example']],
      ['a foreign host and its own', ['HTTP/1.1', 'Host: rebound.example', 'Host: localhost']],
      ['its own host twice', ['HTTP/1.1', 'Host: localhost', 'Host: localhost']],
      ['a forwarded host', ['HTTP/1.1', 'Host: rebound.example', 'X-Forwarded-Host: localhost']],
      [
        'an upgrade',
        ['HTTP/1.1', 'Host: rebound.example', 'Upgrade: websocket', 'Connection: Upgrade'],
      ],
    ])('refuses %s', async (_, [version, ...headers]) => {
      await expectRefusal([`${line} ${version}`, ...headers, header], body);
    });
  });

  it.each(['/', '/_keyturn/state'])('refuses a preflight for %s', async (path) => {
    const asks = ['Origin: https://rebound.example', 'Access-Control-Request-Method: POST'];
    await expectRefusal([`OPTIONS ${path} HTTP/1.1`, 'Host: localhost', ...asks], '');
  });

  it('opens no tunnel', async () => {
    await expectRefusal(['CONNECT localhost:PORT HTTP/1.1', 'Host: localhost:PORT'], '', 0);
  });

  it('answers nothing that comes behind a refused request over the same connection', async () => {
    const [line, header, body] = TARGETS['a deletion'];
    for (const between of ['', `Content-Length: ${body.length}\r\n\r\n${body}`]) {
      const second = [`${line} HTTP/1.1`, 'Host: localhost', header].join('\r\n');
      const first = [`${line} HTTP/1.1`, 'Host: rebound.example', header];
      const smuggled = between === '' ? `Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n` : between;
      await expectRefusal([...first, `${smuggled}${second}`], body);
    }
  });

  /** What an image, a script or a form of a page can ask for in a browser that names neither origin nor site. */
  it.each([
    'GET /_keyturn/reset',
    'GET /_keyturn/lag',
    'GET /_keyturn/rotation',
    'GET /_keyturn/owning-service',
    'HEAD /_keyturn/reset',
    'GET /_keyturn/POST%20reset',
    'GET /?X-Amz-Target=secretsmanager.DeleteSecret&SecretId=db',
    'GET /',
  ])('changes nothing for %s, whatever the headers override', async (line) => {
    for (const header of ['X-HTTP-Method-Override: POST', 'X-Method-Override: DELETE']) {
      const lines = [`${line} HTTP/1.1`, 'Host: localhost:PORT', header];
      const answer = await sendRaw(manager.port, lines.map(ported));
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.text).not.toContain(PASSWORD);
      expect(manager.call('GetSecretValue', { SecretId: 'db' })).toMatchObject({
        SecretString: PASSWORD,
      });
    }
  });

  it('refuses what no form of a page can be: another site twice, and several sites', async () => {
    const [line, header, body] = TARGETS['the state'];
    for (const sites of [
      ['Sec-Fetch-Site: none', 'Sec-Fetch-Site: cross-site'],
      ['Sec-Fetch-Site: none, cross-site'],
      ['sec-fetch-site:  CROSS-SITE '],
      ['Sec-Fetch-Site: '],
    ]) {
      await expectRefusal([`${line} HTTP/1.1`, 'Host: localhost:PORT', ...sites, header], body);
    }
  });

  describe('that was given the names of others', () => {
    let allowing: LocalSecretsManager;
    beforeAll(async () => {
      allowing = await startSecretsManager({ allowHosts: ['secrets-manager', '10.1.2.3'] });
    });
    afterAll(() => allowing.close());

    it.each([
      'a.secrets-manager',
      'secrets-manager.rebound.example',
      'xsecrets-manager',
      'secrets-manager-x',
      'secrets_manager',
      'secrets-manager@rebound.example',
      '10.1.2.4',
      '110.1.2.3',
      '10.1.2.3.rebound.example',
      '[::ffff:10.1.2.4]',
      '10.1.515',
    ])('refuses %s', async (host) => {
      const lines = ['GET /_keyturn/state HTTP/1.1', `Host: ${host}`];
      expect(await sendRaw(allowing.port, lines)).toMatchObject({ status: 403 });
    });

    it.each(['*', '*.example', '', 'a b', 'http://secrets-manager', 'secrets-manager:80', '0/0'])(
      'does not take %j for a name',
      async (name) => {
        await expect(startSecretsManager({ allowHosts: [name] })).rejects.toThrow(TypeError);
      },
    );
  });
});
