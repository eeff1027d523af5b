import type { SqlRow, SqlSession } from './sql-session.js';

/**
 * The same session, for reading at one moment: what was asked already is not asked again, as several kinds of
 * permissions are listed by one view. A failure is remembered, too.
 */
export function readOnce(session: SqlSession): SqlSession {
  const answers = new Map<string, Promise<readonly SqlRow[]>>();
  return {
    query<Row extends SqlRow>(sql: string, parameters: readonly string[] = []) {
      const question = JSON.stringify([sql, parameters]);
      let answer = answers.get(question);
      if (answer === undefined) {
        answer = session.query(sql, parameters);
        answers.set(question, answer);
      }
      return answer as Promise<readonly Row[]>;
    },
  };
}
