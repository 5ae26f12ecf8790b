#!/usr/bin/env bash
# Builds the benchmarks and runs them. POLAI_PYTHON names a Python with numpy, torch and transformers, to measure against
# OpenBLAS and PyTorch in the same run. Arguments go to the benchmark program. The others of this package (polai-model-memory,
# polai-gossip-matrix, polai-codec-study) are built and run by themselves: README.md.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
rival=()
if [ -n "${POLAI_PYTHON:-}" ]; then
  python=$(command -v "$POLAI_PYTHON") || { echo "POLAI_PYTHON=$POLAI_PYTHON is no program" >&2; exit 1; }
  "$python" -c 'import numpy, torch, transformers' || { echo "$python lacks numpy, torch or transformers" >&2; exit 1; }
  rival=(--python "$python")
fi
bash ../scripts/swift-quiet.sh swift build -c release --product polai-benchmarks
exec .build/release/polai-benchmarks ${rival[@]+"${rival[@]}"} "$@"
