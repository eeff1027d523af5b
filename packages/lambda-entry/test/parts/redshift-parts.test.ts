import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import {
  RedshiftEndpoints,
  SecretsManagerPasswords,
  SecretsManagerStore,
} from '@keyturn/adapters-aws';
import { RedshiftAdmin } from '@keyturn/adapters-redshift';
import { systemClock } from '@keyturn/core';
import { localPasswords } from '@keyturn/core/adapter';
import { useSecretsManager } from '@keyturn/testkit';
import { redshiftParts } from '../../src/parts/index.js';

const root = join(__dirname, '..', '..', '..', '..');
const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };

it('makes every part, each once and only when it is asked for', () => {
  const parts = redshiftParts({ clientConfig: { region: 'us-east-1' } });

  expect(parts.clock).toBe(systemClock);
  expect(parts.store).toBeInstanceOf(SecretsManagerStore);
  expect(parts.database).toBeInstanceOf(RedshiftAdmin);
  expect(parts.locator).toBeInstanceOf(RedshiftEndpoints);
  expect(parts.passwords).toBe(localPasswords);
  expect({ ...parts }).toEqual(parts);
  for (const name of ['client', 'store', 'database', 'locator', 'passwords'] as const) {
    expect(parts[name]).toBe(parts[name]);
  }
  // A part that cannot be made keeps nobody from the others.
  const pem = '-----BEGIN CERTIFICATE-----\nhunter2\n-----END CERTIFICATE-----';
  const broken = redshiftParts({ settings: { tlsCa: pem } });
  expect(broken.passwords).toBe(localPasswords);
  expect(() => broken.database).toThrow(/^The setting tlsCa (?!.*hunter2)/);
});

it('reads no environment that it is not given', () => {
  process.env['KEYTURN_PASSWORD_SOURCE'] = 'secretsmanager';
  process.env['KEYTURN_PERMISSIONS'] = 'all';
  try {
    expect(redshiftParts().passwords).toBe(localPasswords);
    expect(redshiftParts().settings).toEqual({});
    expect(() => redshiftParts({ env: process.env })).toThrow(/KEYTURN_PERMISSIONS/);
  } finally {
    delete process.env['KEYTURN_PASSWORD_SOURCE'];
    delete process.env['KEYTURN_PERMISSIONS'];
  }
});

describe('a client', () => {
  const secretsManager = useSecretsManager();
  const create = () => {
    const { call } = secretsManager();
    const input = { Name: 'orders', ClientRequestToken: 'v'.repeat(32), SecretString: '{}' };
    return call('CreateSecret', input);
  };

  it('goes where the endpoint says, from code or the environment', async () => {
    const { ARN } = create();
    const { endpoint, region } = secretsManager();
    const clientConfig = { region, credentials };
    for (const parts of [
      redshiftParts({ settings: { endpoint }, clientConfig }),
      redshiftParts({ env: { SECRETS_MANAGER_ENDPOINT: endpoint }, clientConfig }),
    ]) {
      expect(await parts.store.describe({ secretId: 'orders' })).toMatchObject({ arn: ARN });
    }
  });

  it('that is ready is the one that is asked, for passwords too', async () => {
    const { endpoint, region } = secretsManager();
    const { client } = redshiftParts({
      settings: { endpoint },
      clientConfig: { region, credentials },
    });
    const asked: string[] = [];
    const secretsManagerClient = {
      send: ((command: object) => {
        asked.push(command.constructor.name);
        return client.send(command as Parameters<typeof client.send>[0]);
      }) as typeof client.send,
    };
    const parts = redshiftParts({
      env: { KEYTURN_PASSWORD_SOURCE: 'secretsmanager' },
      clients: { secretsManager: secretsManagerClient },
    });

    expect(parts.client).toBe(secretsManagerClient);
    expect(parts.passwords).toBeInstanceOf(SecretsManagerPasswords);
    await parts.store.describe({ secretId: 'missing' }).catch(() => undefined);
    const policy = { kind: 'policy', length: 8, alphabet: 'aA1-', required: [] } as const;
    await parts.passwords.generate(policy).catch(() => undefined);
    expect(asked[0]).toBe('DescribeSecretCommand');
    expect(new Set(asked)).toContain('GetRandomPasswordCommand');
  });
});

describe('in a process of its own', () => {
  /** What of node_modules is loaded by importing a package's entry. */
  function loadedBy(specifier: string): readonly string[] {
    const code = `
      import { createRequire } from 'node:module';
      const entry = await import(${JSON.stringify(specifier)});
      if (typeof entry.redshiftParts !== 'function') throw new Error('redshiftParts is missing');
      console.log(Object.keys(createRequire(import.meta.url).cache).join('\\n'));
    `;
    const flags = ['--conditions=@keyturn/source', '--import=tsx', '--input-type=module'];
    const output = execFileSync(process.execPath, [...flags, '--eval', code], { cwd: root });
    return output.toString().split('\n');
  }
  const isContainer = (file: string): boolean => /[\\/](tsyringe|reflect-metadata)[\\/]/.test(file);

  it('is loaded without the container, which the main entry needs', () => {
    expect(loadedBy('@keyturn/lambda-entry').some(isContainer)).toBe(true);
    const loaded = loadedBy('@keyturn/lambda-entry/parts');

    expect(loaded.some((file) => file.includes('client-secrets-manager'))).toBe(true);
    expect(loaded.filter(isContainer)).toEqual([]);
  });
});
