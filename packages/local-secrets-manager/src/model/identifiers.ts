import { required, text } from './input.js';
import type { OperationContext, RandomSource, SecretReader } from './operation.js';
import type { Secret } from './secret.js';
import { markedForDeletion, notFound, ServiceError } from './service-error.js';

const NAME = /^[A-Za-z0-9/_+=.@!-]+$/;
const SUFFIX_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export const secretIdText = text({ min: 1, max: 2048 });
export const secretId = required(secretIdText);
export const secretName = required(text({ min: 1, max: 512 }));

/** @throws ServiceError ValidationException for a character that no name may have (O). */
export function checkName(name: string): void {
  if (NAME.test(name)) return;
  throw new ServiceError(
    'ValidationException',
    'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
  );
}

export const arnPrefix = (context: Pick<OperationContext, 'accountId' | 'region'>) =>
  `arn:aws:secretsmanager:${context.region}:${context.accountId}:secret:`;

/** A full ARN: the name and six random characters. */
export function newSecretArn(
  name: string,
  context: Pick<OperationContext, 'accountId' | 'region' | 'random'>,
): string {
  return `${arnPrefix(context)}${name}-${arnSuffix(context.random)}`;
}

function arnSuffix(random: RandomSource): string {
  return Array.from({ length: 6 }, () =>
    SUFFIX_ALPHABET.charAt(random.below(SUFFIX_ALPHABET.length)),
  ).join('');
}

/**
 * Finds a secret by name, full ARN or partial ARN. Whatever ends in a hyphen and six characters is taken for a
 * full ARN, so a name that ends so is not found by its partial ARN (O).
 */
export function lookUp(
  id: string,
  secrets: SecretReader,
  context: OperationContext,
): Secret | undefined {
  if (!id.startsWith('arn:')) {
    checkName(id);
    return byName(id, secrets, context);
  }
  const prefix = arnPrefix(context);
  const tail = id.split(':').slice(6).join(':');
  checkName(tail);
  if (!id.startsWith(prefix)) return undefined;
  const full = /^(.+)-[A-Za-z0-9]{6}$/.exec(tail);
  if (!full) return byName(tail, secrets, context);
  const secret = byName(full[1] as string, secrets, context);
  return secret?.arn === id ? secret : undefined;
}

/** The secret of that name, unless its planned deletion is over. */
export function byName(
  name: string,
  secrets: SecretReader,
  { now }: Pick<OperationContext, 'now'>,
): Secret | undefined {
  const secret = secrets.get(name);
  return secret?.deleteAt !== undefined && secret.deleteAt <= now ? undefined : secret;
}

/** @throws ServiceError ResourceNotFoundException. */
export function findSecret(id: string, secrets: SecretReader, context: OperationContext): Secret {
  const secret = lookUp(id, secrets, context);
  if (!secret) throw notFound();
  return secret;
}

/** @throws ServiceError also InvalidRequestException while the secret is scheduled for deletion. */
export function findLiveSecret(
  id: string,
  secrets: SecretReader,
  context: OperationContext,
): Secret {
  const secret = findSecret(id, secrets, context);
  if (secret.deleteAt !== undefined) throw markedForDeletion();
  return secret;
}
