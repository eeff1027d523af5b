import type { PostgresServer } from '@keyturn/testkit/postgres';

/** What one program has asked of the server. Each statement is one round trip. */
export interface StatementCounts {
  readonly reads: number;
  /** GRANT, REVOKE, CREATE and ALTER, those that failed included. */
  readonly changes: number;
  /** SET and the like. */
  readonly others: number;
  readonly signIns: number;
  /** Statements that failed, for whatever reason. */
  readonly failed: number;
}

/** Makes the log say which program each line is about, and who signs in. */
export async function nameProgramsInLog(server: PostgresServer): Promise<void> {
  const client = await server.connect();
  await client.query(`alter system set log_line_prefix = '%m [%p] <%a> '`);
  await client.query('alter system set log_connections = on');
  await client.query('select pg_reload_conf()');
  await client.end();
}

/** Counts the statements of one program, by its application name, that are logged while `work` runs. */
export async function countStatements(
  server: PostgresServer,
  program: string,
  work: () => Promise<void>,
): Promise<StatementCounts> {
  const start = await server.logPosition();
  await work();
  return countIn(await server.log(start), program);
}

/** The same in a text of the log. */
export function countIn(log: string, program: string): StatementCounts {
  const lines = log.split('\n');
  const mine = lines.filter((line) => line.includes(`<${program}> `));
  const commands = mine.flatMap((line) => {
    const [, command] = /LOG: {2}(?:statement|execute <unnamed>): (\w+)/.exec(line) ?? [];
    return command === undefined ? [] : [command.toUpperCase()];
  });
  const reads = commands.filter((command) => command === 'SELECT').length;
  const changes = commands.filter((command) => CHANGES.includes(command)).length;
  return {
    reads,
    changes,
    others: commands.length - reads - changes,
    signIns: lines.filter((line) =>
      new RegExp(`connection authorized: .* application_name=${program}\\b`).test(line),
    ).length,
    failed: mine.filter((line) => line.includes('ERROR:  ')).length,
  };
}

const CHANGES: readonly string[] = ['GRANT', 'REVOKE', 'CREATE', 'ALTER'];
