import { readOnce } from '../src/read-once.js';
import type { SqlRow, SqlSession } from '../src/sql-session.js';

/** Answers with what it was asked, and keeps that. */
function answering(): SqlSession & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    query<Row extends SqlRow>(sql: string, parameters: readonly string[] = []) {
      const question = [sql, ...parameters].join(' ');
      asked.push(question);
      return sql === 'broken'
        ? Promise.reject(new Error(question))
        : Promise.resolve([{ question }] as unknown as Row[]);
    },
  };
}

describe('a session that reads once', () => {
  it('asks the same question once, and another one again', async () => {
    const session = answering();
    const once = readOnce(session);
    const answers = [
      await once.query('select', ['a']),
      await once.query('select', ['b']),
      await once.query('select', ['a']),
      await once.query('select'),
    ];
    expect(answers).toEqual([
      [{ question: 'select a' }],
      [{ question: 'select b' }],
      [{ question: 'select a' }],
      [{ question: 'select' }],
    ]);
    expect(session.asked).toEqual(['select a', 'select b', 'select']);
  });

  it('tells a failure to everybody who asks', async () => {
    const session = answering();
    const once = readOnce(session);
    await expect(once.query('broken')).rejects.toThrow('broken');
    await expect(once.query('broken')).rejects.toThrow('broken');
    expect(session.asked).toEqual(['broken']);
  });
});
