import { RedshiftAdmin } from '@keyturn/adapters-redshift';
import { Sensitive } from '@keyturn/core';

const admin = new RedshiftAdmin({ tls: { mode: 'verify-full' } });
const outcome = await admin.signIn({
  address: { host: 'cluster.example', port: 5439, database: 'dev' },
  user: 'app',
  password: new Sensitive(process.env['PASSWORD'] ?? ''),
  connectTimeoutMs: 5_000,
  statementTimeoutMs: 5_000,
});
console.log(outcome.kind);
if (outcome.kind === 'accepted') await outcome.session.close();
