#!/usr/bin/env bash
# Installs what is missing on a Debian or Ubuntu machine: system packages by apt, the C libraries and the
# default model by name, version and SHA-256. A second run finds everything in place and does nothing.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v swift >/dev/null || {
  echo "setup: no Swift toolchain found; install Swift 6.2 or later from swift.org and put it on PATH" >&2
  exit 1
}

missing=()
need_package() { dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'install ok installed' || missing+=("$1"); }
if command -v dpkg-query >/dev/null; then
  for package in liblmdb-dev libsecp256k1-dev libsnappy-dev zlib1g-dev pkg-config; do need_package "$package"; done
  command -v python3 >/dev/null || missing+=(python3)
  python3 -m pip --version >/dev/null 2>&1 || missing+=(python3-pip)
  if [ "${#missing[@]}" -gt 0 ]; then
    echo "setup: installing ${missing[*]}"
    sudo=""
    [ "$(id -u)" -eq 0 ] || sudo=sudo
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get update -qq
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >/dev/null
  fi
else
  echo "setup: this is not Debian or Ubuntu; install LMDB, libsecp256k1, Snappy, zlib, pkg-config and Python 3 with pip yourself"
fi

bash scripts/fetch-c-libraries.sh
bash scripts/fetch-default-model.sh
