#!/usr/bin/env bash
# Has Terraform's AWS provider make secrets in a local Secrets Manager, find nothing to change, change one and
# remove all. Usage: conformance-terraform.sh <endpoint>, where a rotation function named rotates is known.
# Left out, with a line that says so, where Terraform or the provider is not at hand. KEYTURN_TERRAFORM_PLUGINS
# is a folder with the provider, laid out as terraform providers mirror does, for machines without a network.
set -euo pipefail
configuration=$(cd "$(dirname "$0")/../packages/local-secrets-manager/test/conformance/terraform" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$configuration/main.tf" "$work"
cd "$work"
export TF_VAR_endpoint=$1 TF_IN_AUTOMATION=1 CHECKPOINT_DISABLE=1

plugins=${KEYTURN_TERRAFORM_PLUGINS:-}
if ! command -v terraform >/dev/null ||
  ! timeout 60 terraform init -no-color -input=false ${plugins:+-plugin-dir="$plugins"} >init.log 2>&1; then
  echo 'Terraform: left out, it or its AWS provider is not at hand'
  exit 0
fi

run() {
  "$@" -no-color -input=false >run.log 2>&1 || { local code=$?; cat run.log >&2; return "$code"; }
}
rotated() {
  curl -fsS -d '{"secretId":"terraform/db"}' "$TF_VAR_endpoint/_keyturn/rotation" | grep -q '"outcome":"succeeded"'
}
export TF_VAR_password=first
run terraform apply -auto-approve
rotated
run terraform plan -detailed-exitcode
export TF_VAR_password=second
run terraform apply -auto-approve
run terraform plan -detailed-exitcode
run terraform destroy -auto-approve
version=$(terraform version | head -n 1)
provider=$(grep -A 1 hashicorp/aws .terraform.lock.hcl | grep -o '[0-9.]*[0-9]' | head -n 1)
echo "$version, AWS provider $provider: applied, changed and destroyed"
