#!/usr/bin/env bash
# Builds the reproducible kernels at every optimisation level, runs each build with every instruction set of this
# machine on one and two threads, and, where a cross toolchain and qemu-user are installed, as arm64 code under
# emulation; fails unless all of them print the digests of digests/kernels.txt. `--record` writes that file anew.
#
# For arm64 on Debian: apt-get install gcc-aarch64-linux-gnu qemu-user. CC names a clang (default: clang).
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
expected="$root/scripts/digests/kernels.txt"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cc=${CC:-clang}
sources=("$root"/Sources/C/CReproKernels/*.c "$root/scripts/digests/driver.c")
flags=(-std=gnu17 -ffp-contract=off -fno-fast-math -Wno-psabi -I "$root/Sources/C/CReproKernels/include" -pthread)
runs=0
failed=0

check() { # NAME FILE
  if cmp -s "$2" "$expected"; then
    runs=$((runs + 1))
  else
    echo "DIFFERENT: $1" >&2
    diff "$expected" "$2" >&2 || true
    failed=1
  fi
}

for level in -O3 -O2 -O1 -O0; do
  "$cc" "${flags[@]}" "$level" "${sources[@]}" -o "$work/driver$level"
  for isa in 0 1 2; do
    for threads in 0 1 2; do
      name="$level, instruction set $isa, $threads threads"
      status=0
      "$work/driver$level" "$threads" "$isa" > "$work/out" || status=$?
      if [ "$status" = 3 ]; then
        [ "$threads" = 0 ] && echo "not on this processor: instruction set $isa"
        continue
      elif [ "$status" != 0 ]; then
        echo "FAILED ($status): $name" >&2
        exit 1
      fi
      if [ "${1:-}" = --record ]; then
        cp "$work/out" "$expected"
        set -- recorded
      fi
      check "$name" "$work/out"
    done
  done
done
echo "$(uname -m): $runs runs agree"

if [ "$(uname -m)" = x86_64 ]; then
  emulator=$(command -v qemu-aarch64 || command -v qemu-aarch64-static || true)
  if command -v aarch64-linux-gnu-gcc > /dev/null && [ -n "$emulator" ]; then
    before=$runs
    for level in -O3 -O0; do
      "$cc" --target=aarch64-linux-gnu --gcc-toolchain=/usr --sysroot=/ -isystem /usr/aarch64-linux-gnu/include \
        -fuse-ld=bfd -B /usr/aarch64-linux-gnu/bin -static "${flags[@]}" "$level" "${sources[@]}" -o "$work/arm64$level"
      for threads in 0 2; do
        "$emulator" "$work/arm64$level" "$threads" 0 > "$work/out"
        check "arm64 $level, $threads threads" "$work/out"
      done
    done
    echo "arm64 under $(basename "$emulator"): $((runs - before)) runs agree"
  else
    echo "SKIPPED: arm64, no aarch64-linux-gnu-gcc or qemu-aarch64 here"
  fi
fi
exit "$failed"
