import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { clientFrom, type SecretsManagerLike } from '../src/client.js';

interface Handler {
  httpHandlerConfigs(): object;
}

describe('the client of a store', () => {
  it('is the one that was given', () => {
    const client = new SecretsManagerClient({ region: 'eu-west-1' });

    expect(clientFrom({ client })).toBe(client);
  });

  it.each([null, {}, { send: 'a letter' }, { getSecretValue: () => undefined }])(
    'is refused when it is %j',
    (client) => {
      expect(() => clientFrom({ client: client as unknown as SecretsManagerLike })).toThrow(
        TypeError,
      );
    },
  );

  it('is refused together with a configuration for another one', () => {
    const client = new SecretsManagerClient({ region: 'eu-west-1' });

    expect(() => clientFrom({ client, clientConfig: {} })).toThrow(TypeError);
  });

  it('is made from a configuration, tries once and does not wait for ever', async () => {
    const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
    const endpoint = 'http://127.0.0.1:1';
    const clientConfig = { region: 'eu-west-1', endpoint, credentials };
    const client = clientFrom({ clientConfig }) as SecretsManagerClient;

    expect(await client.config.maxAttempts()).toBe(1);
    // The handler knows its settings from the first request on.
    await expect(client.send(new DescribeSecretCommand({ SecretId: 'orders' }))).rejects.toThrow();
    const handler = client.config.requestHandler as unknown as Handler;
    expect(handler.httpHandlerConfigs()).toMatchObject({
      connectionTimeout: 3_000,
      requestTimeout: 10_000,
      throwOnRequestTimeout: true,
    });
  });

  it('puts its middleware together once, for several requests of an operation', async () => {
    const assembled = jest.spyOn(DescribeSecretCommand.prototype, 'resolveMiddleware');
    const clientConfig = { region: 'eu-west-1', endpoint: 'http://127.0.0.1:1' };
    const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
    const client = clientFrom({ clientConfig: { ...clientConfig, credentials } });
    for (const SecretId of ['orders', 'returns']) {
      await expect(client.send(new DescribeSecretCommand({ SecretId }))).rejects.toThrow();
    }

    expect(assembled).toHaveBeenCalledTimes(1);
    assembled.mockRestore();
  });

  it('is made as its configuration says, where that says more', async () => {
    const clientConfig = { region: 'eu-west-1', maxAttempts: 2 };
    const client = clientFrom({ clientConfig }) as SecretsManagerClient;

    expect(await client.config.maxAttempts()).toBe(2);
  });
});
