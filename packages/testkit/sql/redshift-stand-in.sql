-- Redshift's permission views for PostgreSQL 15, so that SQL written for Redshift's SVV_* views runs on both.
--
-- Run it as superuser in any database that is for testing; running it again changes nothing. It makes one schema,
-- redshift_stand_in, and puts that last on the database's search_path (new sessions see it there).
-- keyturn reads these views only where none but superusers own the schema, may create in it or own one of them.
-- To be rid of it: DROP SCHEMA redshift_stand_in CASCADE; and ALTER DATABASE ... RESET search_path;
--
-- Users, groups and roles are all roles to Postgres. Here they are told apart like this:
--   LOGIN role                                                           -> user
--   NOLOGIN role named role_... or sys:..., or listed in stand_in_roles  -> role
--   any other NOLOGIN role                                               -> group
-- Postgres' own pg_group lists every NOLOGIN role, those counted as roles here included; Redshift's lists groups only.
--
-- What differs from Redshift, and is so on purpose or cannot be helped:
--   * Only explicit permissions are listed, as on Redshift: a database or function nobody has touched has no rows
--     although PUBLIC may use it. Once one grant exists Postgres also lists what the OWNER has. Those rows are kept:
--     whether Redshift lists them is not documented, and a reader has to leave them out either way.
--   * privilege_type is passed on as Postgres spells it (TRIGGER occurs, DROP and ALTER do not) but for TEMPORARY,
--     which Redshift calls TEMP, and CONNECT, which Redshift does not have.
--   * Who sees which rows: a superuser all; others the rows of themselves, of groups and roles they belong to, and of
--     PUBLIC. svv_user_info shows others only themselves, pg_user_info shows them nothing.
--   * What Postgres has no place for stands in tables that a test may fill, as superuser:
--       stand_in_roles          names of NOLOGIN roles to count as roles
--       stand_in_user_settings  SYSLOG ACCESS, SESSION TIMEOUT and EXTERNALID of a user
--       stand_in_databases      names of other databases to count as databases of the same cluster; without any this
--                               database is alone, so that tests on one server keep out of each other's way
--       stand_in_scoped_schema_privileges, stand_in_scoped_database_privileges
--                               rows that the two views add: permissions FOR TABLES IN SCHEMA and the like
--       svv_datashare_privileges, svv_ml_model_privileges, svv_iam_privileges, svv_system_privileges,
--       svv_rls_attached_policy, svv_attached_masking_policy
--                               empty tables where Redshift has views

SET client_min_messages = warning;

CREATE SCHEMA IF NOT EXISTS redshift_stand_in;
GRANT USAGE ON SCHEMA redshift_stand_in TO PUBLIC;

DO $$
BEGIN
  IF current_setting('search_path') NOT LIKE '%redshift_stand_in%' THEN
    EXECUTE format('ALTER DATABASE %I SET search_path = %s, redshift_stand_in',
                   current_database(), current_setting('search_path'));
    EXECUTE format('SET search_path = %s, redshift_stand_in', current_setting('search_path'));
  END IF;
END $$;

-- What Postgres has no place for ---------------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS redshift_stand_in.stand_in_roles (role_name name PRIMARY KEY);

CREATE TABLE IF NOT EXISTS redshift_stand_in.stand_in_databases (database_name name PRIMARY KEY);

CREATE TABLE IF NOT EXISTS redshift_stand_in.stand_in_user_settings (
  user_name        name PRIMARY KEY,
  syslog_access    text NOT NULL DEFAULT 'RESTRICTED' CHECK (syslog_access IN ('RESTRICTED', 'UNRESTRICTED')),
  session_timeout  integer NOT NULL DEFAULT 0,
  external_user_id text
);

CREATE TABLE IF NOT EXISTS redshift_stand_in.stand_in_scoped_schema_privileges (
  namespace_name text, privilege_type text, identity_id integer, identity_name text, identity_type text,
  admin_option boolean, privilege_scope text
);

