import { Sensitive } from '@keyturn/core';
import { createTestCa, startTlsFront, type TestCa, type TlsFront } from '@keyturn/testkit/tls';
import { RedshiftAdmin, type SqlSession, type TlsSettings } from '../../src/index.js';
import { shared } from '../support/test-server.js';

let ca: TestCa;
const fronts: TlsFront[] = [];

beforeAll(async () => {
  ca = await createTestCa();
});
afterAll(async () => {
  for (const front of fronts) await front.stop();
});

/** The shared server behind a certificate for these names and addresses. */
async function frontFor(request: Parameters<TestCa['issue']>[0]) {
  const front = await startTlsFront({ certificate: await ca.issue(request), to: shared });
  fronts.push(front);
  return front;
}

function signIn(front: { port: number }, host: string, tls: TlsSettings, ssl?: boolean) {
  return new RedshiftAdmin({ tls }).signIn({
    address: {
      host,
      port: front.port,
      database: shared.database,
      ...(ssl !== undefined && { ssl }),
    },
    user: shared.superuser.username,
    password: new Sensitive(shared.superuser.password),
    connectTimeoutMs: 10_000,
    statementTimeoutMs: 10_000,
  });
}

async function accepted(...args: Parameters<typeof signIn>) {
  const outcome = await signIn(...args);
  if (outcome.kind === 'accepted') await outcome.session.close();
  return outcome.kind === 'accepted';
}

const refused = (reason: RegExp) => ({
  code: 'KEYTURN_DATABASE_TLS',
  message: expect.stringMatching(reason) as unknown,
});

describe('verify-full', () => {
  it('refuses a certificate for localhost alone when the host is 127.0.0.1', async () => {
    const front = await frontFor({ names: ['localhost'] });
    const tls = { ca: ca.certificate };

    await expect(signIn(front, '127.0.0.1', tls)).rejects.toMatchObject(refused(/another host/));
    expect(await accepted(front, 'localhost', tls)).toBe(true);
  });

  it('accepts a certificate for 127.0.0.1, for that and for no other name', async () => {
    const front = await frontFor({ ips: ['127.0.0.1'] });
    const tls = { ca: ca.certificate };

    expect(await accepted(front, '127.0.0.1', tls)).toBe(true);
    await expect(signIn(front, 'localhost', tls)).rejects.toMatchObject(refused(/another host/));
  });

  it('refuses an expired certificate', async () => {
    const front = await frontFor({ ips: ['127.0.0.1'], expired: true });

    await expect(signIn(front, '127.0.0.1', { ca: ca.certificate })).rejects.toMatchObject(
      refused(/has expired/),
    );
  });

  it('refuses an authority that was not named, whatever the environment says', async () => {
    const front = await frontFor({ ips: ['127.0.0.1'] });
    const stranger = await createTestCa('somebody else');
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      for (const tls of [{}, { ca: stranger.certificate }, { mode: 'verify-ca' } as const]) {
        await expect(signIn(front, '127.0.0.1', tls)).rejects.toMatchObject(
          refused(/untrusted authority/),
        );
      }
    } finally {
      delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    }
  });

  it('takes several certificates with text around them', async () => {
    const front = await frontFor({ ips: ['127.0.0.1'] });
    const stranger = await createTestCa('somebody else');
    const bundle = `# one\n${stranger.certificate}\n# two\r\n${ca.certificate}\n`;

    expect(await accepted(front, '127.0.0.1', { ca: bundle })).toBe(true);
  });
});

describe('verify-ca', () => {
  it('accepts a certificate for another host, but none of another authority', async () => {
    const front = await frontFor({ names: ['db.example'] });

    expect(await accepted(front, '127.0.0.1', { mode: 'verify-ca', ca: ca.certificate })).toBe(
      true,
    );
  });
});

describe('what a secret says about TLS', () => {
  it('ssl: false is ignored unless the function allows it', async () => {
    const front = await frontFor({ names: ['localhost'] });
    const tls = { ca: ca.certificate };

    await expect(signIn(front, '127.0.0.1', tls, false)).rejects.toMatchObject(
      refused(/another host/),
    );
    expect(await accepted(shared, shared.host, { ...tls, allowSecretOptOut: true }, false)).toBe(
      true,
    );
  });

  it('ssl: true lifts disable to verify-full, even where opting out is allowed', async () => {
    const front = await frontFor({ names: ['localhost'] });
    const tls = { mode: 'disable', ca: ca.certificate, allowSecretOptOut: true } as const;

    await expect(signIn(front, '127.0.0.1', tls, true)).rejects.toMatchObject(
      refused(/another host/),
    );
    expect(await accepted(front, 'localhost', tls, true)).toBe(true);
  });

  it('nothing leaves disable as it is', async () => {
    const outcome = await signIn(shared, shared.host, { mode: 'disable' });
    if (outcome.kind === 'refused') throw new Error('refused');
    const session = outcome.session as unknown as SqlSession & { close(): Promise<void> };
    const rows = await session.query('select ssl from pg_stat_ssl where pid = pg_backend_pid()');
    await session.close();

    expect(rows).toEqual([{ ssl: 'f' }]);
  });
});

describe('TLS settings', () => {
  it.each([
    ['a path', '/etc/ssl/ca.pem', 'tlsCa'],
    ['nothing', '', 'tlsCa'],
    [
      'a broken certificate',
      '-----BEGIN CERTIFICATE-----\nbm90IG9uZQ==\n-----END CERTIFICATE-----',
      'tlsCa',
    ],
  ])('with %s for a certificate are refused', (_, pem, field) => {
    expect(() => new RedshiftAdmin({ tls: { ca: pem } })).toThrow(
      expect.objectContaining({ code: 'KEYTURN_INVALID_SETTING', field }),
    );
  });

  it('with an unknown mode are refused', () => {
    const tls = { mode: 'prefer' } as unknown as TlsSettings;

    expect(() => new RedshiftAdmin({ tls })).toThrow(
      expect.objectContaining({ code: 'KEYTURN_INVALID_SETTING', field: 'tlsMode' }),
    );
  });
});
