#!/usr/bin/env bash
# Writes the committed test vectors anew from their oracles. Each script names the Python packages it needs in its
# head; one that lacks them is skipped, loudly, and counted.
#   POLAI_PYTHON       Python with torch, transformers, peft, gguf, tokenizers, py_ecc, pycryptodome, eth-utils
#   POLAI_SPEC_PYTHON  Python 3.12 or later with eth-consensus-specs==1.7.0b4
# Arguments pick scripts by name (`make vectors ONLY="bls keys"`). The official generator behind `consensus` takes
# some twenty minutes and runs only when it is picked.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
python=${POLAI_PYTHON:-python3}
spec_python=${POLAI_SPEC_PYTHON:-python3}
written=0 skipped=()

generate() { # PYTHON NAME [MODULE...]
  local interpreter=$1 script=$2 name module
  name=$(basename "${script%.py}")
  shift 2
  for module in "$@"; do
    "$interpreter" -c "import $module" 2>/dev/null || { skipped+=("$name: $interpreter has no module $module"); return; }
  done
  echo "vectors: $name"
  "$interpreter" "$script" || exit 1
  written=$((written + 1))
}
wanted() { [ "${#ONLY[@]}" -eq 0 ] && [ "$1" != consensus ] || [[ " ${ONLY[*]-} " == *" $1 "* ]]; }

ONLY=("$@")
wanted primitives && generate "$python" primitives.py Crypto eth_utils
wanted peers && generate "$python" peers.py Crypto
wanted libp2p && generate "$python" noise_and_peer_keys.py libp2p
wanted bls && generate "$python" bls.py py_ecc
wanted keys && generate "$python" keys.py py_ecc Crypto
wanted execution && generate "$python" execution.py ethereum
wanted model_vectors && generate "$python" model_vectors.py gguf transformers safetensors
wanted tokenizer_vectors && generate "$python" tokenizer_vectors.py gguf tokenizers
wanted peft_vectors && generate "$python" peft_vectors.py gguf peft
wanted transformer && generate "$python" transformer.py torch transformers peft
wanted default_model && generate "$python" default_model.py torch transformers peft gguf
wanted deepseek && generate "$python" deepseek.py torch transformers
wanted update_vectors && generate "$python" update_vectors.py numpy
wanted hivemind_vectors && generate "$python" hivemind_vectors.py msgpack hivemind
wanted petals_vectors && generate "$python" petals_vectors.py hivemind_compat petals
wanted petals_server_vectors && generate "$python" petals_server_vectors.py hivemind_compat petals
wanted gate_losses && generate "$spec_python" gate_losses.py eth_consensus_specs
wanted beacon_wire && generate "$spec_python" beacon_wire.py eth_consensus_specs cramjam
wanted containers && generate "$spec_python" beacon_containers.py eth_consensus_specs
wanted pol && generate "$spec_python" pol/make.py eth_consensus_specs
wanted consensus && generate "$spec_python" consensus.py eth_consensus_specs

for reason in ${skipped[@]+"${skipped[@]}"}; do echo "vectors: SKIPPED $reason" >&2; done
echo "vectors: $written written, ${#skipped[@]} skipped; git diff shows what changed"