CREATE TABLE IF NOT EXISTS redshift_stand_in.stand_in_scoped_database_privileges (
  database_name text, privilege_type text, identity_id integer, identity_name text, identity_type text,
  admin_option boolean, privilege_scope text
);

CREATE TABLE IF NOT EXISTS redshift_stand_in.svv_datashare_privileges (
  datashare_name text, privilege_type text, identity_id integer, identity_name text, identity_type text,
  admin_option boolean
);

CREATE TABLE IF NOT EXISTS redshift_stand_in.svv_ml_model_privileges (
  namespace_name text, model_name text, model_version integer, privilege_type text, identity_id integer,
  identity_name text, identity_type text, admin_option boolean
);

CREATE TABLE IF NOT EXISTS redshift_stand_in.svv_iam_privileges (
  iam_arn text, command_type text, identity_id integer, identity_name text, identity_type text
);

CREATE TABLE IF NOT EXISTS redshift_stand_in.svv_system_privileges (
  system_privilege text, identity_id integer, identity_name text, identity_type text
);

CREATE TABLE IF NOT EXISTS redshift_stand_in.svv_rls_attached_policy (
  relschema text, relname text, relkind text, polname text, grantor text, grantee text, granteekind text,
  is_pol_on boolean, is_rls_on boolean, rls_conjunction_type text
);

CREATE TABLE IF NOT EXISTS redshift_stand_in.svv_attached_masking_policy (
  policy_name text, schema_name text, table_name text, table_type text, grantor text, grantee text,
  grantee_type text, priority integer, input_columns text, output_columns text
);

-- Who is who -----------------------------------------------------------------------------------------------------

CREATE OR REPLACE VIEW redshift_stand_in.stand_in_identities AS
SELECT oid AS identity_oid,
       oid::bigint::integer AS identity_id,
       rolname::text AS identity_name,
       CASE
         WHEN rolcanlogin THEN 'user'
         WHEN rolname ~ '^(role_|sys:)' OR rolname IN (SELECT role_name FROM redshift_stand_in.stand_in_roles) THEN 'role'
         ELSE 'group'
       END AS identity_type,
       -- True for oneself, for the groups and roles one belongs to, and for everybody if one is a superuser.
       pg_has_role(oid, 'MEMBER') AS is_visible
FROM pg_catalog.pg_roles
UNION ALL
SELECT 0, 0, 'public', 'public', true;

-- Permissions on objects -----------------------------------------------------------------------------------------

CREATE OR REPLACE VIEW redshift_stand_in.svv_relation_privileges AS
SELECT n.nspname::text AS namespace_name,
       c.relname::text AS relation_name,
       a.privilege_type,
       i.identity_id,
       i.identity_name,
       i.identity_type,
       a.is_grantable AS admin_option
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) a
JOIN redshift_stand_in.stand_in_identities i ON i.identity_oid = a.grantee
WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f')
  AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'redshift_stand_in')
  AND i.is_visible;

CREATE OR REPLACE VIEW redshift_stand_in.svv_column_privileges AS
SELECT n.nspname::text AS namespace_name,
       c.relname::text AS relation_name,
       t.attname::text AS column_name,
       a.privilege_type,
       i.identity_id,
       i.identity_name,
       i.identity_type
FROM pg_catalog.pg_attribute t
JOIN pg_catalog.pg_class c ON c.oid = t.attrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL pg_catalog.aclexplode(t.attacl) a
JOIN redshift_stand_in.stand_in_identities i ON i.identity_oid = a.grantee
WHERE NOT t.attisdropped
  AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'redshift_stand_in')
  AND i.is_visible;

CREATE OR REPLACE VIEW redshift_stand_in.svv_schema_privileges AS
SELECT n.nspname::text AS namespace_name,
       a.privilege_type,
       i.identity_id,
       i.identity_name,
       i.identity_type,
       a.is_grantable AS admin_option,
       'SCHEMA'::text AS privilege_scope
