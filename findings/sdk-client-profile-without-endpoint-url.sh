#!/usr/bin/env bash
# A good guess: a client made with { profile: 'local' } is a client of that profile, as with the AWS CLI's --profile, so
# region, credentials and endpoint_url all come from it.
# What happens: region and credentials do, endpoint_url does not; the request goes to the public endpoint. The same
# profile named by AWS_PROFILE is honored in full.
# Why it matters to rotation: a tool whose --profile is meant for a private or local Secrets Manager sends the names and
# the new values of secrets to the public service instead, signed with that profile's credentials.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --loglevel=error @aws-sdk/client-secrets-manager@3.1163.0

cat >config <<'CONFIG'
[profile local]
region = eu-west-1
endpoint_url = http://127.0.0.1:5100
aws_access_key_id = profile-key
aws_secret_access_key = any
CONFIG

cat >look.cjs <<'CODE'
const { SecretsManagerClient, DescribeSecretCommand } = require('@aws-sdk/client-secrets-manager');
// Looks at the request instead of sending it.
const requestHandler = {
  handle(request) {
    const [, key] = /Credential=([^/]+)/.exec(request.headers.authorization) ?? [];
    console.log(`${request.protocol}//${request.hostname} signed by ${key}`);
    return Promise.resolve({ response: { statusCode: 400, headers: {}, body: Buffer.from('{}') } });
  },
};
const profile = process.argv[2];
const client = new SecretsManagerClient({ requestHandler, maxAttempts: 1, ...(profile && { profile }) });
client.send(new DescribeSecretCommand({ SecretId: 'orders' })).catch(() => undefined);
CODE

export AWS_CONFIG_FILE=$folder/config AWS_SHARED_CREDENTIALS_FILE=$folder/none AWS_EC2_METADATA_DISABLED=true
unset AWS_PROFILE AWS_REGION AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN \
  AWS_ENDPOINT_URL AWS_ENDPOINT_URL_SECRETS_MANAGER AWS_IGNORE_CONFIGURED_ENDPOINT_URLS || true
by_option=$(node look.cjs local 2>/dev/null)
by_variable=$(AWS_PROFILE=local node look.cjs 2>/dev/null)

echo "Node $(node --version), @aws-sdk/client-secrets-manager 3.1163.0"
echo "new SecretsManagerClient({ profile: 'local' }): $by_option"
echo "AWS_PROFILE=local:                              $by_variable"
[ "$by_option" = 'https://secretsmanager.eu-west-1.amazonaws.com signed by profile-key' ] &&
  [ "$by_variable" = 'http://127.0.0.1 signed by profile-key' ] ||
  { echo 'This has changed.'; exit 1; }
echo "The client's profile gives region and credentials; its endpoint_url counts for AWS_PROFILE alone."
