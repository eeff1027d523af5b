import {
  createRotationHandler,
  signInCheck,
  singleUser,
  type VerificationCheck,
} from '@keyturn/lambda-entry';

/** Fails unless the application itself can work with the new credential. */
const applicationIsHealthy: VerificationCheck = {
  name: 'the application is healthy',
  async verify({ secretId, versionId }) {
    const url = `https://orders.example/health?secret=${secretId}&version=${versionId}`;
    const { status } = await fetch(url, { signal: AbortSignal.timeout(1_500) });
    if (status !== 200) throw new Error(`the health check answered ${status}`);
  },
};

export const handler = createRotationHandler({
  strategy: singleUser(),
  checks: [signInCheck(), applicationIsHealthy],
});
