#!/usr/bin/env bash
# Makes the task "words and their meanings" from Debian's packages, fetched by name and checked by SHA-256: WordNet's
# glosses and examples to learn, to judge by and to draw from; English prose of two handbooks that must not get worse.
# Usage: scripts/tasks/wordnet.sh [OUTPUT FOLDER] (default model_cache/tasks/wordnet). POLAI names the binary.
set -euo pipefail
cd "$(dirname "$0")/../.."
output=${1:-model_cache/tasks/wordnet}
polai=${POLAI:-.build/release/polai}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

refresh() { # a fresh system has no package lists yet
  [ "$(id -u)" -eq 0 ] && apt-get update -qq || sudo -n apt-get update -qq
}
fetch() { # name, version, sha256
  (cd "$work" && apt-get download -qq "$1=$2" 2>/dev/null) || (refresh && cd "$work" && apt-get download -qq "$1=$2" 2>/dev/null) || {
    echo "task: Debian's package $1 $2 cannot be had here; copy a finished task folder from another machine" >&2
    exit 1
  }
  echo "$3  $(ls "$work/$1"_*.deb)" | sha256sum --check --quiet
  dpkg-deb -x "$work/$1"_*.deb "$work/$1"
}
echo "task: fetching wordnet-base, gnome-user-docs and debian-handbook"
fetch wordnet-base 1:3.0-37 61060d960f9ada8fa120872312eccd3ecebfbab8c4579e4f5a74e1cf67620752
fetch gnome-user-docs 43.0-2 0d635a840747958ca84da778b40d341f1155603851f922c9a171f5a181d6a39f
fetch debian-handbook 11.20220922 3d5dbeac1f1afc9c094eab9d0f701f6ecff99c4927d5a4794cf6c85678134faa

python3 scripts/tasks/wordnet_lines.py "$work/wordnet-base/usr/share/wordnet" > "$work/task.txt"
{ find "$work/gnome-user-docs/usr/share/help/C" -name '*.page'
  find "$work/debian-handbook/usr/share/doc/debian-handbook/html/en-US" -name '*.html'
} | sort | xargs -d '\n' python3 scripts/tasks/prose_lines.py > "$work/general.txt"
"$polai" task make --task-text "$work/task.txt" --general-text "$work/general.txt" --output "$output"
for package in wordnet-base gnome-user-docs debian-handbook; do
  echo "== $package"
  cat "$work/$package/usr/share/doc/$package/copyright"
done > "$output/LICENSE"
"$polai" task check "$output"
