export { createTestCa } from './test-ca.js';
export type { CertificateRequest, TestCa, TestCertificate } from './test-ca.js';
export { startTlsFront } from './tls-front.js';
export type { TlsFront, TlsFrontOptions } from './tls-front.js';
