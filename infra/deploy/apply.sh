#!/bin/sh
# Applies roots of infra/ in the order given, for PROJECT; the other settings come as TF_VAR_*.
#   PROJECT=my-project TF_VAR_project=my-project TF_VAR_region=us-central1 infra/deploy/apply.sh storage system
set -eu
cd "$(dirname "$0")/.."
for root in "$@"; do
  terraform -chdir="$root" init -input=false -reconfigure \
    -backend-config="bucket=$PROJECT-lookback-state" -backend-config="prefix=$root"
  terraform -chdir="$root" apply -input=false -auto-approve
done
