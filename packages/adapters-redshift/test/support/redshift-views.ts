import { RedshiftSession } from '../../src/redshift-session.js';
import type { SqlRow } from '../../src/sql-session.js';
import { systemClock } from '@keyturn/core';
import { statementError } from '../../src/errors/statement-error.js';

const FACTS = [{ version: 'PostgreSQL 8.0.2, Redshift 1.0.1', me: 'root', superuser: 't' }];

/**
 * A session that takes the server for Redshift. Each view or catalog has the rows that are told; `undefined` means
 * that there is no such view. `other` answers statements of another kind, by rows or by an error. `statements` records
 * whatever is not a SELECT.
 */
export function redshiftWith(
  views: Readonly<Record<string, readonly SqlRow[] | undefined>>,
  other: (sql: string) => readonly SqlRow[] | { readonly code: string } | undefined = () =>
    undefined,
): {
  readonly session: RedshiftSession;
  readonly statements: string[];
} {
  const statements: string[] = [];
  const answer = (sql: string): readonly SqlRow[] => {
    if (!sql.startsWith('SELECT')) {
      statements.push(sql);
      const given = other(sql);
      if (given === undefined || !('code' in given)) return given ?? [];
      const error = Object.assign(new Error('refused'), given);
      throw statementError({ error, sql, timedOut: false, redact: (text) => text });
    }
    if (sql.includes('version()')) return FACTS;
    if (sql.includes('current_database()')) return [{ name: 'dev' }];
    const view = Object.keys(views).find((name) =>
      new RegExp(`\\bFROM pg_catalog\\.${name}\\b`).test(sql),
    );
    if (view === undefined) return [];
    const rows = views[view];
    if (rows !== undefined) return rows;
    const error = Object.assign(new Error(`relation "${view}" does not exist`), { code: '42P01' });
    throw statementError({ error, sql, timedOut: false, redact: (text) => text });
  };
  const connection = {
    query: <Row extends SqlRow>(sql: string) =>
      Promise.resolve(sql).then((text) => answer(text) as readonly Row[]),
    close: () => Promise.resolve(),
  };
  return { session: new RedshiftSession(connection, systemClock), statements };
}
