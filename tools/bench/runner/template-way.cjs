// Clones a user's table rights in the manner of AWS's templates, for comparison: per privilege, asks which tables the
// user can use in any way, and grants all of them in one statement. Reads one request as a line of JSON.
const { Client } = require('pg');

const quoted = (name) => `"${name.replaceAll('"', '""')}"`;

async function clone({ connection, user, clone: name, privileges }) {
  const { host, port, username, password, database, ca } = connection;
  const client = new Client({
    host,
    port,
    user: username,
    password,
    database,
    ssl: ca === undefined ? false : { ca, host },
    application_name: 'template',
  });
  await client.connect();
  await client.query(`CREATE USER ${quoted(name)} PASSWORD 'Second-Passw0rd'`);
  for (const privilege of privileges) {
    const { rows } = await client.query(
      `SELECT schemaname, tablename FROM pg_tables
       WHERE has_table_privilege($1, quote_ident(schemaname) || '.' || quote_ident(tablename), $2)`,
      [user, privilege],
    );
    const tables = rows.map((row) => `${quoted(row.schemaname)}.${quoted(row.tablename)}`);
    if (tables.length === 0) continue;
    await client.query(`GRANT ${privilege} ON TABLE ${tables.join(', ')} TO ${quoted(name)}`);
  }
  await client.end();
}

process.stdin.once('data', (line) => {
  const started = performance.now();
  clone(JSON.parse(line)).then(
    () => console.log(JSON.stringify({ ok: true, handlerMs: performance.now() - started })),
    (error) => console.log(JSON.stringify({ ok: false, error: String(error.message) })),
  );
  // Memory is read from outside, so the process stays.
  setInterval(() => undefined, 60_000);
});
