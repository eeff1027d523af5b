import { checkMd5SignIn, checkSuperuser } from './check-server.js';
import { withConnection } from './connect.js';
import { startContainerPostgres } from './container-postgres.js';
import { startEmbeddedPostgres } from './embedded-postgres.js';
import { usePostgres, type PostgresServer } from './postgres-server.js';
import type { PostgresSource, RunningServer } from './running-server.js';
import { applyStandIn } from './stand-in.js';
import { uniqueName } from './unique-name.js';
import { urlPostgres } from './url-postgres.js';

/** See {@link startPostgres}. */
export interface StartPostgresOptions {
  /** Takes this source and no other. Default: `KEYTURN_TEST_POSTGRES`, else the first that works. */
  readonly source?: PostgresSource['kind'];
  /** Default `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Gets the one line that says which server it is and why. Default: standard error. */
  readonly announce?: (line: string) => void;
}

/** A server that whoever started it ends. */
export interface StartedPostgres extends PostgresServer {
  /** Ends it and removes what it left; leaves a server by URL running. Safe to repeat. */
  stop(): Promise<void>;
}

const KINDS: readonly string[] = ['url', 'container', 'embedded'];
const DEFAULT_IMAGE = 'postgres:15';

/**
 * Gives a real PostgreSQL 15 with a superuser, TLS from a throw-away authority, SCRAM and md5 databases and a log of
 * every statement. Sources, in this order:
 *
 * 1. `KEYTURN_TEST_POSTGRES_URL`, a superuser's URL (`KEYTURN_TEST_POSTGRES_CA`: PEM or path of its authority). Tests
 *    make databases and roles there, so it should be a server to throw away; for md5 databases its pg_hba.conf must
 *    say `md5`, and for log tests it needs `logging_collector` and `log_statement = all`.
 * 2. A container, where a docker engine answers and the image `KEYTURN_TEST_POSTGRES_IMAGE` (default `postgres:15`) is
 *    present or arrives within 60 s. Needs `testcontainers`.
 * 3. The embedded binaries from npm.
 *
 * `KEYTURN_TEST_POSTGRES` = `url` | `container` | `embedded` forces one. Whatever this process started is removed
 * when it ends, even by SIGKILL.
 *
 * @throws Error when no source works; the message has the reason of each
 */
export async function startPostgres(options: StartPostgresOptions = {}): Promise<StartedPostgres> {
  const {
    environment = process.env,
    announce = (line: string) => void process.stderr.write(`${line}\n`),
  } = options;
  const { running, source } = await startServer(
    parseSource(options.source, environment),
    environment,
  );
  const isSomebodyElses = source.kind === 'url';
  let server: PostgresServer | undefined;
  const stop = async () => {
    if (server && isSomebodyElses) await dropTemplate(server);
    await running.stop();
  };
  try {
    if (isSomebodyElses) await checkSuperuser(running.address);
    server = await prepare(running, source);
    if (isSomebodyElses) await checkMd5SignIn(server);
  } catch (error) {
    await stop();
    throw error;
  }
  const doubt = server.tls ? '' : ', WITHOUT TLS';
  announce(`Postgres ${server.version} for tests: ${source.kind}${doubt} (${source.reason})`);
  return { ...server, stop };
}

type Environment = Readonly<Record<string, string | undefined>>;
type Started = { readonly running: RunningServer; readonly source: PostgresSource };

function parseSource(
  option: PostgresSource['kind'] | undefined,
  environment: Environment,
): PostgresSource['kind'] | undefined {
  const forced = option ?? (environment['KEYTURN_TEST_POSTGRES'] || undefined);
  if (forced !== undefined && !KINDS.includes(forced)) {
    throw new TypeError(`KEYTURN_TEST_POSTGRES must be one of ${KINDS.join(', ')}`);
  }
  return forced as PostgresSource['kind'] | undefined;
}

async function startServer(
  forced: PostgresSource['kind'] | undefined,
  environment: Environment,
): Promise<Started> {
  const url = environment['KEYTURN_TEST_POSTGRES_URL'];
  if (forced === 'url' || (!forced && url)) {
    if (!url) throw new Error('KEYTURN_TEST_POSTGRES_URL is not set');
    return {
      running: urlPostgres(url, environment['KEYTURN_TEST_POSTGRES_CA']),
      source: { kind: 'url', reason: 'KEYTURN_TEST_POSTGRES_URL is set' },
    };
  }
  let reason = 'asked for';
  if (forced !== 'embedded') {
    const image = environment['KEYTURN_TEST_POSTGRES_IMAGE'] || DEFAULT_IMAGE;
    try {
      const running = await startContainerPostgres(image);
      const how = running.pulled ? 'arrived' : 'is present';
      return { running, source: { kind: 'container', reason: `the image ${image} ${how}` } };
    } catch (cause) {
      if (forced) throw new Error(`no Postgres container: ${messageOf(cause)}`, { cause });
      reason = `no container: ${messageOf(cause)}`;
    }
  }
  try {
    return { running: await startEmbeddedPostgres(), source: { kind: 'embedded', reason } };
  } catch (cause) {
    throw new Error(`no Postgres for tests: ${messageOf(cause)}; ${reason}`, { cause });
  }
}

/** Makes the database that tests' databases are copied from. */
async function prepare(running: RunningServer, source: PostgresSource): Promise<PostgresServer> {
  const { address } = running;
  const template = uniqueName('keyturn_template');
  const version = await withConnection(address, {}, async (client) => {
    await client.query(`create database ${template}`);
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    return rows[0]?.server_version.split(' ')[0] ?? 'unknown';
  });
  await withConnection(address, { database: template }, applyStandIn);
  return usePostgres({ ...address, source, version, template });
}

async function dropTemplate(server: PostgresServer): Promise<void> {
  await withConnection(server, {}, (client) =>
    client.query(`drop database if exists ${server.template}`),
  );
}

const messageOf = (error: unknown) =>
  (error instanceof Error ? error.message : String(error)).trim();
