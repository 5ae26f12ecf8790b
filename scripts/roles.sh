#!/usr/bin/env bash
# One node as eight processes, by the commands of docker-compose.yml: each a role with databases of its own. They are started in
# the wrong order and wait for each other; blocks, an accepted update and finality are waited for; then each is killed with -9 in
# turn and started again while the rest go on, and every time the chain and the updates must go on. The look-ups that operators
# use find their lines. A small random model and this machine's ports take the place of the image and the containers' network.
#   scripts/roles.sh
# POLAI names the binary, BASE_PORT the first of 24 ports, SLOT the seconds of a slot, KEEP=1 leaves the folder with the logs.
set -euo pipefail
cd "$(dirname "$0")/.."
polai=$(realpath "${POLAI:-.build/release/polai}")
port=${BASE_PORT:-22240}
slot=${SLOT:-4}
dir=$(mktemp -d)
python3 scripts/random-model.py "$dir/model"
roles="dht-daemon geth prysm-beacon prysm-validator ai-engine ai-averager slasher ai-trainer"
compose=$PWD/docker-compose.yml
declare -A pid=()
stop_() { [ -z "${pid[$1]:-}" ] || { kill -9 "${pid[$1]}" 2>/dev/null; wait "${pid[$1]}" 2>/dev/null; } || true; pid[$1]=; }
finish() {
  for name in $roles; do stop_ "$name"; done
  if [ -z "${KEEP:-}" ]; then rm -rf "$dir"; else echo "logs in $dir"; fi
}
trap finish EXIT
fail() {
  echo "FAIL $1" >&2
  for name in $roles; do
    echo "--- $name" >&2
    tail -n 15 "$dir/$name.log" >&2 || true
  done
  exit 1
}
began=$SECONDS
pass() { echo "PASS $1 ($((SECONDS - began)) s)"; }
# The built-in texts: nothing of this folder is read.
cd "$dir"
export DHT_PORT=$port GETH_HTTP_PORT=$((port + 1)) PRYSM_REST_PORT=$((port + 2)) AI_ENGINE_PORT=$((port + 3)) GETH_AUTH_PORT=$((port + 4)) \
  PRYSM_GRPC_PORT=$((port + 5)) PRYSM_P2P_PORT=$((port + 6)) SLASHER_PORT=$((port + 9)) AI_QUORUM=auto
rest=$PRYSM_REST_PORT
url=http://127.0.0.1
# What a process needs that a container has from its image: its folder, the small model, a port where the containers share one.
own_options() {
  case $1 in
    dht-daemon) echo "--solo" ;;
    geth) echo "--devnet --seconds-per-slot $slot --http.api eth,net,web3 --metrics-port $((port + 11))" ;;
    prysm-beacon) echo "--devnet --seconds-per-slot $slot --validators 4 --model $dir/model --metrics-port $((port + 12))" ;;
    prysm-validator) echo "--devnet --count 4" ;;
    ai-engine) echo "--model $dir/model --p2p-port $((port + 7)) --metrics-port $((port + 13))" ;;
    ai-averager) echo "--model $dir/model --p2p-port $((port + 8)) --gather-seconds 0 --metrics-port $((port + 14))" ;;
    slasher) echo "--p2p-port $((port + 10)) --metrics-port $((port + 15))" ;;
    ai-trainer) echo "--model $dir/model --steps-per-round 4 --checkpoint $dir/ai-trainer" ;;
  esac
}
# The words of a service's command, one a line, with this machine in the place of the containers.
command_of() {
  python3 - "$compose" "$1" "$dir" <<'READ'
import json, os, re, sys
path, service, folder = sys.argv[1:]
text = open(path).read()
services = re.findall(r"^  ([a-z-]+):\n((?:    .*\n)+)", text[text.index("\nservices:"):], re.M)
body = dict(services)[service]
words = json.loads(re.search(r"^    command: (\[.*\])$", body, re.M).group(1))
names = "|".join(name for name, _ in services)
for word in words:
    word = re.sub(r"\$\{(\w+):-([^}]*)\}", lambda m: os.environ.get(m.group(1), m.group(2)), word)
    word = re.sub(rf"^(http://)?({names}):", r"\g<1>127.0.0.1:", word)
    print(word.replace("0.0.0.0", "127.0.0.1").replace("/secrets/", folder + "/"))
READ
}
start() {
  local words
  mkdir -p "$dir/$1"
  mapfile -t words < <(command_of "$1")
  [ "$1" = ai-trainer ] || words+=(--datadir "$dir/$1")
  # shellcheck disable=SC2046
  "$polai" "${words[@]}" $(own_options "$1") >>"$dir/$1.log" 2>&1 &
  pid[$1]=$!
}
get() { python3 -c 'import sys,urllib.request; sys.stdout.write(urllib.request.urlopen(sys.argv[1], timeout=5).read().decode())' "$url:$1$2" 2>/dev/null; }
# value PATH EXPRESSION: an expression over the beacon node's `data`.
value() { get "$rest" "$1" | python3 -c 'import json,sys; data = json.load(sys.stdin)["data"]; print(eval(sys.argv[1]))' "$2" 2>/dev/null; }
head_() { value /eth/v1/node/syncing 'int(data["head_slot"])' || echo -1; }
epoch() { value /eth/v1/beacon/states/head/finality_checkpoints 'int(data["finalized"]["epoch"])' || echo -1; }
updates() { value "/polai/v1/learning/${1:-head}" 'int(data["update_count"])' || echo -1; }
head_at_least() { [ "$(head_)" -ge "$1" ]; }
epoch_at_least() { [ "$(epoch)" -ge "$1" ]; }
updates_at_least() { [ "$(updates "${2:-head}")" -ge "$1" ]; }
says() { grep -q "$2" "$dir/$1.log"; }
# until_ SECONDS WHAT COMMAND...
# Every role that was started runs.
all_run() {
  local name
  for name in $roles; do [ -z "${pid[$name]:-}" ] || kill -0 "${pid[$name]}" 2>/dev/null || fail "$1: $name stopped"; done
}
until_() {
  local limit=$((SECONDS + $1)) what=$2
  shift 2
  until "$@"; do
    all_run "$what"
    [ $SECONDS -lt "$limit" ] || fail "$what: not within the time"
    sleep 0.5
  done
}

