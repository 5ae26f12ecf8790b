#!/usr/bin/env bash
# Two nodes of one chain on this machine: A begins a development chain of four validators and signs for three of them; B joins
# it later by A's invite, at the invite's checkpoint, and signs for the fourth once it has executed the history. Both come to the same finality and the same adapter, B is killed and comes
# back, A is killed and comes back. Prints what was reached when.
#   scripts/two-nodes.sh
# POLAI names the binary, BASE_PORT the first of 40 ports, SLOT the seconds of a slot, KEEP=1 leaves the folder with the logs.
set -euo pipefail
cd "$(dirname "$0")/.."
polai=$(realpath "${POLAI:-.build/release/polai}")
port=${BASE_PORT:-22200}
slot=${SLOT:-4}
dir=$(mktemp -d)
python3 scripts/random-model.py "$dir/model"
a= b=
kill_() { [ -z "$1" ] || { kill -9 "$1" 2>/dev/null; wait "$1" 2>/dev/null; } || true; }
finish() {
  kill_ "$a"
  kill_ "$b"
  if [ -z "${KEEP:-}" ]; then rm -rf "$dir"; else echo "logs in $dir"; fi
}
trap finish EXIT
fail() {
  echo "FAIL $1" >&2
  for name in a b; do
    echo "--- $name" >&2
    tail -n 25 "$dir/$name.log" >&2 || true
  done
  exit 1
}
pass() { echo "PASS $1 ($((SECONDS - began)) s)"; }
# The built-in texts: nothing of this folder is read.
cd "$dir"

# start BASE NAME OPTION...
start() {
  local base=$1 name=$2
  shift 2
  "$polai" up --devnet --model "$dir/model" --datadir "$dir/$name" --dht-port "$base" --geth-http-port $((base + 1)) \
    --prysm-rest-port $((base + 2)) --ai-engine-port $((base + 3)) --metrics-port $((base + 4)) --prysm-grpc-port $((base + 5)) \
    --slasher-port $((base + 6)) --p2p-tcp-port $((base + 7)) "$@" >>"$dir/$name.log" 2>&1 &
}
begin_a() {
  start "$port" a --seconds-per-slot "$slot" --validators 4 --steps-per-round 4 --gather-seconds 0 --solo \
    --signing-validators 0,1,2 --adapter-history 1 "$@"
  a=$!
}
begin_b() {
  start $((port + 20)) b --no-trainer --signing-validators 3 "$@"
  b=$!
}
get() { python3 -c 'import sys,urllib.request; sys.stdout.write(urllib.request.urlopen(sys.argv[1], timeout=5).read().decode())' "http://127.0.0.1:$1$2" 2>/dev/null; }
# value PORT PATH EXPRESSION: an expression over the answer's `data`.
value() { get "$1" "$2" | python3 -c 'import json,sys; data = json.load(sys.stdin)["data"]; print(eval(sys.argv[1]))' "$3" 2>/dev/null; }
rest_a=$((port + 2)) rest_b=$((port + 22))
head_() { value "$1" /eth/v1/node/syncing 'int(data["head_slot"])' || echo -1; }
finality() { value "$1" /eth/v1/beacon/states/head/finality_checkpoints 'data["finalized"]["epoch"], data["finalized"]["root"]' || echo none; }
epoch() { value "$1" /eth/v1/beacon/states/head/finality_checkpoints 'int(data["finalized"]["epoch"])' || echo -1; }
adapter() { value "$1" /polai/v1/learning/head 'data["adapter_root"]' || echo none; }
updates() { value "$1" /polai/v1/learning/head 'int(data["update_count"])' || echo -1; }
until_() {
  local limit=$((SECONDS + $1)) what=$2
  shift 2
  until "$@"; do
    kill -0 "$a" 2>/dev/null || fail "$what: A stopped"
    [ -z "$b" ] || kill -0 "$b" 2>/dev/null || fail "$what: B stopped"
    [ $SECONDS -lt "$limit" ] || fail "$what: not within the time"
    sleep 0.5
  done
}
head_at_least() { [ "$(head_ "$1")" -ge "$2" ]; }
epoch_at_least() { [ "$(epoch "$1")" -ge "$2" ]; }
updates_at_least() { [ "$(updates "$1")" -ge "$2" ]; }
# The beacon nodes' own network: identities of secp256k1, each the other's peer.
peer_id() { value "$1" /eth/v1/node/identity 'data["peer_id"]' || echo none; }
knows() { value "$1" "/eth/v1/node/peers/$2" 'data["state"]' | grep -q connected; }
met() { peer_id "$rest_a" | grep -q '^16Uiu2HA' && knows "$rest_a" "$(peer_id "$rest_b")" && knows "$rest_b" "$(peer_id "$rest_a")"; }
# The newest finalised block of A is B's too, and is of this epoch at least.
same_finality() {
  local one
  one=$(finality "$rest_a")
  epoch_at_least "$rest_a" "$1" && [ "$one" = "$(finality "$rest_b")" ]
}
near_head() { [ "$(head_ "$rest_b")" -ge $(($(head_ "$rest_a") - 1)) ] && head_at_least "$rest_b" "$1"; }
same_adapter() { updates_at_least "$rest_b" "$1" && [ "$(adapter "$rest_a")" = "$(adapter "$rest_b")" ]; }
# B holds the head's adapter: its bytes have the root.
holds_adapter() {
  python3 - "http://127.0.0.1:$((port + 23))/adapter?form=raw&root=$(adapter "$rest_b")" "$(adapter "$rest_b")" <<'CHECK' 2>/dev/null
import hashlib, sys, urllib.request
sys.exit("0x" + hashlib.sha256(urllib.request.urlopen(sys.argv[1], timeout=5).read()).hexdigest() != sys.argv[2])
CHECK
}
# B has the blocks before its checkpoint, as A has them, and has executed them.
first_block() { value "$1" /eth/v1/beacon/headers/1 'data["root"]' || echo none; }
has_history() { grep -q "whole history is here" "$dir/b.log" && [ "$(first_block "$rest_b")" = "$(first_block "$rest_a")" ]; }
is_optimistic() { value "$rest_b" /eth/v1/node/syncing 'data["is_optimistic"]' | grep -q True; }
does_duties() { ! is_optimistic; }
voted() { grep -q "ACK slot=.*validator=3" "$dir/b.log"; }

