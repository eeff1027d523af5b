/** Which of the two kinds of server is at the other end; a few statements differ. */
export type Dialect = 'redshift' | 'postgres';

/** Reads the dialect off what `version()` says: "PostgreSQL 8.0.2 ... Redshift 1.0.12345" on Redshift. */
export function dialectOf(version: string): Dialect {
  return version.includes('Redshift') ? 'redshift' : 'postgres';
}
