import { inspect } from 'node:util';
import { Sensitive } from '@keyturn/core';
import { ManualClock } from '@keyturn/testkit/fakes';
import { SecretsManagerPasswords, SecretsManagerStore } from '../src/index.js';
import { fault, scriptedClient } from './scripted-client.js';

const secretId = 'orders';
const versionId = 'version-with-a-name-of-thirty-two';
const VALUE = '{"password":"Baa-1.Black_Sheep"}';
const policy = { kind: 'policy', length: 8, alphabet: 'aB1', required: ['a', 'B', '1'] } as const;

describe('an error', () => {
  const calls: Record<string, (store: SecretsManagerStore) => Promise<unknown>> = {
    describe: (store) => store.describe({ secretId }),
    readValue: (store) => store.readValue({ secretId, versionId }),
    listVersions: (store) => store.listVersions({ secretId }),
    putPending: (store) => store.putPending({ secretId, versionId, text: new Sensitive(VALUE) }),
    moveLabel: (store) => store.moveLabel({ secretId, label: 'GREEN', to: versionId }),
  };

  it.each(Object.keys(calls))(
    'of %s shows no value that the client has put into its own',
    async (name) => {
      for (const thrown of [
        new Error(VALUE),
        new SyntaxError(`Unexpected token in JSON: ${VALUE}`, { cause: VALUE }),
        Object.assign(fault('ValidationException', VALUE), { $response: { body: VALUE } }),
        fault('AccessDeniedException', `kms: ${VALUE}`),
        fault(VALUE),
        fault('ThrottlingException', VALUE),
      ]) {
        const { client } = scriptedClient(thrown);
        const store = new SecretsManagerStore({ client, clock: new ManualClock() });
        const error: unknown = await calls[name]?.(store).catch((reason: unknown) => reason);

        expect(error).toMatchObject({ name: 'SecretStoreError', secretId });
        expect(inspect(error, { depth: null, showHidden: true })).not.toContain('Black_Sheep');
      }
    },
  );

  it('about a generated password does not show it', async () => {
    const { client } = scriptedClient({ RandomPassword: 'Black_Sheep' });
    const error: unknown = await new SecretsManagerPasswords({ client })
      .generate(policy)
      .catch((reason: unknown) => reason);

    expect(error).toMatchObject({ code: 'KEYTURN_STORE_REFUSED' });
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain('Black_Sheep');
  });
});
