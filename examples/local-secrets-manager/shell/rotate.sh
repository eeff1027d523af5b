#!/usr/bin/env bash
# A rotation function in shell: reads one event from standard input, answers {"ok":true}, and ends.
# Needs the AWS CLI. SERVICE_FILE is the toy service: a file that holds the one password it accepts.
set -euo pipefail

field() { sed -E "s/.*\"$1\":\"([^\"]*)\".*/\1/" <<<"$event"; }
sm() {
  aws secretsmanager "$@" --secret-id "$arn" --endpoint-url "$AWS_ENDPOINT_URL_SECRETS_MANAGER" --output text
}
pending() {
  sm get-secret-value --version-id "$token" --version-stage AWSPENDING --query SecretString
}

read -r event
step=$(field Step) arn=$(field SecretId) token=$(field ClientRequestToken)
case "$step" in
  createSecret)
    pending >/dev/null 2>&1 || sm put-secret-value --client-request-token "$token" \
      --version-stages AWSPENDING --secret-string "$(head -c 18 /dev/urandom | base64)" >/dev/null
    ;;
  setSecret) pending >"$SERVICE_FILE" ;;
  testSecret) [ "$(cat "$SERVICE_FILE")" = "$(pending)" ] ;;
  finishSecret)
    current=$(sm get-secret-value --query VersionId)
    [ "$current" = "$token" ] || sm update-secret-version-stage --version-stage AWSCURRENT \
      --move-to-version-id "$token" --remove-from-version-id "$current" >/dev/null
    ;;
esac
echo '{"ok":true}'
