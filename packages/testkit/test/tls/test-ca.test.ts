import { X509Certificate } from 'node:crypto';
import { createTestCa } from '../../src/tls/index.js';

describe('createTestCa', () => {
  it('issues a certificate for exactly the names and addresses asked for, signed by the CA', async () => {
    const ca = await createTestCa();
    const issued = new X509Certificate(
      (await ca.issue({ names: ['db.example'], ips: ['127.0.0.1'] })).certificate,
    );
    const authority = new X509Certificate(ca.certificate);

    expect(issued.verify(authority.publicKey)).toBe(true);
    expect(issued.checkHost('db.example')).toBe('db.example');
    expect(issued.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(issued.checkHost('localhost')).toBeUndefined();
    expect(issued.checkIP('127.0.0.2')).toBeUndefined();
  });

  it('issues an expired certificate inside the lifetime of the CA', async () => {
    const ca = await createTestCa();
    const expired = new X509Certificate(
      (await ca.issue({ names: ['localhost'], expired: true })).certificate,
    );

    expect(Date.parse(expired.validTo)).toBeLessThan(Date.now());
    expect(Date.parse(expired.validFrom)).toBeGreaterThan(
      Date.parse(new X509Certificate(ca.certificate).validFrom),
    );
  });

  it('makes authorities that do not vouch for one another', async () => {
    const [mine, other] = await Promise.all([createTestCa(), createTestCa()]);
    const issued = new X509Certificate((await mine.issue({ names: ['localhost'] })).certificate);

    expect(issued.verify(new X509Certificate(other.certificate).publicKey)).toBe(false);
  });
});
