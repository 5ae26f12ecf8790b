#!/usr/bin/env bash
# Fetches the C sources of blst and ethash from their PyPI sdists, pinned by version and SHA-256,
# and unpacks them where the CBlst and CEthash shims expect them. Idempotent; never builds anything.
set -euo pipefail
cd "$(dirname "$0")/.."

fetch() { # NAME VERSION SHA256 PATH_IN_ARCHIVE DESTINATION
  local name=$1 version=$2 sha=$3 inner=$4 dest=$5 stamp="$5/.polai-$2-$3"
  [ -e "$stamp" ] && return 0
  local tmp; tmp=$(mktemp -d)
  echo "setup: fetching $name $version"
  python3 -m pip download --quiet --no-deps --no-binary="$name" -d "$tmp" "$name==$version" >"$tmp/log" 2>&1 \
    || { cat "$tmp/log" >&2; echo "setup: cannot download $name==$version; check the network and run 'make setup' again" >&2; exit 1; }
  echo "$sha  $tmp/$name-$version.tar.gz" | sha256sum --check --quiet - \
    || { echo "setup: $name-$version.tar.gz does not have the pinned SHA-256 $sha; refusing to use it" >&2; exit 1; }
  rm -rf "$dest"; mkdir -p "$dest"
  tar -xzf "$tmp/$name-$version.tar.gz" -C "$tmp"
  cp -r "$tmp/$name-$version/$inner/." "$dest/"
  rm -rf "$dest/.git"
  touch "$stamp"
  rm -rf "$tmp"
}

fetch ckzg 2.1.8 d7bef6b425dca6995457fc59fc5b30211d9b28cbbeee0e7a7bef1372e13f29ca blst Sources/C/CBlst/upstream
fetch ethash 1.1.0 7ed9bb781c6b740ad1af2bd69d0b2d77d5ed1f3b2bf22542436660c0dde3b30f . Sources/C/CEthash/upstream
