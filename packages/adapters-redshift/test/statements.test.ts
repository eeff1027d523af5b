import * as statements from '../src/statements.js';

describe('statements about users', () => {
  it('keep the name’s case and send a stored form', () => {
    expect(statements.createUser('Sheep "1"', 'md5abc')).toBe(
      `CREATE USER "Sheep ""1""" PASSWORD 'md5abc'`,
    );
    expect(statements.setPassword('sheep', 'md5abc')).toBe(`ALTER USER "sheep" PASSWORD 'md5abc'`);
    expect(statements.dropUser('sheep')).toBe('DROP USER "sheep"');
  });

  it('never ask Redshift what only PostgreSQL knows', () => {
    expect(statements.SELECT_SESSION_FACTS).not.toMatch(/current_setting|SHOW/);
  });

  it('give the time-out in whole milliseconds, and never none', () => {
    const opening = (statementTimeoutMs: number) =>
      statements.openingStatements({ purpose: 'checks', statementTimeoutMs });

    expect(opening(1234.5)).toBe('SET statement_timeout TO 1234');
    expect(opening(0)).toBe('SET statement_timeout TO 1');
  });
});