FROM pg_catalog.pg_namespace n
CROSS JOIN LATERAL pg_catalog.aclexplode(n.nspacl) a
JOIN redshift_stand_in.stand_in_identities i ON i.identity_oid = a.grantee
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'redshift_stand_in')
  AND i.is_visible
UNION ALL
SELECT namespace_name, privilege_type, identity_id, identity_name, identity_type, admin_option, privilege_scope
FROM redshift_stand_in.stand_in_scoped_schema_privileges;

CREATE OR REPLACE VIEW redshift_stand_in.svv_database_privileges AS
SELECT d.datname::text AS database_name,
       CASE a.privilege_type WHEN 'TEMPORARY' THEN 'TEMP' ELSE a.privilege_type END AS privilege_type,
       i.identity_id,
       i.identity_name,
       i.identity_type,
       a.is_grantable AS admin_option,
       'DATABASE'::text AS privilege_scope
FROM pg_catalog.pg_database d
CROSS JOIN LATERAL pg_catalog.aclexplode(d.datacl) a
JOIN redshift_stand_in.stand_in_identities i ON i.identity_oid = a.grantee
WHERE a.privilege_type <> 'CONNECT'
  AND i.is_visible
UNION ALL
SELECT database_name, privilege_type, identity_id, identity_name, identity_type, admin_option, privilege_scope
FROM redshift_stand_in.stand_in_scoped_database_privileges;

CREATE OR REPLACE VIEW redshift_stand_in.svv_function_privileges AS
SELECT n.nspname::text AS namespace_name,
       p.proname::text AS function_name,
       -- Types alone: Postgres' own text has the argument names in it.
       (SELECT coalesce(string_agg(pg_catalog.format_type(t.type_oid, NULL), ', ' ORDER BY t.position), '')
          FROM unnest(p.proargtypes) WITH ORDINALITY AS t (type_oid, position)) AS argument_types,
       a.privilege_type,
       i.identity_id,
       i.identity_name,
       i.identity_type,
       a.is_grantable AS admin_option
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
CROSS JOIN LATERAL pg_catalog.aclexplode(p.proacl) a
JOIN redshift_stand_in.stand_in_identities i ON i.identity_oid = a.grantee
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'redshift_stand_in')
  AND i.is_visible;

CREATE OR REPLACE VIEW redshift_stand_in.svv_language_privileges AS
SELECT l.lanname::text AS language_name,
       a.privilege_type,
       i.identity_id,
       i.identity_name,
       i.identity_type,
       a.is_grantable AS admin_option
FROM pg_catalog.pg_language l
CROSS JOIN LATERAL pg_catalog.aclexplode(l.lanacl) a
JOIN redshift_stand_in.stand_in_identities i ON i.identity_oid = a.grantee
WHERE i.is_visible;

-- Postgres counts procedures as functions here, so PROCEDURE does not occur.
CREATE OR REPLACE VIEW redshift_stand_in.svv_default_privileges AS
SELECT n.nspname::text AS schema_name,
       CASE d.defaclobjtype WHEN 'r' THEN 'RELATION' ELSE 'FUNCTION' END AS object_type,
       o.identity_id AS owner_id,
       o.identity_name AS owner_name,
       o.identity_type AS owner_type,
       a.privilege_type,
       i.identity_id AS grantee_id,
       i.identity_name AS grantee_name,
       i.identity_type AS grantee_type,
       a.is_grantable AS admin_option
FROM pg_catalog.pg_default_acl d
LEFT JOIN pg_catalog.pg_namespace n ON n.oid = d.defaclnamespace
JOIN redshift_stand_in.stand_in_identities o ON o.identity_oid = d.defaclrole
CROSS JOIN LATERAL pg_catalog.aclexplode(d.defaclacl) a
JOIN redshift_stand_in.stand_in_identities i ON i.identity_oid = a.grantee
WHERE d.defaclobjtype IN ('r', 'f')
  AND (i.is_visible OR o.is_visible);

