#!/usr/bin/env bash
# Our Hivemind DHT against real hivemind processes, `polai dht --hivemind` being the only place to join: records both ways,
# subkeys, owners' records. Skips with its reason where hivemind cannot be imported by $POLAI_PYTHON.
#   scripts/check-hivemind.sh [options of check-hivemind.py]      --quick: what `make test` runs
# POLAI names the binary (default: the release build's), HIVEMIND_PEER the test's own node (default: the release build's, brought up to date
# first).
set -euo pipefail
cd "$(dirname "$0")/.."
python=${POLAI_PYTHON:-python3}
if ! reason=$("$python" -c "import hivemind; assert hivemind.__version__.startswith('1.1.'), hivemind.__version__" 2>&1); then
  echo "SKIP hivemind: $python cannot import hivemind 1.1: $(tail -1 <<<"$reason") (POLAI_PYTHON; pip install hivemind==1.1.12)"
  exit 0
fi
if [ -z "${HIVEMIND_PEER:-}" ]; then bash scripts/swift-quiet.sh swift build -c release --product HivemindPeer; fi
for binary in "${POLAI:-.build/release/polai}" "${HIVEMIND_PEER:-.build/release/HivemindPeer}"; do
  [ -x "$binary" ] || { echo "check-hivemind: $binary is not built" >&2; exit 1; }
done
exec "$python" scripts/check-hivemind.py "$@"
