import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUNDLES, type StrategyName } from './support/bundles.js';
import { callBundle } from './support/call-bundle.js';
import { useRotationFixture } from './support/rotation-fixture.js';

const fixture = useRotationFixture();
const STRATEGIES = Object.keys(BUNDLES) as StrategyName[];
const TOKEN = 'Token-Of-A-Pod-0123456789';

/** What the SDK would go by, were it not left out. */
const IDENTITY = {
  AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/pod',
  AWS_ROLE_SESSION_NAME: 'pod',
};
const NO_KEYS = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_SESSION_TOKEN: '' };

describe('13: What the bundles leave out asks nobody, and says so', () => {
  let folder: string;
  let file: string;
  let asked: string[];
  let elsewhere: string;
  const server = createServer((request, response) => {
    asked.push(String(request.url));
    response.writeHead(200).end('{}');
  });

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    elsewhere = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    folder = await mkdtemp(join(tmpdir(), 'keyturn-stand-ins-'));
    file = join(folder, 'token');
    writeFileSync(file, TOKEN);
  });
  afterAll(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });
  beforeEach(() => (asked = []));

  const secretFor = async () => {
    const { makeUser, makeSecret, fieldsFor, superuserSecret } = fixture();
    return makeSecret(fieldsFor(await makeUser(), { masterarn: superuserSecret }));
  };

  /** What a bundle prints of one createSecret, were it to reach a service at all. */
  const call = async (strategy: StrategyName, env: Record<string, string>) => {
    const { bundle } = fixture().target({ strategy });
    const event = {
      Step: 'createSecret',
      SecretId: await secretFor(),
      ClientRequestToken: crypto.randomUUID(),
      RotationToken: crypto.randomUUID(),
    } as const;
    const { manager } = fixture();
    const service = { SECRETS_MANAGER_ENDPOINT: manager.endpoint, AWS_REGION: manager.region };
    const others = { AWS_ENDPOINT_URL_STS: elsewhere, AWS_EC2_METADATA_DISABLED: 'true' };
    return callBundle({ bundle, env: { ...service, ...others, ...env } }, event).catch(String);
  };

  it.each(STRATEGIES)('%s: a token of a pod is neither read nor sent', async (strategy) => {
    for (const env of [
      { ...IDENTITY, AWS_WEB_IDENTITY_TOKEN_FILE: file },
      { AWS_WEB_IDENTITY_TOKEN_FILE: file },
      { ...IDENTITY, AWS_WEB_IDENTITY_TOKEN_FILE: join(folder, 'nothing') },
    ]) {
      const printed = await call(strategy, { ...NO_KEYS, ...env });
      expect(printed).toContain('KEYTURN_STORE_ACCESS_DENIED');
      expect(printed).not.toContain(TOKEN);
      expect(asked).toEqual([]);
    }
    countTrials(3);
  });

  it.each(STRATEGIES)(
    '%s: keys in the environment count before a token of a pod, and it rotates',
    async (strategy) => {
      const { manager } = fixture();
      const { outcome } = await fixture().rotate(await secretFor(), {
        strategy,
        env: {
          ...IDENTITY,
          AWS_WEB_IDENTITY_TOKEN_FILE: file,
          AWS_ENDPOINT_URL_STS: elsewhere,
          AWS_REGION: manager.region,
        },
      });
      expect(outcome).toBe('succeeded');
      expect(asked).toEqual([]);
    },
  );

  it.each(STRATEGIES)('%s: a profile asks no process and no service', async (strategy) => {
    const config = join(folder, 'config');
    const ran = join(folder, 'ran');
    writeFileSync(
      config,
      `[profile evil]\ncredential_process = touch ${ran}\nregion = eu-west-1\n` +
        `[default]\ncredential_process = touch ${ran}\n`,
    );
    for (const AWS_PROFILE of ['evil', 'default']) {
      const env = { AWS_PROFILE, AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: config };
      const printed = await call(strategy, { ...NO_KEYS, ...env });
      expect(printed).toContain('KEYTURN_STORE_ACCESS_DENIED');
      expect(() => writeFileSync(ran, '', { flag: 'wx' })).not.toThrow();
      await rm(ran);
      expect(asked).toEqual([]);
    }
    countTrials(2);
  });
});
