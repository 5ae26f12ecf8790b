#!/usr/bin/env bash
# Runs a scenario of the fault laboratory: run.sh SCENARIO [short|long] [OPTION...]; 'run.sh --help' lists them. Needs root.
# POLAI names the binary (default: the release build). Results go to results/SCENARIO-FORM.json and .svg.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export POLAI=${POLAI:-../.build/release/polai}
exec python3 -m netlab "$@"
