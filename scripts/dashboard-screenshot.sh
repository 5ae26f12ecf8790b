#!/usr/bin/env bash
# dashboard-screenshot.sh URL OUT [WIDTHxHEIGHT] [light|dark]
# Takes a picture of the dashboard at URL with headless Chromium. OUT is a .png, or a .html for the page's DOM.
# The page shows one snapshot of the node (#still): a picture cannot wait for a stream that never ends.
# LIVE=1 opens the page as a reader would, with its stream.
set -euo pipefail
if [ $# -lt 2 ]; then sed -n '2,3s/^# //p' "$0" >&2; exit 2; fi
url=$1 out=$2 size=${3:-1280x2000} scheme=${4:-light}
chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || {
  echo "dashboard-screenshot: Chromium is not installed (apt-get install chromium)" >&2
  exit 3
}
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT
[ "${LIVE:-}" = 1 ] || url="$url#still"
case $scheme in dark) preference=0 ;; *) preference=1 ;; esac
options=(--headless --no-sandbox --disable-gpu --disable-dev-shm-usage --hide-scrollbars --user-data-dir="$profile"
  --window-size="${size/x/,}" --virtual-time-budget=4000 --blink-settings=preferredColorScheme=$preference)
case $out in
*.html) timeout 60 "$chromium" "${options[@]}" --dump-dom "$url" 2>"$profile/log" >"$out" || { tail -5 "$profile/log" >&2; exit 1; } ;;
*) timeout 60 "$chromium" "${options[@]}" --screenshot="$out" "$url" 2>"$profile/log" >&2 || { tail -5 "$profile/log" >&2; exit 1; } ;;
esac
