import { Client } from 'pg';
import { sharedPostgres } from '../../src/postgres/index.js';
import { createTestCa, startTlsFront, type TestCa, type TlsFront } from '../../src/tls/index.js';

const shared = sharedPostgres();
let ca: TestCa;
let front: TlsFront | undefined;

beforeAll(async () => {
  ca = await createTestCa();
});

afterEach(async () => {
  await front?.stop();
  front = undefined;
});

async function signIn(
  request: Parameters<TestCa['issue']>[0],
  host: string,
  trusted = ca.certificate,
) {
  front = await startTlsFront({ certificate: await ca.issue(request), to: shared });
  const client = new Client({
    host,
    port: front.port,
    database: shared.database,
    user: shared.superuser.username,
    password: shared.superuser.password,
    ssl: { ca: trusted, host },
  });
  await client.connect();
  try {
    const { rows } = await client.query<{ answer: number }>('select 1 as answer');
    return rows[0]?.answer;
  } finally {
    await client.end();
  }
}

describe('startTlsFront', () => {
  it('lets a client through to the server behind a fitting certificate', async () => {
    expect(await signIn({ ips: ['127.0.0.1'] }, '127.0.0.1')).toBe(1);
  });

  it('shows a certificate for another host', async () => {
    await expect(signIn({ names: ['localhost'] }, '127.0.0.1')).rejects.toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  });

  it('shows an expired certificate', async () => {
    await expect(signIn({ ips: ['127.0.0.1'], expired: true }, '127.0.0.1')).rejects.toMatchObject({
      code: 'CERT_HAS_EXPIRED',
    });
  });

  it('shows a certificate from an authority the client does not know', async () => {
    const { certificate } = await createTestCa('another authority');

    await expect(signIn({ ips: ['127.0.0.1'] }, '127.0.0.1', certificate)).rejects.toMatchObject({
      code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    });
  });
});