CREATE OR REPLACE VIEW redshift_stand_in.svv_redshift_databases AS
SELECT d.datname::text AS database_name,
       d.datdba::bigint::integer AS database_owner,
       'local'::text AS database_type,
       NULL::text AS database_acl,
       NULL::text AS database_options
FROM pg_catalog.pg_database d
WHERE d.datname = current_database() OR d.datname IN (SELECT database_name FROM redshift_stand_in.stand_in_databases);

-- Users, roles and who has which ---------------------------------------------------------------------------------

CREATE OR REPLACE VIEW redshift_stand_in.svv_roles AS
SELECT i.identity_id AS role_id,
       i.identity_name AS role_name,
       NULL::text AS role_owner,
       NULL::text AS external_id
FROM redshift_stand_in.stand_in_identities i
WHERE i.identity_type = 'role' AND i.is_visible;

CREATE OR REPLACE VIEW redshift_stand_in.svv_user_grants AS
SELECT u.identity_id AS user_id,
       u.identity_name AS user_name,
       r.identity_id AS role_id,
       r.identity_name AS role_name,
       m.admin_option
FROM pg_catalog.pg_auth_members m
JOIN redshift_stand_in.stand_in_identities u ON u.identity_oid = m.member AND u.identity_type = 'user'
JOIN redshift_stand_in.stand_in_identities r ON r.identity_oid = m.roleid AND r.identity_type = 'role'
WHERE u.is_visible;

CREATE OR REPLACE VIEW redshift_stand_in.svv_role_grants AS
SELECT r.identity_id AS role_id,
       r.identity_name AS role_name,
       g.identity_id AS granted_role_id,
       g.identity_name AS granted_role_name
FROM pg_catalog.pg_auth_members m
JOIN redshift_stand_in.stand_in_identities r ON r.identity_oid = m.member AND r.identity_type = 'role'
JOIN redshift_stand_in.stand_in_identities g ON g.identity_oid = m.roleid AND g.identity_type = 'role'
WHERE r.is_visible;

CREATE OR REPLACE VIEW redshift_stand_in.svv_user_info AS
SELECT r.rolname::text AS user_name,
       r.oid::bigint::integer AS user_id,
       r.rolcreatedb AS createdb,
       r.rolsuper AS superuser,
       r.rolsuper AS catalog_update,
       CASE r.rolconnlimit WHEN -1 THEN 'UNLIMITED' ELSE r.rolconnlimit::text END AS connection_limit,
       coalesce(s.syslog_access, 'RESTRICTED') AS syslog_access,
       NULL::timestamp AS last_ddl_timestamp,
       coalesce(s.session_timeout, 0) AS session_timeout,
       s.external_user_id
FROM pg_catalog.pg_roles r
LEFT JOIN redshift_stand_in.stand_in_user_settings s ON s.user_name = r.rolname
WHERE r.rolcanlogin
  AND (r.rolname = current_user OR (SELECT usesuper FROM pg_catalog.pg_user WHERE usename = current_user));

-- valuntil is timestamptz here and abstime on Redshift; both read 'infinity' as text.
CREATE OR REPLACE VIEW redshift_stand_in.pg_user_info AS
SELECT r.rolname AS usename,
       r.oid::bigint::integer AS usesysid,
       r.rolcreatedb AS usecreatedb,
       r.rolsuper AS usesuper,
       r.rolsuper AS usecatupd,
       '********'::text AS passwd,
       r.rolvaliduntil AS valuntil,
       s.setconfig AS useconfig,
       CASE r.rolconnlimit WHEN -1 THEN 'UNLIMITED' ELSE r.rolconnlimit::text END AS useconnlimit
FROM pg_catalog.pg_roles r
LEFT JOIN pg_catalog.pg_db_role_setting s ON s.setrole = r.oid AND s.setdatabase = 0
WHERE r.rolcanlogin
  AND (SELECT usesuper FROM pg_catalog.pg_user WHERE usename = current_user);

GRANT SELECT ON ALL TABLES IN SCHEMA redshift_stand_in TO PUBLIC;
