import { classifySignInError } from '@keyturn/client';

const pg = (code: string, message = 'something') => ({ severity: 'FATAL', code, message });

describe('an error of a sign-in', () => {
  it.each([
    ['PostgreSQL, wrong password', pg('28P01', 'Passwort-Authentifizierung fehlgeschlagen')],
    ['Redshift, wrong password', pg('28000', 'password authentication failed for user "app"')],
    ['PgBouncer, SCRAM', pg('08P01', 'SASL authentication failed')],
    ['PgBouncer, md5', pg('08P01', 'password authentication failed')],
    ['PgBouncer, auth_query', pg('08P01', 'no such user: app')],
    ['Drizzle, Slonik, Sequelize 7', { message: 'Failed query', cause: pg('28P01') }],
    ['Sequelize 6', { name: 'ConnectionError', parent: pg('28P01'), original: pg('28P01') }],
    ['TypeORM', { message: 'x', driverError: pg('28P01') }],
    ['Prisma, a model query', { code: 'P1000', message: 'Authentication failed' }],
    [
      'Prisma, a raw query',
      {
        code: 'P2010',
        meta: { driverAdapterError: { cause: { originalCode: '28P01', originalMessage: 'x' } } },
      },
    ],
    ['a plain object, as pg-boss emits it', { code: '28P01', message: 'x' }],
  ])('is a refusal of the credential: %s', (_, error) => {
    expect(classifySignInError(error).kind).toBe('refused');
  });

  it.each([
    ['NOLOGIN', pg('28000', 'role "app" is not permitted to log in')],
    ['words that nobody knows', pg('28000', 'le rôle est verrouillé')],
  ])('is a refusal of the user: %s', (_, error) => {
    expect(classifySignInError(error).kind).toBe('user-refused');
  });

  it.each([
    ['starting up', pg('57P03')],
    ['ended by an administrator', pg('57P01')],
    ['full', pg('53300')],
    [
      'PgBouncer after a refusal of its own',
      pg('08P01', 'server login has been failing, cached error: password authentication failed'),
    ],
    ['PgBouncer, full', pg('08P01', 'no more connections allowed (max_client_conn)')],
    ['Prisma, full', { code: 'P2037', message: 'Too many database connections opened' }],
  ])('asks for a pause: %s', (_, error) => {
    expect(classifySignInError(error).kind).toBe('busy');
  });

  it.each([
    ['pg_hba', pg('28000', 'no pg_hba.conf entry for host "10.0.0.1", user "app", no encryption')],
    ['no such database', pg('3D000')],
    ['no CONNECT', pg('42501')],
    ['PgBouncer, no such database', pg('08P01', 'no such database: nowhere')],
    ['PgBouncer, hba', pg('08P01', 'login rejected')],
    ['a network', { code: 'ECONNREFUSED', message: 'connect ECONNREFUSED' }],
    ['no code', new Error('SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string')],
    ['nothing', undefined],
    ['a text', '28P01'],
    ['null', null],
  ])('says nothing about the credential: %s', (_, error) => {
    expect(classifySignInError(error).kind).toBe('other');
  });

  it('ends where causes go round in a circle', () => {
    const error: { cause?: unknown } = {};
    error.cause = error;
    expect(classifySignInError(error).kind).toBe('other');
  });
});
