import { Client } from 'pg';
import type { Login, ServerAddress } from './running-server.js';

/** What may differ from the superuser's connection to the maintenance database. */
export interface ConnectOptions {
  readonly database?: string;
  readonly as?: Login;
}

/**
 * Opens a connection over verified TLS (plain only where the server has none). The caller ends it.
 *
 * @throws what `pg` throws
 */
export async function connect(
  address: ServerAddress,
  { database = address.database, as = address.superuser }: ConnectOptions = {},
): Promise<Client> {
  const client = new Client({
    host: address.host,
    port: address.port,
    database,
    user: as.username,
    password: as.password,
    // Without `host`, Node would compare the certificate of an IP address with `localhost`.
    ssl: address.tls && { host: address.host, ...(address.ca !== undefined && { ca: address.ca }) },
    connectionTimeoutMillis: 15_000,
  });
  // A server that stops ends its connections; a query in flight reports it, an idle client need not.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Opens a connection, runs `work` with it, and ends it either way. */
export async function withConnection<T>(
  address: ServerAddress,
  options: ConnectOptions,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = await connect(address, options);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
