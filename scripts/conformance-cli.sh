#!/usr/bin/env bash
# Runs the conformance table of the local Secrets Manager through boto3 and the AWS CLI, Terraform where it is at
# hand, then the examples that use the clients. Where these are missing, it installs Debian's packages in CI
# (CI=true) or with --install; that needs root.
set -euo pipefail
cd "$(dirname "$0")/.."

table=packages/local-secrets-manager/test/conformance
python=/usr/bin/python3

has_clients() { "$python" -c 'import boto3, awscli' 2>/dev/null; }

if ! has_clients && { [ "${1:-}" = --install ] || [ "${CI:-}" = true ]; }; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends awscli python3-boto3 >/dev/null
fi
if ! has_clients; then
  echo 'boto3 and the AWS CLI are needed: run this with --install on Debian, as root' >&2
  exit 1
fi

work=$(mktemp -d)
ready=$work/ready
node packages/local-secrets-manager/bin/keyturn-secrets-manager.mjs --port 0 --attempts 1 \
  --function "rotates=$table/functions/rotates.mjs" --function "fails=$table/functions/fails.mjs" \
  >"$ready" 2>/dev/null &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
for _ in $(seq 100); do
  endpoint=$(grep -o 'http://[0-9.:]*' "$ready" || true)
  [ -n "$endpoint" ] && break
  sleep 0.1
done
if [ -z "$endpoint" ]; then
  echo 'the local Secrets Manager did not start' >&2
  exit 1
fi

status=0
for client in boto3 cli; do
  "$python" -W ignore "$table/conformance_clients.py" "$client" "$endpoint" || status=1
done

scripts/conformance-terraform.sh "$endpoint" || status=1

# With both clients here, the examples can be held to what they say.
ln -s /usr/bin/aws "$work/aws"
export PATH=$work:$PATH npm_config_loglevel=error PYTHONDONTWRITEBYTECODE=1
(cd examples/local-secrets-manager/python && "$python" -W ignore -m unittest) || status=1
examples/local-secrets-manager/shell/test.sh || status=1
exit "$status"
