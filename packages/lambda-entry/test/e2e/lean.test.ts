import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUNDLES, type StrategyName } from './support/bundles.js';
import { callBundle } from './support/call-bundle.js';
import { startRecordingProxy } from './support/recording-proxy.js';
import { useRotationFixture } from './support/rotation-fixture.js';

const fixture = useRotationFixture();
const STRATEGIES = Object.keys(BUNDLES) as StrategyName[];

describe.each(STRATEGIES)('%s', (strategy) => {
  const secretFor = async () => {
    const { makeUser, makeSecret, fieldsFor, superuserSecret } = fixture();
    return makeSecret(fieldsFor(await makeUser(), { masterarn: superuserSecret }));
  };

  it('keeps its connections to the service from one invocation to the next', async () => {
    const secret = await secretFor();
    const { manager } = fixture();
    const proxy = await startRecordingProxy(manager.endpoint);
    const env = { SECRETS_MANAGER_ENDPOINT: proxy.endpoint, AWS_REGION: manager.region };

    for (let rotation = 0; rotation < 3; rotation++) {
      const { outcome } = await fixture().rotate(secret, { strategy, env });
      expect(outcome).toBe('succeeded');
    }
    await proxy.stop();

    // As many as the most requests at once.
    expect(proxy.connections()).toBeLessThanOrEqual(3);
    expect(proxy.requests.length).toBeGreaterThan(20);
  });

  it('reads no shared files of the AWS SDK', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'keyturn-shared-files-'));
    const file = join(folder, 'config');
    writeFileSync(file, '[default]\nregion = eu-west-1\n');
    const { bundle } = fixture().target({ strategy });
    const event = {
      Step: 'createSecret',
      SecretId: await secretFor(),
      ClientRequestToken: crypto.randomUUID(),
      RotationToken: crypto.randomUUID(),
    } as const;
    const env = { SECRETS_MANAGER_ENDPOINT: fixture().manager.endpoint, AWS_REGION: '' };
    const files = { AWS_CONFIG_FILE: file, AWS_SHARED_CREDENTIALS_FILE: file };

    const printed = await callBundle({ bundle, env: { ...env, ...files } }, event).catch(String);
    await rm(folder, { recursive: true });
    // With the region of the file it would have been told that it knows no such version.
    expect(printed.includes('KEYTURN_STORE_UNAVAILABLE')).toBe(true);
  });

  it('brings along neither web identity tokens, pools, password files nor connection strings', () => {
    const text = readFileSync(join(BUNDLES[strategy], 'index.js'), 'utf8');
    for (const part of [
      'AssumeRoleWithWebIdentity',
      'calling end on the pool',
      'PGPASSFILE',
      'useLibpqCompat',
    ]) {
      expect([part, text.includes(part)]).toEqual([part, false]);
    }
  });

  it('loads built-in modules by require alone, which reads none of their exports', () => {
    const text = readFileSync(join(BUNDLES[strategy], 'index.js'), 'utf8');
    expect(text.includes('require("node:http")')).toBe(true);
    expect(text.match(/\bimport\(/g)).toBeNull();
  });
});
