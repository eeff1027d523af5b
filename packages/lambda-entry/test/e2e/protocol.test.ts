import type { FunctionEvent } from '@keyturn/testkit';
import { BUNDLES, type StrategyName } from './support/bundles.js';
import { callBundle } from './support/call-bundle.js';
import { startRecordingProxy } from './support/recording-proxy.js';
import { useRotationFixture, versionsOf } from './support/rotation-fixture.js';

const fixture = useRotationFixture();
const STRATEGIES = Object.keys(BUNDLES) as StrategyName[];

describe.each(STRATEGIES)('%s', (strategy) => {
  const secretFor = async () => {
    const { makeUser, makeSecret, fieldsFor, superuserSecret } = fixture();
    const user = await makeUser();
    const secret = makeSecret(fieldsFor(user, { masterarn: superuserSecret }));
    return { user, secret };
  };

  it('tests the configuration alone with RotateImmediately=false', async () => {
    const { user, secret } = await secretFor();
    const before = versionsOf(fixture().manager, secret);
    const report = await fixture().rotate(secret, { strategy, immediately: false });

    expect(report).toMatchObject({ kind: 'test', outcome: 'succeeded' });
    expect(report.steps.map(({ step }) => step)).toEqual(['testSecret']);
    expect(versionsOf(fixture().manager, secret)).toEqual(
      before.map((version) => ({ ...version, lastAccessedAt: expect.any(Number) })),
    );
    expect(await fixture().signsIn(user)).toBe(true);
    expect(await fixture().signsIn({ ...user, username: `${user.username}_clone` })).toBe(false);
  });

  it('fails that test where the current credential does not sign in', async () => {
    const { user, secret } = await secretFor();
    await fixture().database.query(`alter user ${user.username} password 'Changed-by-1-operator'`);
    const { outcome, error } = await fixture().rotate(secret, { strategy, immediately: false });

    expect(outcome).toBe('failed');
    expect(error).toContain('testSecret: VerificationFailedError');
  });

  it('passes RotationToken to PutSecretValue alone, and works without a context', async () => {
    const { secret } = await secretFor();
    const { manager, target, output } = fixture();
    const proxy = await startRecordingProxy(manager.endpoint);
    const bundle = target({
      strategy,
      env: { SECRETS_MANAGER_ENDPOINT: proxy.endpoint, AWS_REGION: manager.region },
    });
    const events: FunctionEvent[] = [];
    const printed: string[] = [];
    const report = await fixture().rotateWith(secret, {
      name: `without-context-${strategy.replace(' ', '-')}`,
      target: async (event) => {
        events.push(event);
        printed.push(await callBundle(bundle, event));
      },
    });
    await proxy.stop();

    expect(report.outcome).toBe('succeeded');
    const [token] = events.map(({ RotationToken }) => RotationToken);
    const withToken = proxy.requests.filter(({ body }) => body.includes(token ?? ' '));
    expect(withToken).toEqual([{ operation: 'PutSecretValue', body: expect.any(String) }]);
    expect(JSON.parse(withToken[0]?.body ?? '')).toMatchObject({ RotationToken: token });
    expect(printed.join('')).toContain('rotation.succeeded');
    expect([...printed, ...output].join('')).not.toContain(token);
  });

  it('loads the database driver in the steps that need it alone', async () => {
    const { secret } = await secretFor();
    // Makes the driver look for its native twin, which the bundles leave out, so that loading it fails.
    const env = { NODE_PG_FORCE_NATIVE: '1' };
    const { steps } = await fixture().rotate(secret, { strategy, env });

    expect(steps).toMatchObject([{ step: 'createSecret' }, { step: 'setSecret' }]);
    expect(steps[0]?.error).toBeUndefined();
    expect(steps[1]?.error).toContain('pg-native');
  });
});
