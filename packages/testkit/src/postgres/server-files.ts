import type { TestCertificate } from '../tls/index.js';

/** How many md5 databases one server can have at a time. */
const MD5_DATABASE_COUNT = 4096;

/**
 * The names a database must have to be signed in to by md5. Postgres 15 cannot match names by a pattern, and a
 * change of its list takes a reload, so all of them are listed beforehand.
 */
export const md5DatabaseNames: readonly string[] = Array.from(
  { length: MD5_DATABASE_COUNT },
  (_, index) => `keyturn_md5_${String(index).padStart(4, '0')}`,
);

// `md5` takes an md5 password and a SCRAM verifier alike, `scram-sha-256` refuses the former, as on a real server.
const hba = `
local all            all     trust
host  @md5_databases all all md5
host  all            all all scram-sha-256
`;

// The log goes through the collector so that it can be read over SQL wherever the server runs.
const settings = `
ssl = on
ssl_cert_file = 'server.crt'
ssl_key_file = 'server.key'
password_encryption = 'scram-sha-256'
max_connections = 300
shared_buffers = '64MB'
fsync = off
full_page_writes = off
synchronous_commit = off
autovacuum = off
logging_collector = on
log_directory = 'log'
log_filename = 'server.log'
log_rotation_age = 0
log_rotation_size = 0
log_statement = 'all'
`;

/** The files a test server's data folder gets, by name; `postgresql.auto.conf` wins over the stock settings. */
export function serverFiles({ certificate, key }: TestCertificate): Record<string, string> {
  return {
    'pg_hba.conf': hba,
    'postgresql.auto.conf': settings,
    md5_databases: md5DatabaseNames.join('\n') + '\n',
    'server.crt': certificate,
    'server.key': key,
  };
}
