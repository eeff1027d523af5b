/** What an error of a sign-in says about the credential that was presented. */
export type SignInVerdict =
  /** The user or the password is wrong; another credential may be right. */
  | { readonly kind: 'refused'; readonly sqlState: string }
  /** The user may not sign in, whatever its password; another user may. */
  | { readonly kind: 'user-refused'; readonly sqlState: string }
  /** The server or a pooler has no time now; the credential was not judged. */
  | { readonly kind: 'busy'; readonly sqlState: string }
  /** Nothing about the credential: network, TLS, database, rights. */
  | { readonly kind: 'other' };

/** 28000 that another user would get as well: it stands in pg_hba.conf, or the channel is not encrypted. */
const NOT_ABOUT_THE_USER = /pg_hba|SSL off|no encryption|no PostgreSQL user name/i;
/** PgBouncer answers everybody like this for a while after its own sign-in to the server was refused. */
const POOLER_BUSY =
  /server login has been failing|query_wait_timeout|no more connections allowed|client_login_timeout/i;
/** PgBouncer's words for what the server itself calls 28P01. */
const POOLER_REFUSED = /authentication failed|no such user|wrong password/i;

/**
 * Judges what a database library has thrown at a sign-in, by SQLSTATE, wherever the library hides it. Pure.
 *
 * PostgreSQL answers a wrong credential with 28P01, Redshift with 28000, PgBouncer with 08P01 and words.
 */
export function classifySignInError(error: unknown): SignInVerdict {
  const found = findSqlState(error);
  if (found === undefined) return { kind: 'other' };
  const { sqlState, message } = found;
  switch (sqlState) {
    case '28P01':
      return { kind: 'refused', sqlState };
    case '28000':
      if (/password authentication failed/i.test(message)) return { kind: 'refused', sqlState };
      if (NOT_ABOUT_THE_USER.test(message)) return { kind: 'other' };
      return { kind: 'user-refused', sqlState };
    case '08P01':
      if (POOLER_BUSY.test(message)) return { kind: 'busy', sqlState };
      return POOLER_REFUSED.test(message) ? { kind: 'refused', sqlState } : { kind: 'other' };
    case '53300':
    case '57P01':
    case '57P03':
      return { kind: 'busy', sqlState };
    default:
      return { kind: 'other' };
  }
}

/** Prisma's own codes for what a server says at a sign-in, used where it hides the SQLSTATE. */
const PRISMA: Readonly<Record<string, string>> = { P1000: '28P01', P2037: '53300' };
/** Where libraries keep the driver's error: ES2022, Sequelize 6, TypeORM, Prisma. */
const BENEATH = ['cause', 'parent', 'original', 'driverError', 'meta', 'driverAdapterError'];
const DEEPEST = 6;
/** Neither a code of Node, such as EPIPE, nor one of Prisma, such as P2010. */
const SQLSTATE = /^(?=.*\d)(?!P[1-9])[0-9A-Z]{5}$/;

interface FoundState {
  readonly sqlState: string;
  readonly message: string;
}

/** Libraries wrap errors, and some give plain objects, so the class of what was thrown says nothing. */
function findSqlState(error: unknown, depth = 0): FoundState | undefined {
  if (typeof error !== 'object' || error === null || depth > DEEPEST) return undefined;
  const fields = error as Readonly<Record<string, unknown>>;
  const message = typeof fields['message'] === 'string' ? fields['message'] : '';
  for (const code of [fields['code'], fields['originalCode']]) {
    if (typeof code === 'string' && SQLSTATE.test(code)) {
      const original = fields['originalMessage'];
      return { sqlState: code, message: typeof original === 'string' ? original : message };
    }
  }
  for (const key of BENEATH) {
    const found = findSqlState(fields[key], depth + 1);
    if (found !== undefined) return found;
  }
  const prisma = PRISMA[String(fields['code'])];
  return prisma === undefined ? undefined : { sqlState: prisma, message };
}
