#!/usr/bin/env bash
# Everything that `make test` leaves out for time: real programs against each other and against others' programs. One line a
# check, PASS, FAIL or SKIP with the reason; the output of each is kept in LOGS (default .build/test-full). Exit status 1 where one
# failed; skips are no failures, but say what to install.
#   scripts/test-full.sh [CHECK...]     all where none is named; 'list' names them
# POLAI names the binary, POLAI_PYTHON a Python with web3, PyYAML, torch, transformers, peft, ethereumapis, libp2p, hivemind or petals (what is absent
# skips its checks), POLAI_VECTORS the public execution suites, POLAI_BEACON_APIS the OpenAPI files of the beacon API, POLAI_PEERS
# and HIVEMIND_WHEEL the real libp2p peers.
set -uo pipefail
cd "$(dirname "$0")/.."
export POLAI=${POLAI:-.build/release/polai}
python=${POLAI_PYTHON:-python3}
logs=${LOGS:-.build/test-full}
mkdir -p "$logs"
wanted=("$@")
all=()
failed=0
has() { "$python" -c "import ${1//,/, }" 2>/dev/null; }
# check NAME NEED... -- COMMAND...: a need is `root`, `python:module,module`, `folder:PATH` or `file:PATH`.
check() {
  local name=$1 need began
  shift
  all+=("$name")
  if [ "${wanted[0]:-}" = list ]; then return; fi
  if [ ${#wanted[@]} -gt 0 ] && [[ " ${wanted[*]} " != *" $name "* ]]; then return; fi
  while [ "$1" != -- ]; do
    need=$1
    shift
    case $need in
      root) [ "$(id -u)" -eq 0 ] || { echo "SKIP $name: needs root"; return; } ;;
      python:*) has "${need#python:}" || { echo "SKIP $name: $python has no ${need#python:} (POLAI_PYTHON)"; return; } ;;
      folder:*) [ -n "${need#folder:}" ] && [ -d "${need#folder:}" ] || { echo "SKIP $name: no folder '${need#folder:}'"; return; } ;;
      file:*) [ -n "${need#file:}" ] && [ -e "${need#file:}" ] || { echo "SKIP $name: no file '${need#file:}'"; return; } ;;
    esac
  done
  shift
  began=$SECONDS
  if "$@" >"$logs/$name.log" 2>&1; then
    echo "PASS $name ($((SECONDS - began)) s)"
  else
    echo "FAIL $name ($((SECONDS - began)) s): $(grep -E 'FAIL|rror' "$logs/$name.log" | tail -1 | cut -c1-160) ($logs/$name.log)"
    failed=1
  fi
}
# A development node for the checks that ask one; its doors are at 23100 and up.
with_node() {
  local dir base=23100 pid status=1
  dir=$(mktemp -d)
  DHT_PORT=$base GETH_HTTP_PORT=$((base + 1)) GETH_P2P_PORT=$((base + 2)) GETH_AUTH_PORT=$((base + 3)) PRYSM_GRPC_PORT=$((base + 4)) \
    PRYSM_REST_PORT=$((base + 5)) PRYSM_P2P_PORT=$((base + 6)) AI_ENGINE_PORT=$((base + 7)) SLASHER_PORT=$((base + 8)) METRICS_PORT=$((base + 9)) \
    "$POLAI" up --devnet --solo --no-trainer --validators 4 --seconds-per-slot 4 --datadir "$dir" \
    --fund 0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf=50 >"$dir/log" 2>&1 &
  pid=$!
  for _ in $(seq 120); do
    python3 -c 'import json, sys, urllib.request; head = json.load(urllib.request.urlopen(sys.argv[1], timeout=2))["data"]; sys.exit(int(head["header"]["message"]["slot"]) < 2)' \
      "http://127.0.0.1:$((base + 5))/eth/v1/beacon/headers/finalized" 2>/dev/null && break
    kill -0 "$pid" 2>/dev/null || { cat "$dir/log"; break; }
    sleep 1
  done
  "$@" && status=0
  kill -TERM "$pid" 2>/dev/null
  wait "$pid" 2>/dev/null
  rm -rf "$dir"
  return $status
}
key=0x0000000000000000000000000000000000000000000000000000000000000001

check two-nodes -- bash scripts/two-nodes.sh
check deposit -- bash scripts/deposit.sh
check roles -- bash scripts/roles.sh
check remote-validator -- bash scripts/remote-validator.sh
check demos -- bash scripts/devnet-demos.sh
check signals -- python3 scripts/check-signals.py --devnet
check dht -- python3 scripts/check-dht.py --polai "$POLAI"
check nat root -- python3 scripts/check-nat.py --polai "$POLAI"
check images-stages -- bash scripts/images.sh --stages
check beacon-api python:yaml "folder:${POLAI_BEACON_APIS:-../shared/specs/beacon-apis}" -- \
  with_node "$python" scripts/check-beacon-api.py http://127.0.0.1:23105 "${POLAI_BEACON_APIS:-../shared/specs/beacon-apis}"
check beacon-wire python:libp2p,cramjam -- with_node "$python" scripts/check-beacon-wire.py --rest http://127.0.0.1:23105
check web3 python:web3 -- with_node "$python" scripts/check-web3.py http://127.0.0.1:23101 http://127.0.0.1:23105
check web3-transactions python:web3 -- with_node "$python" scripts/check-web3-transactions.py http://127.0.0.1:23101 $key
check grpc python:ethereumapis -- with_node "$python" scripts/check-grpc.py 127.0.0.1:23104 127.0.0.1:23108
check models python:torch,transformers,tokenizers,safetensors -- "$python" scripts/check-models.py --polai "$POLAI"
check hub python:torch,transformers,tokenizers,gguf -- "$python" scripts/check-hub.py --polai "$POLAI"
check conformance "folder:${POLAI_VECTORS:-../shared/vectors/execution}" -- \
  python3 scripts/conformance.py --polai "$POLAI" --vectors "${POLAI_VECTORS:-../shared/vectors/execution}"
check libp2p "folder:${POLAI_PEERS:-../shared/peers}" python:libp2p "file:${HIVEMIND_WHEEL:-}" file:.build/release/LibP2PPeer -- \
  env POLAI_PEERS="$(realpath -m "${POLAI_PEERS:-../shared/peers}")" "$python" scripts/check-libp2p.py --peer .build/release/LibP2PPeer --require-all
check hivemind python:hivemind -- bash scripts/check-hivemind.sh
check petals python:torch,hivemind,dijkstar "folder:${POLAI_PEERS:-../shared/peers}/petals_shim" -- bash scripts/check-petals.sh
for scenario in S1 S2 S3 S4 S5; do
  check "netlab-$scenario" root file:/dev/net/tun -- env POLAI="$(realpath "$POLAI")" bash Netlab/run.sh $scenario short
done
if [ "${wanted[0]:-}" = list ]; then printf '%s\n' "${all[@]}"; fi
exit $failed
