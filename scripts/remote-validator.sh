#!/usr/bin/env bash
# A node without keys and a validator client in a process of its own, on the real program with the real default model: the
# client proposes, attests and votes ACKs over REST up to a finalised update. Then the client and the node are killed with
# kill -9 and started again, one after the other, up to the next finalised update.
#   POLAI names the binary, STEPS the training steps of a round, VALIDATORS how many the client serves.
set -euo pipefail
cd "$(dirname "$0")/.."
polai=${POLAI:-.build/release/polai}
validators=${VALIDATORS:-2}
dir=$(mktemp -d)
node=
client=
finish() { for pid in $node $client; do kill -9 "$pid" 2>/dev/null || true; done; rm -rf "$dir"; }
trap finish EXIT

fail() {
  echo "FAIL $1" >&2
  tail -n 30 "$dir/node.log" "$dir/client.log" >&2 || true
  exit 1
}

port=$((20000 + RANDOM % 20000))
start_node() {
  "$polai" up --no-validator --devnet --seconds-per-slot 4 --validators "$validators" --steps-per-round "${STEPS:-4}" \
    --datadir "$dir/node" --dht-port $port --geth-http-port $((port + 1)) --prysm-rest-port $((port + 2)) \
    --ai-engine-port $((port + 3)) --metrics-port $((port + 4)) --prysm-grpc-port $((port + 5)) --slasher-port $((port + 6)) --p2p-tcp-port $((port + 7)) \
    >>"$dir/node.log" 2>&1 &
  node=$!
}
start_client() {
  "$polai" validator --from-seed --devnet --count "$validators" --datadir "$dir/client" \
    --beacon-rest-api-provider "http://127.0.0.1:$((port + 2))" >>"$dir/client.log" 2>&1 &
  client=$!
}
# value PATH EXPRESSION: an expression over the answer's `data`.
value() {
  python3 -c 'import json,sys,urllib.request
data = json.load(urllib.request.urlopen(sys.argv[1], timeout=10))["data"]
print(eval(sys.argv[2]))' "http://127.0.0.1:$((port + 2))$1" "$2" 2>/dev/null
}
# until SECONDS WHAT COMMAND...: waits until the command succeeds.
until_() {
  local limit=$((SECONDS + $1)) what=$2
  shift 2
  until "$@"; do
    kill -0 "$node" 2>/dev/null || fail "$what: the node stopped"
    [ -z "$client" ] || kill -0 "$client" 2>/dev/null || fail "$what: the client stopped"
    [ $SECONDS -lt "$limit" ] || fail "$what: not within $1 s"
    sleep 1
  done
}
answers() { value /eth/v1/node/version 'data["version"]' >/dev/null; }
finalized_updates() { [ "$(value /polai/v1/learning/finalized 'int(data["update_count"])' || echo 0)" -ge "$1" ]; }
head_after() { [ "$(value /eth/v1/node/syncing 'int(data["head_slot"])' || echo 0)" -gt "$1" ]; }
head_slot() { value /eth/v1/node/syncing 'int(data["head_slot"])'; }

start_node
until_ 120 "the node's REST interface" answers
start_client
until_ 600 "a finalised update" finalized_updates 1
grep -q 'ACK .*verdict=VALID' "$dir/client.log" || fail "the client voted on nothing"
echo "PASS $validators validators in a process of their own: update 1 is finalised in slot $(head_slot), voted on over REST"

kill -9 "$client"
wait "$client" 2>/dev/null || true
client=
sleep 6
start_client
before=$(head_slot)
until_ 60 "a block after the client's restart" head_after "$before"
kill -9 "$node"
wait "$node" 2>/dev/null || true
sleep 2
start_node
until_ 60 "the node's REST interface after its restart" answers
before=$(head_slot)
until_ 60 "a block after the node's restart" head_after "$before"
count=$(value /polai/v1/learning/finalized 'int(data["update_count"])')
until_ 600 "another finalised update" finalized_updates $((count + 1))
[ "$(value /eth/v1/beacon/states/head/validators 'sum(v["validator"]["slashed"] for v in data)')" = 0 ] || fail "somebody was slashed"
echo "PASS client and node killed and started again: update $((count + 1)) is finalised, nobody is slashed"
