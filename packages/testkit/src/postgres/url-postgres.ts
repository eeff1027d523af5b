import { existsSync, readFileSync } from 'node:fs';
import type { RunningServer } from './running-server.js';

/**
 * Takes a server somebody else runs, by the URL of its superuser. Unless the URL says `sslmode=disable`, its
 * certificate is verified, against `ca` (PEM or the path of a file) if given.
 *
 * @throws Error when the URL lacks a part; the message never repeats the URL, which holds a password
 */
export function urlPostgres(url: string, ca: string | undefined): RunningServer {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (
    !parsed ||
    !/^postgres(ql)?:$/.test(parsed.protocol) ||
    !parsed.hostname ||
    !parsed.username
  ) {
    throw new Error(
      'KEYTURN_TEST_POSTGRES_URL must read postgres://superuser:password@host:port/database',
    );
  }
  return {
    address: {
      host: parsed.hostname,
      port: Number(parsed.port || 5432),
      database: decodeURIComponent(parsed.pathname.slice(1)) || 'postgres',
      superuser: {
        username: decodeURIComponent(parsed.username),
        password: decodeURIComponent(parsed.password),
      },
      tls: parsed.searchParams.get('sslmode') !== 'disable',
      ...(ca && { ca: existsSync(ca) ? readFileSync(ca, 'utf8') : ca }),
    },
    stop: () => Promise.resolve(),
  };
}
