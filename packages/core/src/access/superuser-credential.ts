import {
  parseSuperuserSecret,
  type DatabaseSecret,
  type SuperuserAddress,
  type SuperuserSecret,
} from '../domain/database-secret.js';
import { isSameSecret } from '../domain/secret-arn.js';
import { secretIdProblem } from '../domain/secret-id.js';
import { isRefusal, refuse, type Refusal } from '../domain/refusal.js';
import type { ResolvedSettings } from '../domain/rotation-settings.js';
import { refusalToError } from '../errors.js';
import type { DatabaseSession, SessionBounds } from '../ports/database-admin.js';
import { usersOf, type AccessContext, type SecretOwner } from './access-context.js';

/**
 * Reads the superuser secret and makes sure that it names the very server of the secret to be rotated, so that
 * whoever may write the one cannot have the other sent elsewhere. Its own host counts first, then the configured
 * one, then the one that its tags lead to. Sends nothing anywhere.
 */
export async function readSuperuser(
  context: AccessContext,
  owner: SecretOwner,
): Promise<SuperuserSecret> {
  const { settings, otherSecrets } = context;
  const { profile } = context.database;
  const secretId = settings.superuserSecret ?? owner.current.superuserSecretId;
  if (secretId === undefined) throw refusalToError(missing);
  // A setting was looked at when the settings were.
  const unfit = settings.superuserSecret === undefined ? secretIdProblem(secretId) : undefined;
  if (unfit !== undefined) throw refusalToError(unfitName(unfit));
  const { secretArn, text } = await otherSecrets.read(secretId);
  if (isSameSecret(secretArn, owner.secretArn)) throw refusalToError(itself(settings));
  let superuser = parseSuperuserSecret(text, profile, configuredAddress(settings));
  if (isRefusal(superuser) && 'hostMissing' in superuser) {
    const found = await otherSecrets.findServer(secretId, owner.current.address);
    superuser = parseSuperuserSecret(text, profile, found);
  }
  if (isRefusal(superuser)) throw refusalToError(superuser);
  const problem = problemWith(superuser, owner);
  if (problem !== undefined) throw refusalToError(problem);
  context.secrets.add(superuser.password);
  return superuser;
}

/**
 * Signs the superuser in at its own server. Asks for no proof: import this nowhere but in the two doors, which are
 * `superuser-session.ts` for rotations and `operations/operator-session.ts` for an operator. Lint holds to that.
 * @throws `KEYTURN_SUPERUSER_REFUSED`
 */
export async function openSuperuserSession(
  context: AccessContext,
  owner: SecretOwner,
  {
    database = owner.current.address.database,
    bounds,
  }: {
    readonly database?: string | undefined;
    readonly bounds?: SessionBounds | undefined;
  } = {},
): Promise<DatabaseSession> {
  const { host, port, ssl, username: user, password } = await readSuperuser(context, owner);
  const address = { host, port, database, ...(ssl !== undefined && { ssl }) };
  const limits = context.limits(bounds);
  const outcome = await context.database.signIn({ address, user, password, ...limits });
  if (outcome.kind === 'accepted') return outcome.session;
  throw refusalToError(superuserRefused);
}

/** The database does not take the superuser's password. */
export const superuserRefused = refuse({
  code: 'KEYTURN_SUPERUSER_REFUSED',
  message: 'The database refused the password of the superuser secret.',
  remedy: "Store the superuser's working password in its own secret.",
});

function configuredAddress({
  superuserHost: host,
  superuserPort: port,
}: ResolvedSettings): SuperuserAddress | undefined {
  return host === undefined ? undefined : { host, port };
}

const missing = refuse({
  code: 'KEYTURN_SUPERUSER_SECRET_MISSING',
  field: 'masterarn',
  message: 'Alternating users needs a superuser secret, and the secret names none.',
  remedy: 'Set superuserSecret to its ARN, or store that under "masterarn" in the secret.',
  settings: ['superuserSecret'],
});

function unfitName(problem: string): Refusal {
  return refuse({
    code: 'KEYTURN_INVALID_SECRET',
    field: 'masterarn',
    message: `masterarn of the secret ${problem}.`,
    remedy: 'Store the full ARN of the superuser secret under "masterarn", or set superuserSecret.',
    settings: ['superuserSecret'],
  });
}

/** Whoever may store values would choose the superuser's credential and server. */
function itself({ superuserSecret }: ResolvedSettings): Refusal {
  return refuse({
    code: 'KEYTURN_SUPERUSER_SECRET_UNFIT',
    field: superuserSecret === undefined ? 'masterarn' : 'superuserSecret',
    message: 'The superuser secret and the secret to be rotated are the same.',
    remedy: 'Name another secret, which holds the credential of a superuser.',
  });
}

function problemWith(superuser: SuperuserSecret, owner: SecretOwner): Refusal | undefined {
  const field = differingField(superuser, owner.current);
  if (field !== undefined) {
    return refuse({
      code: 'KEYTURN_SUPERUSER_SECRET_UNFIT',
      field,
      message: `The superuser secret names another ${field} than the secret to be rotated.`,
      remedy: `Both must name the same server; correct ${field} in one of them.`,
    });
  }
  if (!usersOf(owner).includes(superuser.username)) return undefined;
  return refuse({
    code: 'KEYTURN_SUPERUSER_IS_USER',
    field: 'username',
    message: 'The secret to be rotated, or its alternate, names the superuser itself.',
    remedy: 'Rotate the superuser with single user, and keep it out of alternating users.',
  });
}

function differingField(
  { host, port }: SuperuserSecret,
  { address }: DatabaseSecret,
): 'host' | 'port' | undefined {
  if (host !== address.host) return 'host';
  return port === address.port ? undefined : 'port';
}
