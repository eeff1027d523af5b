import { pgSessions, type OpenSession } from '../../src/connection/open-session.js';
import { prepareTls } from '../../src/connection/tls-settings.js';
import { RedshiftAdmin } from '../../src/index.js';
import type { SqlRow } from '../../src/sql-session.js';
import { run, tls, type UsedDatabase } from './test-server.js';

/** What is sent, message by message, and what kind of server the admin takes it for. */
export interface Recording {
  readonly admin: RedshiftAdmin;
  readonly asked: string[];
}

/**
 * An admin over real connections that takes PostgreSQL for Redshift or for itself, and writes down what it asks. As
 * Redshift the database needs {@link addRedshiftViews}.
 */
export function recordingAdmin(dialect: 'redshift' | 'postgres'): Recording {
  const asked: string[] = [];
  const open: OpenSession = pgSessions(prepareTls(tls));
  const admin = new RedshiftAdmin({
    openSession: async (request) => {
      const connection = await open(request);
      if (connection === 'refused') return connection;
      return {
        close: () => connection.close(),
        async query<Row extends SqlRow>(sql: string, parameters?: readonly string[]) {
          asked.push(sql);
          const rows = await connection.query<Row>(sql, parameters);
          const isFacts = rows[0] !== undefined && 'version' in rows[0];
          if (dialect === 'postgres' || !isFacts) return rows;
          return rows.map((row) => ({ ...row, version: 'PostgreSQL 8.0.2, Redshift 1.0.1' }));
        },
      };
    },
  });
  return { admin, asked };
}

/** Gives a database Redshift's views where Redshift has them: in pg_catalog. Needs a superuser. */
export async function addRedshiftViews({ client }: UsedDatabase): Promise<void> {
  await run(
    client,
    `SET allow_system_table_mods = on;
     DO $$ DECLARE name text; BEGIN
       FOR name IN SELECT relname FROM pg_class WHERE relnamespace = 'redshift_stand_in'::regnamespace
         AND relname LIKE 'svv%' LOOP
         EXECUTE format('CREATE VIEW pg_catalog.%I AS SELECT * FROM redshift_stand_in.%I', name, name);
         EXECUTE format('GRANT SELECT ON pg_catalog.%I TO PUBLIC', name);
       END LOOP;
     END $$;
     CREATE VIEW pg_catalog.pg_proc_info AS SELECT * FROM pg_proc; GRANT SELECT ON pg_catalog.pg_proc_info TO PUBLIC;
     RESET allow_system_table_mods`,
  );
}
