#!/usr/bin/env bash
# Builds the images of Dockerfile, Dockerfile.ai, .engine, .dht and .prysm with podman, where no container can be run: as root, in
# chroot. Then mounts each, and runs what is in it as its user: the program, its libraries, the model, the doors it opens.
#   scripts/images.sh [NAME...]     of: node ai engine dht prysm; all where none is named
#   scripts/images.sh --stages      only compares the stages that the files share
# Where the base images (swift:6.3-bookworm and its -slim) are not here and no registry answers, stand-ins are made of Debian's
# packages (debootstrap) and this machine's Swift. STANDIN_COPY names more paths of this machine that a build needs, such as
# certificates. MODEL names another base model to put in, HF_ENDPOINT its hub. Needs podman, and debootstrap for the stand-ins.
set -euo pipefail
cd "$(dirname "$0")/.."
declare -A file=([node]=Dockerfile [ai]=Dockerfile.ai [engine]=Dockerfile.engine [dht]=Dockerfile.dht [prysm]=Dockerfile.prysm)
base=docker.io/library/swift:6.3-bookworm

# A stage's text, by its first line.
stage() { awk -v first="$2" '$0 == first { on = 1 } on && /^FROM / && $0 != first { exit } on { print }' "$1"; }
for name in "${!file[@]}"; do
  for first in "FROM swift:6.3-bookworm AS build" "FROM build AS model"; do
    text=$(stage "${file[$name]}" "$first")
    [ -z "$text" ] || [ "$text" = "$(stage Dockerfile "$first")" ] || {
      echo "images: the stage '$first' of ${file[$name]} is not Dockerfile's; copy it from there" >&2
      exit 1
    }
  done
done
if [ "${1:-}" = --stages ]; then exit 0; fi
[ "$(id -u)" -eq 0 ] || { echo "images: a build in chroot needs root" >&2; exit 1; }
command -v podman >/dev/null || { echo "images: podman is not here; apt-get install podman crun" >&2; exit 1; }

stand_in() {
  local work toolchain
  command -v debootstrap >/dev/null || { echo "images: $base cannot be pulled; install debootstrap for a stand-in" >&2; exit 1; }
  work=$(mktemp -d)
  toolchain=$(dirname "$(dirname "$(readlink -f "$(command -v swiftc)")")")
  echo "images: $base cannot be pulled: making a stand-in"
  debootstrap --variant=minbase --include=ca-certificates,binutils,libc6-dev,libcurl4-openssl-dev,libedit2,libgcc-12-dev,libncurses6,libpython3.11,libsqlite3-0,libstdc++-12-dev,libxml2-dev,libz3-dev,pkg-config,tzdata,zlib1g-dev,git,unzip \
    bookworm "$work/root" >"$work/log" 2>&1 || { tail -5 "$work/log" >&2; exit 1; }
  # shellcheck disable=SC2086
  [ -z "${STANDIN_COPY:-}" ] || tar -C / -c $(for path in $STANDIN_COPY; do echo "${path#/}"; done) | tar -C "$work/root" -x
  tar -C "$work/root" -c . | podman import -q - localhost/debian-stand-in >/dev/null
  printf 'FROM localhost/debian-stand-in\nCOPY . /usr\n' >"$work/whole"
  printf 'FROM localhost/debian-stand-in\nCOPY lib/swift/linux /usr/lib/swift/linux\n' >"$work/slim"
  podman build -q --isolation=chroot -t "$base" -f "$work/whole" "$toolchain" >/dev/null
  podman build -q --isolation=chroot -t "$base-slim" -f "$work/slim" "$toolchain" >/dev/null
  rm -rf "$work"
}
podman image exists "$base" || podman pull -q "$base" >/dev/null 2>&1 || stand_in
podman image exists "$base-slim" || podman pull -q "$base-slim" >/dev/null

fail() { echo "FAIL $1" >&2; exit 1; }
inside() { chroot --userspec=polai:polai "$root" env HOME=/home/polai "${environment[@]}" bash -c "cd /home/polai && $1"; }
port=${BASE_PORT:-22960}
# serves COMMAND PORT PATH: what is in the image answers there.
serves() {
  local pid answer=
  inside "exec polai $1" >"$root/tmp/log" 2>&1 &
  pid=$!
  for _ in $(seq 60); do
    answer=$(python3 -c 'import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1], timeout=2).status)' "http://127.0.0.1:$2$3" 2>/dev/null) && break
    sleep 0.5
  done
  kill -INT "$pid" 2>/dev/null && wait "$pid" || true
  [ "$answer" = 200 ] || { tail -5 "$root/tmp/log" >&2; fail "$name: 'polai $1' does not answer at $3"; }
}
for name in "${@:-node ai engine dht prysm}"; do for name in $name; do
  began=$SECONDS
  podman build -q --isolation=chroot --network=host --build-arg "MODEL=${MODEL:-}" --build-arg "HF_ENDPOINT=${HF_ENDPOINT:-}" \
    -t "polai-$name" -f "${file[$name]:-Dockerfile.$name}" . >/dev/null
  mapfile -t environment < <(podman image inspect --format '{{range .Config.Env}}{{println .}}{{end}}' "polai-$name" | grep .)
  root=$(podman image mount "polai-$name")
  trap 'podman image unmount "polai-$name" >/dev/null' EXIT
  [ "$(podman image inspect --format '{{.Config.User}} {{join .Config.Entrypoint " "}}' "polai-$name")" = "polai polai" ] || fail "$name: user or entry point"
  # What an image holds is not written to: the program runs on a copy of the layers above it.
  above=$(mktemp -d)
  mkdir "$above/upper" "$above/work" "$above/root"
  mount -t overlay overlay -o "lowerdir=$root,upperdir=$above/upper,workdir=$above/work" "$above/root"
  root=$above/root
  trap 'umount "$root" 2>/dev/null; podman image unmount "polai-$name" >/dev/null; rm -rf "$above"' EXIT
  inside "polai --version" >/dev/null || fail "$name: the program does not run"
  case $name in
    node | ai | prysm)
      inside "polai model list" | grep -q "${MODEL:-SmolLM2}" || fail "$name: the model is not in it" ;;
    *) inside "test ! -e model_cache" || fail "$name: a model is in it" ;;
  esac
  case $name in
    dht) serves "dht --listen 127.0.0.1:$port --solo" "$port" /dht/peers ;;
    engine) serves "geth --devnet --jwtsecret /secrets/jwt.hex --http.port $port --authrpc.port $((port + 1)) --metrics-port $((port + 2))" $((port + 2)) /metrics
      inside "test -s /secrets/jwt.hex" || fail "$name: no secret was made" ;;
    node) serves "up --devnet --solo --no-trainer --dht-port $port --geth-http-port $((port + 1)) --prysm-rest-port $((port + 2)) --prysm-grpc-port $((port + 3)) --slasher-port $((port + 4)) --ai-engine-port $((port + 5)) --metrics-port $((port + 6)) --authrpc.port $((port + 7))" $((port + 2)) /eth/v1/node/version ;;
    ai) inside "polai ai-engine --help" >/dev/null && inside "polai gate --help" >/dev/null || fail "$name" ;;
    prysm) inside "polai beacon-chain --help" >/dev/null && inside "polai validator --help" >/dev/null || fail "$name" ;;
  esac
  umount "$root"
  podman image unmount "polai-$name" >/dev/null
  rm -rf "$above"
  trap - EXIT
  echo "PASS ${file[$name]} ($((SECONDS - began)) s, $(($(podman image inspect --format '{{.Size}}' "polai-$name") >> 20)) MiB)"
done; done
