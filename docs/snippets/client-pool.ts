import { createCredentialSource, secretsManagerReader } from '@keyturn/client';
import { createSecretPool } from '@keyturn/client/pg';

const source = createCredentialSource({
  secretId: 'orders',
  reader: secretsManagerReader(),
  rotation: 'alternating-users',
});
const pool = createSecretPool({ source, max: 10 });
console.log((await pool.query('select current_user')).rows);
