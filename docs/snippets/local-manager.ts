import { startSecretsManager } from '@keyturn/local-secrets-manager';

const manager = await startSecretsManager({
  functions: { rotate: async ({ Step }) => console.log(Step) },
});
console.log(`export AWS_ENDPOINT_URL_SECRETS_MANAGER=${manager.endpoint}`);
await manager.close();
