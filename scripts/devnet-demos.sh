#!/usr/bin/env bash
# Shows the protocol bear misbehaviour, live: development chains of 4-second slots with five validators in one process,
# some of which do wrong on purpose. One line PASS for each thing shown; stops at the first that is not.
#   scripts/devnet-demos.sh [DEMO...]   demos: finality minority accused silence forgery contradiction copies restart (default: all)
# POLAI names the binary, STEPS the training steps of a round.
set -euo pipefail
cd "$(dirname "$0")/.."
polai=${POLAI:-.build/release/polai}
steps=${STEPS:-4}
dir=$(mktemp -d)
pid=
finish() { stop; rm -rf "$dir"; }
stop() { [ -z "$pid" ] || { kill -9 "$pid" 2>/dev/null; wait "$pid" 2>/dev/null; } || true; pid=; }
trap finish EXIT

fail() {
  echo "FAIL $1" >&2
  tail -n 40 "$log" >&2 || true
  exit 1
}
pass() { echo "PASS $1"; }

# start NAME OPTION...: a node of its own folder and ports. Starting a name again resumes its chain.
start() {
  local name=$1
  shift
  log="$dir/$name.log"
  [ -f "$dir/$name.port" ] || echo $((20000 + RANDOM % 20000)) >"$dir/$name.port"
  base=$(cat "$dir/$name.port")
  "$polai" up --devnet --seconds-per-slot 4 --datadir "$dir/$name" --dht-port "$base" --geth-http-port $((base + 1)) \
    --prysm-rest-port $((base + 2)) --ai-engine-port $((base + 3)) --metrics-port $((base + 4)) --prysm-grpc-port $((base + 5)) \
    --slasher-port $((base + 6)) --p2p-tcp-port $((base + 7)) "$@" >>"$log" 2>&1 &
  pid=$!
}
get() { python3 -c 'import sys,urllib.request; sys.stdout.write(urllib.request.urlopen(sys.argv[1], timeout=10).read().decode())' "http://127.0.0.1:$((base + 2))$1"; }
# value PATH EXPRESSION: an expression over the answer's `data`.
value() { get "$1" 2>/dev/null | python3 -c 'import json,sys; data = json.load(sys.stdin)["data"]; print(eval(sys.argv[1]))' "$2" 2>/dev/null; }
# until SECONDS WHAT COMMAND...: waits until the command succeeds.
until_() {
  local limit=$((SECONDS + $1)) what=$2
  shift 2
  until "$@"; do
    kill -0 "$pid" 2>/dev/null || fail "$what: the node stopped"
    [ $SECONDS -lt "$limit" ] || fail "$what: not within the time"
    sleep 1
  done
}
finalized() { value /eth/v1/beacon/states/head/finality_checkpoints 'int(data["finalized"]["epoch"])' || echo 0; }
slashed() { value /eth/v1/beacon/states/head/validators 'sum(v["validator"]["slashed"] for v in data)' || echo -1; }
updates() { value /polai/v1/learning/head 'int(data["update_count"])' || echo -1; }
finalized_at_least() { [ "$(finalized)" -ge "$1" ]; }
slashed_at_least() { [ "$(slashed)" -ge "$1" ]; }
updates_at_least() { [ "$(updates)" -ge "$1" ]; }
logged() { grep -q -- "$1" "$log"; }

finality() {
  start finality --validators 5 --no-trainer
  until_ 240 "finality" finalized_at_least 5
  [ "$(slashed)" = 0 ] || fail "somebody was slashed"
  logged '/5 quorum 3' || fail "the log shows no committee and quorum"
  pass "five validators in one process finalise (epoch $(finalized)); the log shows ACKs, committee and quorum of each slot"
  stop
}

minority() {
  # A slasher would accuse a vote against two thirds of the committee: see `accused` and docs/decisions/0011.
  start minority --validators 5 --invalid-validators 4 --no-slasher --steps-per-round "$steps"
  until_ 900 "an update in spite of an INVALID vote" updates_at_least 1
  logged 'verdict=INVALID' || fail "nobody voted INVALID"
  [ "$(slashed)" = 0 ] || fail "somebody was slashed"
  pass "an INVALID-voting minority changes nothing: update $(updates) is in the chain, nobody is slashed"
  stop
}

