#!/usr/bin/env bash
# Runs a Swift build command, showing its progress but not the warnings of dependencies; on failure, everything.
set -uo pipefail
log=$(mktemp)
trap 'rm -f "$log"' EXIT
echo "build: $*"
if [ -t 1 ]; then
  "$@" 2>&1 | tee "$log" | grep --line-buffered -E '^\[[0-9]+/[0-9]+\]|error:|Compiling|Build complete' \
    | awk '{ printf "\r\033[K%s", substr($0, 1, 110); fflush() } END { print "" }'
else
  "$@" >"$log" 2>&1
fi
status=${PIPESTATUS[0]}
if [ "$status" -ne 0 ]; then
  grep -E 'error:|fatal' "$log" | sort -u | head -n 60 >&2
  tail -n 20 "$log" >&2
fi
exit "$status"
