import * as tls from 'node:tls';
import { createTestCa } from '@keyturn/testkit/tls';
import { prepareTls } from '../../src/connection/tls-settings.js';

const PLACE = { host: 'db.example', port: 5439, database: 'dev' };

/** The part of Node's own object that looks an authority up among those that a context trusts. */
interface NativeContext {
  setCert(pem: string): void;
  getIssuer(): Buffer | null;
}

/** Which of these authorities a context trusts: each is its own issuer, and is looked for as such. */
function trustedOf(authorities: readonly string[], context: tls.SecureContext | undefined) {
  const native = context?.context as NativeContext;
  return authorities.filter((pem) => {
    native.setCert(pem);
    return native.getIssuer() !== null;
  });
}

describe('the authorities of tlsCa', () => {
  it("are trusted beside every one of Node's own", async () => {
    const [one, another] = await Promise.all([createTestCa('one'), createTestCa('another')]);
    const ca = `${one.certificate}\n${another.certificate}`;
    const { secureContext } = prepareTls({ ca })(PLACE)?.options ?? {};
    const all = [...tls.rootCertificates, one.certificate, another.certificate];

    expect(trustedOf(all, secureContext)).toHaveLength(all.length);
    // That this can tell:
    expect(trustedOf(all, tls.createSecureContext({ ca: one.certificate }))).toEqual([
      one.certificate,
    ]);
  });

  it('are trusted under these settings alone', async () => {
    const { certificate } = await createTestCa();
    prepareTls({ ca: certificate })(PLACE);

    expect(prepareTls()(PLACE)?.options.secureContext).toBeUndefined();
    expect(trustedOf([certificate], tls.createSecureContext())).toEqual([]);
  });
});
