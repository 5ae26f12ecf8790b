#!/usr/bin/env bash
# Builds the fuzz targets and runs one of them, or all in turn: run.sh [TARGET] [SECONDS] [libFuzzer's options].
# Inputs that the search finds worth keeping go to corpora/, what breaks a target goes to crashes/.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
target=${1:-}
seconds=${2:-60}
options=("${@:3}")
doors="json-rpc beacon-rest grpc hub keystore key-texts ack-record peers connection network-messages certificates node-records discovery rlpx eth hivemind json-framing"

toolchain=$(dirname "$(readlink -f "$(command -v swiftc)")")
clang=$toolchain/clang
[ -x "$clang" ] || clang=clang
runtime=$("$clang" -print-resource-dir)/lib/linux/libclang_rt.fuzzer_no_main-$(uname -m).a
[ -f "$runtime" ] || { echo "libFuzzer's runtime is not where this toolchain should have it: $runtime" >&2; exit 1; }

# The main package's targets are instrumented, its dependencies are not.
export POLAI_FUZZ=fuzzer
# Swift's own crash reporter would run before libFuzzer's.
export SWIFT_BACKTRACE=enable=no
build() {
  bash ../scripts/swift-quiet.sh swift build -c release --product "$1" -Xlinker "$runtime" -Xlinker -lstdc++
}
if [ -z "$target" ] || [[ " $doors " != *" $target "* ]]; then build polai-fuzz; fi
if [ -z "$target" ] || [[ " $doors " == *" $target "* ]]; then build polai-fuzz-doors; fi

mkdir -p crashes corpora
failed=()
runs=0
run() {
  local program=.build/release/$1 name=$2 length=$3
  local corpus=corpora/$name
  runs=$((runs + 1))
  mkdir -p "$corpus/found"
  "$program" seeds "$name" "$corpus/seeds"
  local dictionary=()
  [ -f "$corpus/seeds.dict" ] && dictionary=("-dict=$corpus/seeds.dict")
  nice -n 19 "$program" "$name" -max_total_time="$seconds" -max_len="$length" -timeout=10 -rss_limit_mb=2048 \
    -artifact_prefix="crashes/$name-" -print_final_stats=1 ${dictionary[@]+"${dictionary[@]}"} ${options[@]+"${options[@]}"} \
    "$corpus/found" "$corpus/seeds" 2>"$corpus/log" || failed+=("$name")
  grep -E 'BROKEN PROMISE|SUMMARY|stat::number_of_executed_units|stat::peak_rss_mb' "$corpus/log" | sed "s/^/$name: /" || true
}
for program in polai-fuzz polai-fuzz-doors; do
  [ -x ".build/release/$program" ] || continue
  while IFS=$'\t' read -r name length _; do
    if [ -z "$target" ] || [ "$target" = "$name" ]; then run "$program" "$name" "$length"; fi
  done < <(".build/release/$program" list)
done
if [ "$runs" -eq 0 ]; then
  echo "no target is called $target; Fuzz/README.md names them" >&2
  exit 64
fi
if [ ${#failed[@]} -gt 0 ]; then
  echo "findings in: ${failed[*]} (Fuzz/crashes; Fuzz/corpora/TARGET/log says more)" >&2
  exit 1
fi
