import type { ErrorCode } from '../../domain/error-code.js';
import { KeyturnError } from '../../errors.js';
import type { DatabaseSession, SessionBounds } from '../../ports/database-admin.js';
import {
  lookAtPair,
  type DatabaseLook,
  type LookRequest,
  type UserCouple,
} from './look-at-pair.js';

/** What the databases of a cluster are looked at with. */
export interface SurveyRequest extends UserCouple, Omit<LookRequest, 'own' | 'memberships'> {
  /** Signed in to `database` as the superuser. The caller closes it. */
  readonly session: DatabaseSession;
  /** The secret's own. */
  readonly database: string;
  /** Signs in to another database; the session is closed here. */
  openDatabase(name: string, bounds: SessionBounds): Promise<DatabaseSession>;
  /** Milliseconds that are left for everything; Infinity where nobody said. */
  timeLeftMs(): number;
  /** Called before each of the other databases with those that are left; throws where there is no time for them. */
  requireTime?(left: readonly string[]): void;
}

/** A database that could not be compared, and why. The other databases can be, so its owner cannot stop a rotation. */
export interface NotCompared {
  readonly database: string;
  readonly code: ErrorCode;
  readonly reason: string;
}

/** What a visit to each database gave. */
export interface Survey<T> {
  readonly own: T;
  readonly others: readonly ({ readonly database: string; readonly value: T } | NotCompared)[];
}

/** Looks at a database; its session is closed afterwards. What it throws about the database is not the rotation's end. */
export type Visit<T> = (
  session: DatabaseSession,
  look: DatabaseLook,
  database: string,
) => Promise<T>;

/**
 * Looks at every database before anything is changed, one connection after the other. What keeps the secret's own
 * from being read is thrown. Another one that cannot be read in its share of the time is tried once more after all
 * the rest, and then reported as not compared.
 */
export async function surveyDatabases<T>(
  request: SurveyRequest,
  visit: Visit<T>,
): Promise<Survey<T>> {
  const { session, database } = request;
  const look = await lookAtPair(session, { ...request, own: true });
  const own = await visit(session, look, database);
  const { present, absent } = await otherDatabases(request, request.settings.permissionDatabases);
  const results = new Map<string, Survey<T>['others'][number]>();
  let left = present;
  for (const isLast of [false, true]) {
    const failed: string[] = [];
    // Half of the time for all of them, so that enough is left for what has to be done.
    const sessionMs = Math.min(MOST_MS, request.timeLeftMs() / 2 / Math.max(1, left.length));
    for (const [done, name] of left.entries()) {
      request.requireTime?.(left.slice(done));
      const memberships = look.memberships;
      try {
        const bounds = { statementMs: sessionMs, sessionMs };
        const value = await within(await request.openDatabase(name, bounds), async (there) =>
          visit(there, await lookAtPair(there, { ...request, own: false, memberships }), name),
        );
        results.set(name, { database: name, value });
      } catch (error) {
        if (!isAboutDatabase(error)) throw error;
        results.set(name, { database: name, code: error.code, reason: error.message });
        if (error.retryable && !isLast) failed.push(name);
      }
    }
    left = failed;
  }
  return {
    own,
    others: [
      ...present.flatMap((name) => results.get(name) ?? []),
      ...absent.map((name) => ({
        database: name,
        code: 'KEYTURN_DATABASE_UNKNOWN' as const,
        reason: NO_SUCH_DATABASE,
      })),
    ],
  };
}

const NO_SUCH_DATABASE = 'The settings name it, and the cluster has no database of that name.';

/** No other database keeps a rotation longer than this, even where nobody said how much time there is. */
export const MOST_MS = 60_000;

/** Closes the session, whatever becomes of the work. */
export async function within<T>(
  session: DatabaseSession,
  work: (session: DatabaseSession) => Promise<T>,
): Promise<T> {
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/** Whether an error says something about a database or the way to it, and nothing about the rotation. */
export function isAboutDatabase(error: unknown): error is KeyturnError {
  return (
    KeyturnError.is(error) &&
    (error.code.startsWith('KEYTURN_DATABASE_') || error.code === 'KEYTURN_SUPERUSER_REFUSED')
  );
}

/** The other databases to look at, in order of their names, and those that the settings name and nobody has. */
export async function otherDatabases(
  { session, database }: Pick<SurveyRequest, 'session' | 'database'>,
  limit: readonly string[] | undefined,
): Promise<{ readonly present: readonly string[]; readonly absent: readonly string[] }> {
  // A list of nothing but the secret's own database saves the question.
  if (limit?.every((name) => name === database)) return { present: [], absent: [] };
  const names = new Set(await session.listDatabases());
  const wanted = new Set(limit ?? names);
  wanted.delete(database);
  const sorted = [...wanted].sort();
  return {
    present: sorted.filter((name) => names.has(name)),
    absent: sorted.filter((name) => !names.has(name)),
  };
}