# Whoever needs another comes before it.
for name in ai-trainer ai-averager ai-engine prysm-validator slasher prysm-beacon; do start "$name"; done
for name in prysm-validator slasher ai-trainer; do until_ 60 "$name says for whom it waits" says "$name" "Waiting for"; done
for name in prysm-beacon ai-engine ai-averager; do until_ 60 "$name says for whom it waits" says "$name" "Waiting for the JWT secret"; done
start dht-daemon
start geth
pass "six roles wait, each with a line that says for whom"
began=$SECONDS
until_ 120 "blocks" head_at_least 3
pass "blocks: head $(head_)"
until_ 240 "an update in the chain" updates_at_least 1
until_ 120 "the update final" updates_at_least 1 finalized
pass "an update went from the trainer to the gate, the quorum, a block and finality: $(updates finalized) final, epoch $(epoch)"

# As operators look: docker-compose logs ROLE | grep WORDS.
looked=0
look() { until_ 120 "the look-up '$2' in $1" says "$1" "$2"; looked=$((looked + 1)); }
look ai-averager "Loss gate"
look ai-averager "ACK"
look ai-engine "ACK quorum"
look ai-engine "Update included"
look ai-engine "Update finalised"
look ai-trainer "Step"
[ "$(get $DHT_PORT /dht/peers | python3 -c 'import json,sys; print(len(json.load(sys.stdin)["peers"]) >= 4)')" = True ] || fail "the DHT's peers"
python3 - "$url:$GETH_HTTP_PORT" <<'CHECK' || fail "JSON-RPC shows the chain"
import json, sys, urllib.request
def ask(method, *parameters):
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}).encode()
    return json.load(urllib.request.urlopen(urllib.request.Request(sys.argv[1], body, {"Content-Type": "application/json"}), timeout=5))
assert int(ask("eth_blockNumber")["result"], 16) >= 3
assert ask("txpool_status")["error"]["code"] == -32601
CHECK
for door in 11 12 13 14 15; do
  get $((port + door)) /metrics | grep -q "^# TYPE" || fail "/metrics on port $((port + door))"
done
pass "$looked look-ups find their lines, the DHT knows the other roles, JSON-RPC shows the chain, five roles have metrics"

resumes() {
  local name=$1 before count
  before=$(head_) count=$(updates)
  began=$SECONDS
  stop_ "$name"
  sleep "$slot"
  # The rest is still there.
  all_run "$name killed"
  start "$name"
  until_ 90 "$name killed: blocks go on" head_at_least $((before + 3))
  until_ 240 "$name killed: updates go on" updates_at_least $((count + 1))
  until_ 120 "$name killed: finality goes on" epoch_at_least $((before + 1))
  pass "$name was killed with -9 at slot $before: head $(head_), final epoch $(epoch), update $(updates)"
}
for name in geth prysm-beacon prysm-validator ai-engine ai-averager dht-daemon slasher ai-trainer; do resumes "$name"; done
grep -h "slashable\|Slashable" "$dir"/prysm-validator.log "$dir"/slasher.log && fail "somebody was accused" || true
echo "roles: passed"
