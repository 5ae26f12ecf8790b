#!/usr/bin/env bash
# The main job on the real program: an empty folder, the real default model, a chain of 4-second slots, one
# finalised update; then kill -9 in the middle of work, and the same chain again up to the next finalised update.
# Prints the two JSON summaries. Everything happens in a temporary folder and on ports of its own.
set -euo pipefail
cd "$(dirname "$0")/.."
polai=${POLAI:-.build/release/polai}
dir=$(mktemp -d)
log="$dir/log"
pid=
finish() { [ -z "$pid" ] || kill -9 "$pid" 2>/dev/null || true; rm -rf "$dir"; }
trap finish EXIT

fail() {
  echo "end-to-end: $1" >&2
  tail -n 40 "$log" >&2 || true
  exit 1
}

umask 077
seed=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')
base=$((20000 + RANDOM % 20000))
cat >"$dir/.env" <<EOF
GENESIS_SEED="$seed"
GENESIS_HOST=localhost
AI_QUORUM=auto
DHT_PORT=$base
GETH_HTTP_PORT=$((base + 1))
GETH_P2P_PORT=$((base + 2))
GETH_AUTH_PORT=$((base + 3))
PRYSM_GRPC_PORT=$((base + 4))
PRYSM_REST_PORT=$((base + 5))
PRYSM_P2P_PORT=$((base + 6))
AI_ENGINE_PORT=$((base + 7))
SLASHER_PORT=$((base + 8))
METRICS_PORT=$((base + 9))
EOF
up=("$polai" up --datadir "$dir/data" --env-file "$dir/.env" --seconds-per-slot 4)
json() { python3 -c 'import json,sys; d=json.load(sys.stdin); print(eval(sys.argv[1]))' "$1"; }
get() { python3 -c 'import sys,urllib.request; sys.stdout.write(urllib.request.urlopen(sys.argv[1], timeout=10).read().decode())' "$1"; }

echo "end-to-end: from an empty folder to a finalised update"
"${up[@]}" --stop-after-update 1 --timeout 15m >"$dir/first.json" 2>"$log" || fail "the first run ended with status $?"
cat "$dir/first.json"
json 'd["loss_after"] < 0.999 * d["loss_before"] or sys.exit("the loss did not fall")' <"$dir/first.json" >/dev/null
for phrase in 'Loss gate' 'ACK quorum' 'Step '; do grep -q "$phrase" "$log" || fail "the log has no '$phrase'"; done

echo "end-to-end: kill -9 in the middle of work, then resume"
"${up[@]}" >"$dir/second.json" 2>>"$log" &
pid=$!
for _ in $(seq 120); do
  get "http://127.0.0.1:$((base + 5))/eth/v1/node/syncing" >"$dir/syncing" 2>/dev/null && break
  kill -0 "$pid" 2>/dev/null || fail "the resumed node stopped by itself"
  sleep 1
done
sleep 9
finalized=$(get "http://127.0.0.1:$((base + 5))/eth/v1/beacon/headers/finalized" | json 'd["data"]["root"]') || fail "no finalised header"
genesis=$(get "http://127.0.0.1:$((base + 5))/eth/v1/beacon/genesis" | json 'd["data"]["genesis_validators_root"]')
kill -9 "$pid"
wait "$pid" 2>/dev/null || true
pid=
"${up[@]}" --stop-after-update 2 --timeout 15m >"$dir/third.json" 2>>"$log" &
pid=$!
for _ in $(seq 120); do
  get "http://127.0.0.1:$((base + 5))/eth/v1/beacon/genesis" >"$dir/genesis" 2>/dev/null && break
  kill -0 "$pid" 2>/dev/null || break
  sleep 1
done
[ "$(json 'd["data"]["genesis_validators_root"]' <"$dir/genesis")" = "$genesis" ] || fail "another chain after the restart"
canonical=$(get "http://127.0.0.1:$((base + 5))/eth/v1/beacon/headers/$finalized" | json 'd["data"]["canonical"]') || fail "the finalised block is gone"
[ "$canonical" = True ] || fail "the finalised block is no longer canonical"
wait "$pid" || fail "the resumed run ended with status $?"
pid=
cat "$dir/third.json"
json 'd["update_count"] >= 2 or sys.exit("no second update")' <"$dir/third.json" >/dev/null
echo "end-to-end: passed"