accused() {
  start accused --validators 5 --invalid-validators 4 --steps-per-round "$steps"
  until_ 900 "an update in spite of an INVALID vote" updates_at_least 1
  until_ 120 "the slashing of the INVALID vote" slashed_at_least 1
  [ "$(value /eth/v1/beacon/states/head/validators 'data[4]["validator"]["slashed"]')" = True ] || fail "another validator is slashed"
  [ "$(slashed)" = 1 ] || fail "more than the INVALID voter is slashed"
  local epoch
  epoch=$(finalized)
  until_ 90 "finality with four validators" finalized_at_least $((epoch + 3))
  pass "with the slasher the same minority is slashed for its vote against two thirds; update $(updates) is in the chain, finalised epoch $(finalized)"
  stop
}

silence() {
  start silence --validators 5 --silent-validators 2,3,4 --steps-per-round "$steps"
  until_ 900 "a candidate that finds no quorum" logged 'No ACK quorum within 30 s'
  local epoch
  epoch=$(finalized)
  until_ 60 "finality in spite of silence" finalized_at_least $((epoch + 3))
  [ "$(updates)" = 0 ] || fail "an update came in"
  [ "$(slashed)" = 0 ] || fail "somebody was slashed"
  pass "a silent majority gives empty AI blocks and no slashing: 0 updates, finalised epoch $(finalized)"
  stop
}

forgery() {
  start forgery --validators 5 --no-trainer --forge-certificate-slot 6
  until_ 240 "evidence" logged 'Forged ACK certificate'
  until_ 60 "slashing" slashed_at_least 1
  [ "$(slashed)" = 1 ] || fail "more than the forger is slashed"
  [ "$(updates)" = 0 ] || fail "the forged update is in the chain"
  local epoch
  epoch=$(finalized)
  until_ 90 "finality with four validators" finalized_at_least $((epoch + 3))
  pass "a forged certificate is refused and its signer slashed: validator $(value /eth/v1/beacon/states/head/validators '[v["index"] for v in data if v["validator"]["slashed"]][0]') of 5; finalised epoch $(finalized)"
  stop
}

contradiction() {
  start contradiction --validators 5 --contradicting-validators 4 --steps-per-round "$steps"
  until_ 900 "a slashed contradiction" slashed_at_least 1
  [ "$(slashed)" = 1 ] || fail "more than the contradicting validator is slashed"
  [ "$(value /eth/v1/beacon/states/head/validators 'data[4]["validator"]["slashed"]')" = True ] || fail "another validator is slashed"
  pass "VALID and INVALID by one validator on one update: it is slashed"
  stop
}

copies() {
  start copies --validators 5 --copying-validators 4 --steps-per-round "$steps"
  until_ 900 "a slashed copier" slashed_at_least 1
  [ "$(slashed)" = 1 ] || fail "more than the copying validator is slashed"
  [ "$(value /eth/v1/beacon/states/head/validators 'data[4]["validator"]["slashed"]')" = True ] || fail "another validator is slashed"
  pass "a vote copied without the losses behind it: it has no bit in the certificate of update $(updates), and is slashed"
  stop
}

restart() {
  start restart --validators 1 --no-trainer
  until_ 180 "finality" finalized_at_least 2
  local head began
  head=$(value /eth/v1/node/syncing 'int(data["head_slot"])')
  kill -9 "$pid"
  wait "$pid" 2>/dev/null || true
  began=$(date +%s%N)
  start restart --validators 1 --no-trainer
  until_ 60 "a block after kill -9" resumed_after "$head"
  pass "kill -9: the next block is imported $((($(date +%s%N) - began) / 1000000)) ms after the restart, model loading included; syncing: $(value /eth/v1/node/syncing 'data["is_syncing"]')"
  stop
}
resumed_after() { [ "$(value /eth/v1/node/syncing 'int(data["head_slot"])' || echo 0)" -gt "$1" ]; }

for demo in "${@:-finality minority accused silence forgery contradiction copies restart}"; do
  for one in $demo; do "$one"; done
done
