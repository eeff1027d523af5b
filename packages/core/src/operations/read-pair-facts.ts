import type { DatabaseSecret } from '../domain/database-secret.js';
import type { PairFacts } from '../domain/diagnosis/diagnosis-facts.js';
import { describeOwned, describePermissions } from '../domain/permissions/describe-permission.js';
import type { ResolvedSettings } from '../domain/rotation-settings.js';
import { redactError } from '../engine/redact-error.js';
import { KeyturnError } from '../errors.js';
import type { DatabaseSession } from '../ports/database-admin.js';
import { planDatabase } from '../strategies/permissions/plan-database.js';
import { readSuperuserSecret } from '../strategies/superuser-secret.js';
import type { DiagnosisReader } from './diagnosis-reader.js';

/** The two users of an alternating pair, and where they sign in. */
export interface SecretPair {
  readonly current: DatabaseSecret;
  readonly idleUser: string;
}

/**
 * Opens a session of the superuser, guarded as in a rotation. Throws a KeyturnError where it cannot. Call it once
 * a stored credential has signed in only, or on the explicit wish of somebody who may read the superuser secret.
 */
export async function openSuperuserSession(
  reader: DiagnosisReader,
  { current, idleUser }: SecretPair,
  inDatabase: string = current.address.database,
): Promise<DatabaseSession> {
  const { database, settings } = reader.parts;
  const superuser = await readSuperuserSecret(
    {
      current,
      settings,
      profile: database.profile,
      readSecret: reader.readSecret,
      findServer: (secretId) => reader.findServer(secretId, current.address),
    },
    idleUser,
  );
  reader.secrets.add(superuser.password);
  const { host, port, ssl, username: user, password } = superuser;
  const outcome = await database.signIn({
    address: {
      host,
      port,
      database: inDatabase,
      ...(ssl !== undefined && { ssl }),
    },
    user,
    password,
    ...reader.connection(),
  });
  if (outcome.kind === 'accepted') return outcome.session;
  throw new KeyturnError({
    code: 'KEYTURN_SUPERUSER_REFUSED',
    message: 'The database refused the password of the superuser secret.',
    remedy: "Store the superuser's working password in its own secret.",
  });
}

/** What the superuser sees of the other user. Only called once a stored credential has signed in. */
export async function readPairFacts(
  reader: DiagnosisReader,
  users: SecretPair,
): Promise<PairFacts> {
  const { settings } = reader.parts;
  const { current, idleUser } = users;
  const base = { idleUser, ...vouching(settings, idleUser) };
  try {
    const session = await openSuperuserSession(reader, users);
    try {
      return { ...base, idle: await readIdle(session, current.username, idleUser) };
    } finally {
      await session.close();
    }
  } catch (error) {
    return { ...base, superuserProblem: redactError(error, reader.secrets).message };
  }
}

/** How the function's own configuration says that the two belong together, whatever signs in. */
export function vouching({ userPairs, existingUsers }: ResolvedSettings, user: string) {
  return {
    configured: userPairs.some((pair) => pair.includes(user)),
    adopted: existingUsers === 'adopt',
  };
}

async function readIdle(
  session: DatabaseSession,
  user: string,
  idleUser: string,
): Promise<NonNullable<PairFacts['idle']>> {
  if ((await session.describeUser({ user: idleUser })) === undefined) {
    return { exists: false, missing: [], owned: [] };
  }
  // What a rotation would grant: rights that come through PUBLIC, a group or a role are no drift.
  const { grant, wanted, held } = await planDatabase(session, {
    source: user,
    target: idleUser,
    scope: 'all',
    exact: false,
  });
  const unknown = new Set([...wanted.notChecked, ...held.notChecked].map(({ kind }) => kind));
  return {
    exists: true,
    missing: describePermissions(grant.filter(({ kind }) => !unknown.has(kind))),
    owned: held.owned.map(describeOwned),
  };
}
