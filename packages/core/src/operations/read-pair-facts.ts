import type { DatabaseSecret } from '../domain/database-secret.js';
import type { PairFacts } from '../domain/diagnosis/diagnosis-facts.js';
import type { Permission } from '../domain/permissions/permission.js';
import { otherSecretReader } from '../engine/read-other-secrets.js';
import { redactError } from '../engine/redact-error.js';
import { KeyturnError } from '../errors.js';
import type { DatabaseSession } from '../ports/database-admin.js';
import { planDatabase } from '../strategies/permissions/plan-database.js';
import type { RotationStrategy } from '../strategies/rotation-strategy.js';
import { readSuperuserSecret } from '../strategies/superuser-secret.js';
import type { DiagnosisReader } from './diagnosis-reader.js';

/** Opens a session of the superuser, guarded as in a rotation. Throws a KeyturnError where it cannot. */
export async function openSuperuserSession(
  reader: DiagnosisReader,
  strategy: RotationStrategy,
  { current, idleUser }: { readonly current: DatabaseSecret; readonly idleUser: string },
): Promise<DatabaseSession> {
  const { database, settings, store } = reader.parts;
  const superuserSecret = strategy.otherSecrets?.(settings)[0] ?? settings.superuserSecret;
  const superuser = await readSuperuserSecret(
    {
      current,
      settings: { ...settings, superuserSecret },
      profile: database.profile,
      readSecret: otherSecretReader(store, reader.secrets),
    },
    idleUser,
  );
  reader.secrets.add(superuser.password);
  const { host, port, ssl, username: user, password } = superuser;
  const outcome = await database.signIn({
    address: {
      host,
      port,
      database: current.address.database,
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
  strategy: RotationStrategy,
  users: { readonly current: DatabaseSecret; readonly idleUser: string },
): Promise<PairFacts> {
  const { settings } = reader.parts;
  const { current, idleUser } = users;
  const base = {
    idleUser,
    configured: settings.userPairs?.some((pair) => pair.includes(idleUser)) ?? false,
    adopted: settings.existingUsers === 'adopt',
  };
  try {
    const session = await openSuperuserSession(reader, strategy, users);
    try {
      return { ...base, idle: await readIdle(session, current.username, idleUser) };
    } finally {
      await session.close();
    }
  } catch (error) {
    return { ...base, superuserProblem: redactError(error, reader.secrets).message };
  }
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
    missing: grant.filter(({ kind }) => !unknown.has(kind)).map(describePermission),
    owned: held.owned.map(({ type, container, name }) =>
      container === name ? `${type} ${name}` : `${type} ${container}.${name}`,
    ),
  };
}

/** Such as `SELECT on relation shop orders`. */
function describePermission(permission: Permission): string {
  const { kind, grantable: _, ...rest } = permission;
  const { privilege, ...names } = rest as { readonly privilege?: string };
  const what = `${kind} ${Object.values(names).join(' ')}`.trim();
  return privilege === undefined ? what : `${privilege} on ${what}`;
}
