import { randomUUID } from 'node:crypto';
import type { LocalSecretsManager } from './local-secrets-manager.js';
import type { FunctionHandler } from './rotation/function-target.js';

/**
 * A rotation function without a database: createSecret stores the value with another `password`, finishSecret moves
 * AWSCURRENT, the other steps do nothing. For tests of what happens around a rotation. Values have to be JSON objects.
 *
 * @example
 * manager.registerFunction('rotate', valueOnlyRotation(manager));
 */
export function valueOnlyRotation({ call }: Pick<LocalSecretsManager, 'call'>): FunctionHandler {
  return async ({ Step, SecretId, ClientRequestToken }, { invokedFunctionArn }) => {
    const [, , , region] = invokedFunctionArn.split(':');
    if (Step === 'createSecret') {
      const { SecretString } = call('GetSecretValue', { SecretId }, region);
      const fields = JSON.parse(SecretString as string) as object;
      const value = { ...fields, password: randomUUID() };
      const put = { SecretId, ClientRequestToken, SecretString: JSON.stringify(value) };
      try {
        call('PutSecretValue', { ...put, VersionStages: ['AWSPENDING'] }, region);
      } catch (error) {
        // A second try finds the value of the first, which never changes.
        if ((error as { code?: unknown }).code !== 'ResourceExistsException') throw error;
      }
    }
    if (Step === 'finishSecret') {
      const { VersionId } = call('GetSecretValue', { SecretId }, region);
      const move = { MoveToVersionId: ClientRequestToken, RemoveFromVersionId: VersionId };
      call('UpdateSecretVersionStage', { SecretId, VersionStage: 'AWSCURRENT', ...move }, region);
    }
  };
}
