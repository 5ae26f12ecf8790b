#!/usr/bin/env bash
# Our Petals server and client against real Petals processes in one swarm: the same tokens by every pairing, chains half theirs half
# ours, gradients, servers killed in the middle of a text, and tokens a second of both. Skips with its reason where Petals
# cannot be imported by $POLAI_PYTHON.
#   scripts/check-petals.sh [options of check-petals.py]
# POLAI names the binary (by default of the release build); POLAI_PEERS the folder with petals_shim/, which gives Petals 2.2 what
# hivemind 1.1.12 no longer has.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${POLAI_PYTHON:-python3}
export PYTHONPATH="${POLAI_PEERS:-../shared/peers}/petals_shim${PYTHONPATH:+:$PYTHONPATH}"
if ! reason=$("$python" -W ignore -c "import hivemind_compat, petals; assert petals.__version__.startswith('2.2.'), petals.__version__" 2>&1); then
  echo "SKIP petals: $python cannot import petals 2.2: $(tail -1 <<<"$reason") (POLAI_PYTHON, POLAI_PEERS; scripts/check-petals.py names the packages)"
  exit 0
fi
[ -x "${POLAI:-.build/release/polai}" ] || { echo "check-petals: ${POLAI:-.build/release/polai} is not built" >&2; exit 1; }
exec "$python" -W ignore scripts/check-petals.py "$@"
