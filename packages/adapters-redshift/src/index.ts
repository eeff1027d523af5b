export { RedshiftAdmin, type RedshiftAdminOptions } from './redshift-admin.js';
export { RedshiftSession, type RedshiftSessionOptions } from './redshift-session.js';
export { REDSHIFT_PROFILE } from './profile.js';
export { queryCheck, type QueryCheckOptions } from './query-check.js';
export type { OpenSession } from './connection/open-session.js';
export type { TlsMode, TlsSettings } from './connection/tls-settings.js';
export { openingStatements } from './statements.js';
export type { SqlConnection, SqlRow, SqlSession } from './sql-session.js';
