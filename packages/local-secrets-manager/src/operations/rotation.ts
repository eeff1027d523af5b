import { findLiveSecret, secretId } from '../model/identifiers.js';
import { flag, integer, list, parseInput, required, structure, text } from '../model/input.js';
import { CURRENT, holderOf, PENDING, versionById } from '../model/labels.js';
import { type Operation, store } from '../model/operation.js';
import { reserveRotation } from '../model/rotation.js';
import { checkRules, nextRotationAt } from '../model/schedule.js';
import { patchSecret, type RotationSettings, withoutUndefined } from '../model/secret.js';
import { invalidRequest, ServiceError } from '../model/service-error.js';
import { clientRequestToken, requireToken } from '../model/tokens.js';
import { refuseReplica } from './replication.js';

const shape = structure({
  SecretId: secretId,
  ClientRequestToken: clientRequestToken,
  RotationLambdaARN: text({ max: 2048 }),
  RotationRules: structure({
    AutomaticallyAfterDays: integer({ min: 1, max: 1000 }),
    Duration: text({ min: 2, max: 3, pattern: /^[0-9]+h$/ }),
    ScheduleExpression: text({ min: 1, max: 256, pattern: /^[0-9A-Za-z()#?*\-/, ]+$/ }),
  }),
  RotateImmediately: flag(),
  ExternalSecretRotationMetadata: list(
    structure({ Key: required(text()), Value: required(text()) }),
  ),
  ExternalSecretRotationRoleArn: text({ min: 20, max: 2048 }),
});

/** RotateSecret: stores the settings, reserves AWSPENDING without a value, and has the function driven afterwards. */
export const rotateSecret: Operation = (body, secrets, context) => {
  const input = parseInput(shape, body);
  const token = requireToken(input.ClientRequestToken, true);
  const secret = findLiveSecret(input.SecretId, secrets, context);
  refuseReplica(secret, context);
  if (secret.owningService !== undefined) {
    throw invalidRequest(
      `You can't rotate this secret because it is managed by ${secret.owningService}.`,
    );
  }
  const functionArn = input.RotationLambdaARN || secret.rotation?.functionArn;
  if (!functionArn) {
    throw invalidRequest('No Lambda rotation function ARN is associated with this secret.');
  }
  if (!context.canInvoke(functionArn)) throw notPermitted();
  if (input.RotationRules) checkRules(input.RotationRules);

  const answer = { ARN: secret.arn, Name: secret.name, VersionId: token };
  const start = { kind: 'start-rotation', secretArn: secret.arn } as const;
  const pending = holderOf(secret.versions, PENDING);
  if (pending && pending.id !== holderOf(secret.versions, CURRENT)?.id) {
    // The service says that it tries the stranded rotation again, so it does; a repeated request is that rotation.
    const stranded = secret.rotation?.enabled ? secret.pendingRotation : undefined;
    const retry = stranded ? [{ ...start, token: stranded.token }] : [];
    if (secret.pendingRotation?.token === token) return { answer, effects: retry };
    return { answer: {}, refusal: rotationInProgress(), effects: retry };
  }
  if (versionById(secret.versions, token)) {
    // The token of a rotation that is over: a repeat of its request changes nothing.
    return { answer };
  }

  const rules = input.RotationRules ?? secret.rotation?.rules;
  const rotation: RotationSettings = withoutUndefined({
    ...secret.rotation,
    enabled: true,
    functionArn,
    rules,
    // A rotation that fails leaves the date where it was, even in the past; only success moves it on.
    nextRotationAt: input.RotationRules
      ? nextRotationAt(input.RotationRules, context.now)
      : (secret.rotation?.nextRotationAt ?? (rules && nextRotationAt(rules, context.now))),
  });
  const kind = input.RotateImmediately === false ? 'test' : 'rotation';
  const reserved = reserveRotation(
    patchSecret(secret, { rotation, lastChangedAt: context.now }),
    token,
    kind,
    context.now,
  );
  return { answer, effects: [store(reserved), { ...start, token }] };
};

const notPermitted = () =>
  new ServiceError(
    'AccessDeniedException',
    'Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to the principal secretsmanager.amazonaws.com.',
  );

const rotationInProgress = () =>
  invalidRequest("A previous rotation isn't complete. That rotation will be reattempted.");

const cancelShape = structure({ SecretId: secretId });

/** CancelRotateSecret: turns rotation off and stops a running one; a stranded AWSPENDING and the function stay (D, R). */
export const cancelRotateSecret: Operation = (body, secrets, context) => {
  const input = parseInput(cancelShape, body);
  const secret = findLiveSecret(input.SecretId, secrets, context);
  const pendingToken = secret.pendingRotation?.token;
  const { nextRotationAt: _, ...settings } = secret.rotation ?? {};
  return {
    answer: withoutUndefined({ ARN: secret.arn, Name: secret.name, VersionId: pendingToken }),
    effects: [
      store(
        patchSecret(secret, {
          rotation: { ...settings, enabled: false },
          lastChangedAt: context.now,
        }),
      ),
      { kind: 'stop-rotation', secretArn: secret.arn },
    ],
  };
};
