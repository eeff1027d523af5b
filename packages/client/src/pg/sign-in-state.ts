import type { ClientConfig } from 'pg';
import type { Credential } from '../domain/credential.js';
import { unfit } from './client-config.js';
import type { ClientInternals, ConnectionInternals } from './pg-module.js';

const DEFAULT_PORT = 5432;

/**
 * Puts a credential into a client that has not signed in, and the address where the configuration leaves it to the
 * secret. Nothing comes from the PG* variables.
 * @throws InvalidInputError `KEYTURN_INVALID_SETTING` where neither says where the server is
 */
export function fillIn(
  client: ClientInternals,
  config: ClientConfig,
  credential: Credential,
): void {
  const { address, user, password } = credential;
  const host = config.host ?? address.host;
  const database = config.database ?? address.database;
  if (host === undefined) throw missing('host', 'host');
  if (database === undefined) throw missing('database', 'dbname');
  const port = config.port ?? address.port ?? DEFAULT_PORT;
  const facts = { user, password: password.reveal(), host, port, database };
  Object.assign(client, facts);
  Object.assign(client.connectionParameters, facts);
}

/** The password is not needed any more once the sign-in is over. */
export function forgetPassword(client: ClientInternals): void {
  client.password = null;
  client.connectionParameters.password = null;
}

/** Listeners that a library has put onto a client's connection before it was connected, as Sequelize does. */
export type ForeignListeners = readonly (readonly [event: string | symbol, listener: Listener])[];
type Listener = (...args: never[]) => void;

/** Which there are; asked before `pg` adds its own. */
export function foreignListeners(connection: ConnectionInternals): ForeignListeners {
  return connection
    .eventNames()
    .filter((event) => event !== 'newListener')
    .flatMap((event) =>
      connection.rawListeners(event).map((listener) => [event, listener as Listener] as const),
    );
}

/** Gives a client that has failed to sign in a new connection, so that the same object can try again. */
export function renew(
  client: ClientInternals,
  fresh: ConnectionInternals,
  listeners: ForeignListeners,
): void {
  abandon(client.connection);
  for (const [event, listener] of listeners) fresh.on(event, listener);
  client.connection = fresh;
  client._connecting = false;
  client._connectionError = false;
  client._ended = false;
  client._queryable = true;
}

/** Nobody listens to it any more, and its socket is closed. */
export function abandon(connection: ConnectionInternals): void {
  connection.removeAllListeners();
  connection.on('error', () => {});
  connection.stream.destroy();
}

function missing(option: string, key: string) {
  return unfit(
    option,
    `Neither the configuration nor the secret says which ${option} to connect to.`,
    `Give the option ${option}, or store the secret with ${key}.`,
  );
}
