import { sharedPostgres } from '../../src/postgres/index.js';

describe('sharedPostgres', () => {
  it('comes from the source the environment asks for', () => {
    const asked = process.env['KEYTURN_TEST_POSTGRES'];
    const { source } = sharedPostgres();

    expect(asked ? [asked] : ['url', 'container', 'embedded']).toContain(source.kind);
    expect(source.reason).not.toBe('');
  });

  it('lets the superuser in over verified TLS', async () => {
    const client = await sharedPostgres().connect();
    const { rows } = await client.query(
      'select ssl, (select rolsuper from pg_roles where rolname = current_user) as superuser ' +
        'from pg_stat_ssl where pid = pg_backend_pid()',
    );
    await client.end();

    expect(rows).toEqual([{ ssl: sharedPostgres().tls, superuser: true }]);
  });

  it('logs every statement, and shows the log from a position on', async () => {
    const server = sharedPostgres();
    const client = await server.connect();
    await client.query("select 'said before'");
    const position = await server.logPosition();
    await client.query("select 'said after'");
    await client.end();
    const log = await server.log(position);

    expect(log).toContain("select 'said after'");
    expect(log).not.toContain("select 'said before'");
    expect(await server.log()).toContain("select 'said before'");
  });
});
