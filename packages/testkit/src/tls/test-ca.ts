/** A certificate and its private key, both PEM. */
export interface TestCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** What a server certificate shall say; see {@link TestCa.issue}. */
export interface CertificateRequest {
  /** DNS names; default none. */
  readonly names?: readonly string[];
  /** IP addresses; default none. */
  readonly ips?: readonly string[];
  /** Valid from two days to one day ago, instead of from yesterday to tomorrow; default false. */
  readonly expired?: boolean;
}

/** A certificate authority that nobody trusts until its certificate is handed over. */
export interface TestCa {
  /** The authority's own certificate, PEM. */
  readonly certificate: string;
  /** Makes a server certificate for exactly these names and addresses. */
  issue(request: CertificateRequest): Promise<TestCertificate>;
}

const DAY_MS = 86_400_000;
const daysFromNow = (days: number) => new Date(Date.now() + days * DAY_MS);
const elliptic = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;

/**
 * Makes a throw-away certificate authority. Its key never leaves memory and is good for a day.
 *
 * @example
 * const ca = await createTestCa();
 * const server = await ca.issue({ names: ['localhost'], ips: ['127.0.0.1'] });
 */
export async function createTestCa(commonName = 'keyturn test CA'): Promise<TestCa> {
  // Loaded late: it is slow to load, and most who load this module never make a certificate.
  const { generate } = await import('selfsigned');
  const authority = await generate([{ name: 'commonName', value: commonName }], {
    ...elliptic,
    notBeforeDate: daysFromNow(-3),
    notAfterDate: daysFromNow(1),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return {
    certificate: authority.cert,
    async issue({ names = [], ips = [], expired = false }) {
      const altNames = [
        ...names.map((value) => ({ type: 2 as const, value })),
        ...ips.map((ip) => ({ type: 7 as const, ip })),
      ];
      const issued = await generate([{ name: 'commonName', value: 'keyturn test server' }], {
        ...elliptic,
        ca: { key: authority.private, cert: authority.cert },
        notBeforeDate: daysFromNow(expired ? -2 : -1),
        notAfterDate: daysFromNow(expired ? -1 : 1),
        extensions: [
          { name: 'basicConstraints', cA: false },
          { name: 'keyUsage', digitalSignature: true },
          { name: 'extKeyUsage', serverAuth: true },
          { name: 'subjectAltName', altNames },
        ],
      });
      return { certificate: issued.cert, key: issued.private };
    },
  };
}
