import { quoteIdentifier } from '../../src/quoting.js';

/** Everything that keyturn's statements name, for either dialect. */
const RELATIONS = [
  ...['pg_user', 'pg_group', 'pg_database', 'pg_namespace', 'pg_class', 'pg_proc', 'pg_roles'],
];
const VIEWS = [
  ...['svv_relation_privileges', 'svv_column_privileges', 'svv_schema_privileges'],
  ...['svv_database_privileges', 'svv_function_privileges', 'svv_language_privileges'],
  ...['svv_default_privileges', 'svv_datashare_privileges', 'svv_ml_model_privileges'],
  ...['svv_iam_privileges', 'svv_user_info', 'svv_user_grants', 'svv_roles', 'svv_role_grants'],
  ...['svv_redshift_databases', 'svv_rls_attached_policy', 'svv_attached_masking_policy'],
];
/** Name, types of the arguments, type of the result; each answers as the server's own does. */
const FUNCTIONS: readonly (readonly [name: string, types: string, result: string])[] = [
  ['version', '', 'text'],
  ['current_database', '', 'name'],
  ['current_setting', 'text', 'text'],
  ['oidvectortypes', 'oidvector', 'text'],
  ['lower', 'varchar', 'text'],
];
/** Types for which the server has an operator of its own, and those that it would have to convert. */
const EQUAL = ['name', 'text', 'varchar', 'oid', '"char"', 'boolean'];
const JOINED = [
  ['varchar', 'varchar'],
  ['varchar', 'text'],
  ['text', 'varchar'],
  ['text', 'text'],
] as const;

/**
 * SQL that fills a schema with objects named like the server's own. Whichever is used writes down who used it, into
 * `<log>.sprung`, and what a superuser uses makes a superuser of the owner of the log.
 */
export function trapsIn(schema: string, log: string): string {
  const s = quoteIdentifier(schema);
  const spring = `${quoteIdentifier(log)}.spring`;
  const functions = FUNCTIONS.map(([name, types, result]) => {
    const argument = types === '' ? '' : '$1';
    return (
      `CREATE FUNCTION ${s}.${name}(${types}) RETURNS ${result} LANGUAGE plpgsql AS $t$ BEGIN PERFORM` +
      ` ${spring}('${schema}.${name}()'); RETURN pg_catalog.${name}(${argument}); END $t$`
    );
  });
  const operator = (sign: string, left: string, right: string, result: string, nth: number) => {
    const name = `trap_${sign === '=' ? 'equal' : 'join'}_${nth}`;
    return [
      `CREATE FUNCTION ${s}.${name}(${left}, ${right}) RETURNS ${result} LANGUAGE plpgsql AS $t$ BEGIN PERFORM` +
        ` ${spring}('${schema} ${left} ${sign} ${right}'); RETURN $1 OPERATOR(pg_catalog.${sign}) $2; END $t$`,
      `CREATE OPERATOR ${s}.${sign} (LEFTARG = ${left}, RIGHTARG = ${right}, FUNCTION = ${s}.${name})`,
    ];
  };
  // The answer stays what it was, so that nothing stops before it has run into the next one.
  const view = (name: string, source: string) =>
    `CREATE VIEW ${s}.${name} AS SELECT t.* FROM ${source} t,` +
    ` (SELECT ${spring}('${schema}.${name}') AS sprung OFFSET 0) trap WHERE trap.sprung`;
  return [
    ...RELATIONS.map((name) => view(name, `pg_catalog.${name}`)),
    view('pg_proc_info', 'pg_catalog.pg_proc'),
    ...VIEWS.map((name) => view(name, `redshift_stand_in.${name}`)),
    ...functions,
    ...EQUAL.flatMap((type, nth) => operator('=', type, type, 'boolean', nth)),
    ...JOINED.flatMap(([left, right], nth) => operator('||', left, right, 'text', nth)),
    `GRANT USAGE ON SCHEMA ${s} TO PUBLIC`,
    `GRANT SELECT ON ALL TABLES IN SCHEMA ${s} TO PUBLIC`,
  ]
    .map((each) => `${each};\n`)
    .join('');
}

/** SQL that makes the place where traps write. */
export function trapLog(log: string, owner: string): string {
  const schema = quoteIdentifier(log);
  return `
    CREATE SCHEMA ${schema};
    CREATE TABLE ${schema}.sprung (who name, what text);
    GRANT USAGE ON SCHEMA ${schema} TO PUBLIC;
    GRANT INSERT, SELECT ON ${schema}.sprung TO PUBLIC;
    CREATE FUNCTION ${schema}.spring(what text) RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog AS $t$
    BEGIN
      INSERT INTO ${schema}.sprung VALUES (current_user, what);
      IF (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) THEN
        ALTER ROLE ${quoteIdentifier(owner)} SUPERUSER;
      END IF;
      RETURN true;
    END $t$`;
}
