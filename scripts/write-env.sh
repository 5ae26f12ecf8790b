#!/usr/bin/env bash
# Writes .env from env.example with a freshly generated GENESIS_SEED, unless there is one already.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -e .env ] && exit 0
umask 077
seed=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')
sed "s/^GENESIS_SEED=.*/GENESIS_SEED=$seed/" env.example >.env.partial
mv .env.partial .env
echo "setup: wrote .env with a new GENESIS_SEED; it is the private key of this node's validators: keep it secret"
