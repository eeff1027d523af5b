import { countIn } from '../src/permissions/statement-log.js';

const line = (program: string, text: string) =>
  `2026-11-25 01:00:00.000 UTC [42] <${program}> ${text}`;

describe('statements in a log', () => {
  it('are counted for one program alone, those that failed included', () => {
    const log = [
      line('keyturn', 'LOG:  execute <unnamed>: SELECT * FROM svv_relation_privileges'),
      line('keyturn', 'LOG:  statement: SELECT CAST('),
      '\tGRANT is only part of the statement before',
      line('keyturn', 'LOG:  statement: GRANT SELECT ON TABLE a, b TO c'),
      line('keyturn', 'ERROR:  tuple concurrently updated'),
      line('keyturn', 'STATEMENT:  GRANT SELECT ON TABLE a, b TO c'),
      line('keyturn', 'LOG:  statement: SET statement_timeout TO 1'),
      line(
        '',
        'LOG:  connection authorized: user=a database=b application_name=keyturn SSL enabled',
      ),
      line('', 'LOG:  connection authorized: user=a database=b application_name=template'),
      line('template', 'LOG:  statement: GRANT SELECT ON TABLE a TO c'),
    ].join('\n');

    expect(countIn(log, 'keyturn')).toEqual({
      reads: 2,
      changes: 1,
      others: 1,
      signIns: 1,
      failed: 1,
    });
  });
});
