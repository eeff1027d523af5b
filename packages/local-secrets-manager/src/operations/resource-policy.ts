import { findLiveSecret, findSecret, secretId, secretIdText } from '../model/identifiers.js';
import { flag, parseInput, required, structure, text } from '../model/input.js';
import { type Operation, store } from '../model/operation.js';
import { patchSecret, withoutUndefined } from '../model/secret.js';
import { ServiceError } from '../model/service-error.js';

const policyText = text({ min: 1, max: 20_480 });
const bySecret = structure({ SecretId: secretId });

const putShape = structure({
  SecretId: secretId,
  ResourcePolicy: required(policyText),
  BlockPublicPolicy: flag(),
});

/** PutResourcePolicy: kept and checked for form, but never enforced: every caller may do everything here. */
export const putResourcePolicy: Operation = (body, secrets, context) => {
  const input = parseInput(putShape, body);
  const secret = findLiveSecret(input.SecretId, secrets, context);
  const statements = parsePolicy(input.ResourcePolicy);
  if (!statements) {
    throw new ServiceError(
      'MalformedPolicyDocumentException',
      'This resource policy contains invalid Json.',
    );
  }
  if (input.BlockPublicPolicy && statements.some(isPublic)) throw publicPolicy();
  return {
    answer: { ARN: secret.arn, Name: secret.name },
    effects: [
      store(patchSecret(secret, { policy: input.ResourcePolicy, lastChangedAt: context.now })),
    ],
  };
};

/** GetResourcePolicy: without a policy the answer has no such field. */
export const getResourcePolicy: Operation = (body, secrets, context) => {
  const secret = findSecret(parseInput(bySecret, body).SecretId, secrets, context);
  return {
    answer: withoutUndefined({
      ARN: secret.arn,
      Name: secret.name,
      ResourcePolicy: secret.policy,
    }),
  };
};

export const deleteResourcePolicy: Operation = (body, secrets, context) => {
  const secret = findLiveSecret(parseInput(bySecret, body).SecretId, secrets, context);
  return {
    answer: { ARN: secret.arn, Name: secret.name },
    effects: [store(patchSecret(secret, { policy: undefined, lastChangedAt: context.now }))],
  };
};

const validateShape = structure({
  SecretId: secretIdText,
  ResourcePolicy: required(policyText),
});

export const validateResourcePolicy: Operation = (body, secrets, context) => {
  const input = parseInput(validateShape, body);
  if (input.SecretId !== undefined) findSecret(input.SecretId, secrets, context);
  const statements = parsePolicy(input.ResourcePolicy);
  const problems = !statements
    ? [{ CheckName: 'POLICY_JSON', ErrorMessage: 'This resource policy contains invalid Json.' }]
    : statements.some(isPublic)
      ? [{ CheckName: 'PUBLIC_POLICY', ErrorMessage: publicPolicy().message }]
      : [];
  return {
    answer: { PolicyValidationPassed: problems.length === 0, ValidationErrors: problems },
  };
};

type Statement = Readonly<Record<string, unknown>>;

/** The statements of a policy document; undefined when it is not one. */
function parsePolicy(document: string): readonly Statement[] | undefined {
  try {
    const { Statement: given } = JSON.parse(document) as { Statement?: unknown };
    const statements = Array.isArray(given) ? given : [given];
    const wellFormed = statements.every(
      (statement: unknown) =>
        typeof statement === 'object' &&
        statement !== null &&
        'Effect' in statement &&
        (statement.Effect === 'Allow' || statement.Effect === 'Deny') &&
        ('Action' in statement || 'NotAction' in statement),
    );
    return wellFormed ? (statements as Statement[]) : undefined;
  } catch {
    return undefined;
  }
}

/** Allows everybody, without a condition. */
function isPublic(statement: Statement): boolean {
  if (statement['Effect'] !== 'Allow' || statement['Condition'] !== undefined) return false;
  const principal = statement['Principal'];
  const aws = typeof principal === 'object' && principal ? Object.values(principal).flat() : [];
  return principal === '*' || aws.includes('*');
}

const publicPolicy = () =>
  new ServiceError(
    'PublicPolicyException',
    'The BlockPublicPolicy parameter is set to true, and the resource policy did not prevent broad access to the secret.',
  );
