import {
  RedshiftEndpoints,
  SecretsManagerPasswords,
  SecretsManagerStore,
} from '@keyturn/adapters-aws';
import { RedshiftAdmin } from '@keyturn/adapters-redshift';
import { RotationEngine, singleUser, systemClock } from '@keyturn/core';
import { localPasswords } from '@keyturn/core/adapter';
import { useSecretsManager } from '@keyturn/testkit';
import type { InjectionToken } from 'tsyringe';
import { compose } from '../src/composition-root.js';
import { TOKENS } from '../src/index.js';

const strategy = singleUser();

it('has a default for every token, each made once', () => {
  const container = compose({ strategy, env: { AWS_REGION: 'us-east-1' } });

  expect(container.resolve(TOKENS.clock)).toBe(systemClock);
  expect(container.resolve(TOKENS.store)).toBeInstanceOf(SecretsManagerStore);
  expect(container.resolve(TOKENS.database)).toBeInstanceOf(RedshiftAdmin);
  expect(container.resolve(TOKENS.locator)).toBeInstanceOf(RedshiftEndpoints);
  expect(container.resolve(TOKENS.passwords)).toBe(localPasswords);
  expect(container.resolve(TOKENS.engine)).toBeInstanceOf(RotationEngine);
  for (const token of Object.values<InjectionToken>(TOKENS)) {
    expect(container.isRegistered(token)).toBe(true);
    expect(container.resolve(token)).toBe(container.resolve(token));
  }
});

it('builds nothing before it is asked for', () => {
  const container = compose({ strategy, env: { KEYTURN_TLS_CA: '/no/such/file.pem' } });

  expect(container.resolve(TOKENS.clock)).toBe(systemClock);
  expect(() => container.resolve(TOKENS.database)).toThrow(/tlsCa/);
});

it('refuses certificates that nobody can read, by the name of their setting', () => {
  const pem = '-----BEGIN CERTIFICATE-----\nhunter2\n-----END CERTIFICATE-----';
  const container = compose({ strategy, env: { KEYTURN_TLS_CA: pem } });

  expect(() => container.resolve(TOKENS.database)).toThrow(/^The setting tlsCa (?!.*hunter2)/);
});

it('asks Secrets Manager for passwords where it is told to', () => {
  const env = { KEYTURN_PASSWORD_SOURCE: 'secretsmanager' };
  const container = compose({ strategy, env });

  expect(container.resolve(TOKENS.passwords)).toBeInstanceOf(SecretsManagerPasswords);
});

describe('with SECRETS_MANAGER_ENDPOINT', () => {
  const secretsManager = useSecretsManager();
  const variables = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'any',
    AWS_SECRET_ACCESS_KEY: 'any',
  };
  const before = { ...process.env };
  beforeAll(() => void Object.assign(process.env, variables));
  afterAll(() => {
    process.env = before;
  });

  it('talks to that address', async () => {
    const { endpoint, call } = secretsManager();
    const input = { Name: 'orders', ClientRequestToken: 'v'.repeat(32), SecretString: '{}' };
    const { ARN } = call('CreateSecret', input);
    const store = compose({ strategy, env: { SECRETS_MANAGER_ENDPOINT: endpoint } }).resolve(
      TOKENS.store,
    );

    expect(await store.describe({ secretId: 'orders' })).toMatchObject({ arn: ARN });
  });
});
