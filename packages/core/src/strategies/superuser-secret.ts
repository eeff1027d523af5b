import {
  parseSuperuserSecret,
  type DatabaseSecret,
  type SuperuserAddress,
  type SuperuserSecret,
} from '../domain/database-secret.js';
import { isRefusal, refuse, type Refusal } from '../domain/refusal.js';
import type { ResolvedSettings } from '../domain/rotation-settings.js';
import { refusalToError } from '../errors.js';
import type { PrepareContext } from './rotation-strategy.js';

/**
 * Reads the superuser secret and makes sure that it names the very server of the secret to be rotated, so that
 * whoever may write the one cannot have the other sent elsewhere. Its own host counts first, then the configured
 * one, then the one that its tags lead to.
 */
export async function readSuperuserSecret(
  context: PrepareContext,
  alternate: string,
): Promise<SuperuserSecret> {
  const { current, settings, profile } = context;
  const secretId = settings.superuserSecret ?? current.superuserSecretId;
  if (secretId === undefined) {
    throw refusalToError(
      refuse({
        code: 'KEYTURN_SUPERUSER_SECRET_MISSING',
        field: 'masterarn',
        message: 'Alternating users needs a superuser secret, and the secret names none.',
        remedy:
          'Store its ARN under "masterarn" in the secret, or set KEYTURN_SUPERUSER_SECRET on the function.',
      }),
    );
  }
  const text = await context.readSecret(secretId);
  let superuser = parseSuperuserSecret(text, profile, configuredAddress(settings));
  if (isRefusal(superuser) && 'hostMissing' in superuser) {
    const found = await context.findServer(secretId);
    superuser = parseSuperuserSecret(text, profile, found);
  }
  if (isRefusal(superuser)) throw refusalToError(superuser);
  const problem = problemWith(superuser, current, alternate);
  if (problem !== undefined) throw refusalToError(problem);
  return superuser;
}

function configuredAddress({
  superuserHost: host,
  superuserPort: port,
}: ResolvedSettings): SuperuserAddress | undefined {
  return host === undefined ? undefined : { host, port };
}

function problemWith(
  superuser: SuperuserSecret,
  current: DatabaseSecret,
  alternate: string,
): Refusal | undefined {
  const field =
    superuser.host !== current.address.host
      ? 'host'
      : superuser.port !== current.address.port
        ? 'port'
        : undefined;
  if (field !== undefined) {
    return refuse({
      code: 'KEYTURN_SUPERUSER_SECRET_UNFIT',
      field,
      message: `The superuser secret names another ${field} than the secret to be rotated.`,
      remedy: `Both must name the same server; correct ${field} in one of them.`,
    });
  }
  if (superuser.username !== current.username && superuser.username !== alternate) return undefined;
  return refuse({
    code: 'KEYTURN_SUPERUSER_IS_USER',
    field: 'username',
    message: 'The secret to be rotated, or its alternate, names the superuser itself.',
    remedy: 'Rotate the superuser with single user, and keep it out of alternating users.',
  });
}