began=$SECONDS
begin_a
until_ 240 "A's chain" epoch_at_least "$rest_a" 3
pass "A finalises: epoch $(epoch "$rest_a"), head $(head_ "$rest_a")"

invite=$("$polai" invite --datadir "$dir/a" --dht-port "$port" --prysm-rest-port "$rest_a")
damaged=${invite%??????}
"$polai" up --devnet --model "$dir/model" --datadir "$dir/c" --join "$damaged" >"$dir/c.log" 2>&1 && fail "a damaged invite is taken"
grep -q 'damaged' "$dir/c.log" || fail "a damaged invite is refused without its reason"
pass "a damaged invite is refused: $(grep -o 'the invite is damaged.*' "$dir/c.log" | head -n 1)"

wrong=0x$(printf '11%.0s' $(seq 32))
timeout 120 "$polai" up --devnet --model "$dir/model" --datadir "$dir/c" --join "127.0.0.1:$port" --genesis-root "$wrong" --host 127.0.0.1 \
  --dht-port 0 --geth-http-port 0 --prysm-rest-port 0 --ai-engine-port 0 --metrics-port 0 --prysm-grpc-port 0 --slasher-port 0 --p2p-tcp-port 0 \
  >"$dir/c.log" 2>&1 && fail "a chain with another root is followed"
grep -q 'another chain' "$dir/c.log" || fail "a chain with another root is refused without its reason"
pass "a chain that does not begin with --genesis-root is refused"

joined=$(head_ "$rest_a")
began=$SECONDS
begin_b --join "$invite"
until_ 120 "B at A's head" near_head "$joined"
pass "B joined at A's slot $joined and is at slot $(head_ "$rest_b")"
grep -q "Starting from the invite's checkpoint" "$dir/b.log" || fail "B did not start at the invite's checkpoint"
until_ 240 "B's history" has_history
until_ 60 "B's head executed" does_duties
pass "B started at the invite's checkpoint and has executed the history behind it: $(grep -o 'Starting from the invite.*' "$dir/b.log" | head -n 1)"
until_ 60 "the beacon nodes to meet" met
pass "the beacon nodes are each other's peers on Ethereum's consensus network: $(peer_id "$rest_a"), $(peer_id "$rest_b")"
until_ 240 "the same finality" same_finality $((joined + 2))
pass "both finalised the same block, of an epoch after B's start: $(finality "$rest_b")"

began=$SECONDS
kill_ "$b"
b=
gone=$(head_ "$rest_a")
until_ 120 "A going on" head_at_least "$rest_a" $((gone + 4))
back=$(head_ "$rest_a")
began=$SECONDS
begin_b
until_ 120 "B at the head after kill -9" near_head "$back"
pass "B was killed with -9 at slot $gone, started again at A's slot $back, and is at slot $(head_ "$rest_b")"

count=$(updates "$rest_a")
began=$SECONDS
until_ 600 "one more update" updates_at_least "$rest_a" $((count + 1))
until_ 60 "the same adapter" same_adapter $((count + 1))
until_ 60 "the head's adapter at B" holds_adapter
pass "update $(updates "$rest_b") is in both: adapter $(adapter "$rest_b"), and B holds it"
began=$SECONDS
until_ 300 "a vote of B's validator on an update of A" voted
pass "B's own gate judged an update of A, and its validator voted"

# A holds one adapter whole: the parent of its first update is made anew from the update files.
began=$SECONDS
verdict_() { "$polai" gate --base "$dir/model" --task built-in --node "http://127.0.0.1:$((port + 3))" --update "$1"; }
oldest=$(get $((port + 3)) '/updates?limit=200' | python3 -c 'import json,sys; print([u["updateID"] for u in json.load(sys.stdin)["updates"] if u["status"] == "finalized"][-1])')
verdict_ "$oldest" >"$dir/old.txt" || fail "the verdict on A's oldest update: $(tail -n 3 "$dir/old.txt")"
pass "polai gate --node judged A's oldest finalised update, $oldest: $(grep -m 1 -o 'VALID.*' "$dir/old.txt")"

began=$SECONDS
kill_ "$a"
a=
sleep $((2 * slot))
behind=$(head_ "$rest_b")
begin_a
until_ 240 "A going on after kill -9" head_at_least "$rest_a" $((behind + 2))
until_ 60 "B after A's return" near_head $((behind + 2))
pass "A was killed with -9 and came back; both are at slot $(head_ "$rest_b")"
grep -q 'Nobody gives' "$dir/b.log" && echo "note: B went on alone once"
echo "two-nodes: passed"
