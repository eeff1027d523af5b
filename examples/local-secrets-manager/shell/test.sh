#!/usr/bin/env bash
# Tests rotate.sh against a local Secrets Manager. Needs the AWS CLI, curl and Node.
set -euo pipefail
cd "$(dirname "$0")"

work=$(mktemp -d)
export SERVICE_FILE=$work/password AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any
export AWS_DEFAULT_REGION=us-east-1 AWS_PAGER=
echo first >"$SERVICE_FILE"

npx --no -- keyturn-secrets-manager --port 0 --function 'rotate=command:bash rotate.sh' >"$work/ready" &
server=$!
trap 'kill "$server"; wait "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
until endpoint=$(grep -o 'http://[0-9.:]*' "$work/ready" 2>/dev/null); do sleep 0.1; done
sm() { aws secretsmanager "$@" --endpoint-url "$endpoint" --output text; }

sm create-secret --name db --secret-string first >/dev/null
sm rotate-secret --secret-id db --rotation-lambda-arn rotate >/dev/null
report=$(curl -fsS -d '{"secretId":"db"}' "$endpoint/_keyturn/rotation")
current=$(sm get-secret-value --secret-id db --query SecretString)

[[ $report == *'"outcome":"succeeded"'* ]] || { echo "rotation failed: $report" >&2; exit 1; }
[ "$current" = "$(cat "$SERVICE_FILE")" ] || { echo 'the service has another password' >&2; exit 1; }
[ "$current" != first ] || { echo 'the password is the old one' >&2; exit 1; }
echo 'the shell function rotated the secret'
