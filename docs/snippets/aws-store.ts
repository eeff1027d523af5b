import { SecretsManagerStore } from '@keyturn/adapters-aws';

const store = new SecretsManagerStore({ clientConfig: { region: 'eu-west-1' } });
const { labels } = await store.describe({ secretId: 'prod/orders' });
console.log(labels);
