// A rotation function without any library: makes a new value and moves AWSCURRENT onto it.
const endpoint = process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER;

async function call(operation, input) {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `secretsmanager.${operation}`,
    },
    body: JSON.stringify(input),
  });
  const answer = await response.json();
  if (!response.ok) throw Object.assign(new Error(answer.Message), { name: answer.__type });
  return answer;
}

export async function handler({ Step, SecretId, ClientRequestToken, RotationToken }) {
  const current = await call('GetSecretValue', { SecretId }).catch(() => undefined);
  if (Step === 'createSecret') {
    await call('PutSecretValue', {
      SecretId,
      ClientRequestToken,
      RotationToken,
      SecretString: `value of ${ClientRequestToken}`,
      VersionStages: ['AWSPENDING'],
    });
  }
  if (Step === 'finishSecret') {
    await call('UpdateSecretVersionStage', {
      SecretId,
      VersionStage: 'AWSCURRENT',
      MoveToVersionId: ClientRequestToken,
      RemoveFromVersionId: current?.VersionId,
    });
  }
}
