#!/usr/bin/env bash
# Joining by deposit, as two people do it: A founds a development chain with one validator and a seed of its own; B joins by A's
# invite with another seed, asks the faucet, deposits through its own node, and becomes a validator. Committee and quorum grow,
# and the chain goes on to finality with both. Prints what was reached when.
#   scripts/deposit.sh
# POLAI names the binary, BASE_PORT the first of 40 ports, SLOT the seconds of a slot, KEEP=1 leaves the folder with the logs.
set -euo pipefail
cd "$(dirname "$0")/.."
polai=$(realpath "${POLAI:-.build/release/polai}")
port=${BASE_PORT:-22300}
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
  tail -n 25 "$dir"/?.log >&2 || true
  exit 1
}
began=$SECONDS
pass() { echo "PASS $1 ($((SECONDS - began)) s)"; }
cd "$dir"
umask 077
for name in a b; do echo "GENESIS_SEED=\"$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')\"" >$name.env; done

# start BASE NAME OPTION...
start() {
  local base=$1 name=$2
  shift 2
  "$polai" up --devnet --env-file $name.env --model model --datadir $name --dht-port "$base" --geth-http-port $((base + 1)) \
    --prysm-rest-port $((base + 2)) --ai-engine-port $((base + 3)) --metrics-port $((base + 4)) --prysm-grpc-port $((base + 5)) \
    --slasher-port $((base + 6)) --p2p-tcp-port $((base + 7)) "$@" >>$name.log 2>&1 &
}
rpc_b=http://127.0.0.1:$((port + 21)) rest_a=http://127.0.0.1:$((port + 2)) rest_b=http://127.0.0.1:$((port + 22))
get() { python3 -c 'import sys,urllib.request; sys.stdout.write(urllib.request.urlopen(sys.argv[1], timeout=5).read().decode())' "$1$2" 2>/dev/null; }
# value DOOR PATH EXPRESSION: an expression over the answer's `data`.
value() { get "$1" "$2" | python3 -c 'import json,sys; data = json.load(sys.stdin)["data"]; print(eval(sys.argv[1]))' "$3" 2>/dev/null; }
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
epoch() { value "$1" /eth/v1/beacon/states/head/finality_checkpoints 'int(data["finalized"]["epoch"])' || echo -1; }
slot_() { value "$1" /eth/v1/node/syncing 'int(data["head_slot"])' || echo -1; }
finalised() { [ "$(epoch "$1")" -ge "$2" ]; }
answers() { [ "$(slot_ "$1")" -ge "$2" ]; }
active() { "$polai" deposit --status --env-file b.env --beacon "$1" | grep -q ' active_ongoing '; }
# proposed DOOR VALIDATOR FROM: whether it proposed a block since a slot.
proposed() {
  local s
  for s in $(seq "$3" "$(slot_ "$1")"); do
    [ "$(value "$1" "/eth/v1/beacon/headers/$s" 'data["header"]["message"]["proposer_index"]')" = "$2" ] && return 0
  done
  return 1
}

start "$port" a --seconds-per-slot "$slot" --validators 1 --steps-per-round 4 --gather-seconds 0 --solo
a=$!
until_ 240 "A's chain" finalised "$rest_a" 2
pass "A finalises alone: epoch $(epoch "$rest_a")"

start $((port + 20)) b --no-trainer --join "$("$polai" invite --datadir a --dht-port "$port" --prysm-rest-port $((port + 2)))"
b=$!
until_ 240 "B at A's chain" answers "$rest_b" 3
pass "B follows: slot $(slot_ "$rest_b")"

"$polai" account faucet --env-file b.env --rpc "http://127.0.0.1:$((port + 1))" >faucet.txt || fail "the faucet"
pass "$(cat faucet.txt)"
"$polai" deposit --env-file b.env --rpc "$rpc_b" --beacon "$rest_b" >deposit.txt || fail "the deposit"
pass "deposited through B's own node: $(tail -n 1 deposit.txt | cut -c 1-20)… $(grep -o 'block [0-9]*' deposit.txt | tail -n 1)"
"$polai" deposit --env-file b.env --rpc "$rpc_b" --beacon "$rest_b" >again.txt 2>&1 && fail "a second deposit of the same key is sent"
pass "the same key is not deposited for twice: $(grep -o 'has a deposit already' again.txt)"

until_ 300 "B's activation" active "$rest_a"
since=$(slot_ "$rest_a")
pass "B's validator is active at slot $since: $("$polai" deposit --status --env-file b.env --beacon "$rest_b" | tail -n 1)"
until_ 240 "a block of B's" proposed "$rest_a" 1 "$since"
members=$(value "$rest_a" "/polai/v1/committees/$(slot_ "$rest_a")" 'len(data["members"])')
[ "$members" = 2 ] || fail "the committee has $members members, not 2"
pass "B's validator proposed a block; the ACK committee has 2 members"
now=$(slot_ "$rest_a")
until_ 240 "finality with both" finalised "$rest_a" $((now + 2))
pass "the chain finalises with both: epoch $(epoch "$rest_a")"
echo "deposit: passed"
