#!/usr/bin/env python3
"""Loads an exported adapter with peft on the default model, and compares its loss on every DEV_TEXT with ours.

    polai adapter export --output adapter && polai adapter export --format gguf --output adapter
    polai gate --adapter adapter --json --explain > losses.json
    python scripts/check-peft.py adapter losses.json

The transformers model is built from the GGUF file by the `gguf` library, independently of our reader. Needs torch,
transformers, peft, tokenizers and gguf; with llama-cpp-python the GGUF adapter is loaded there too (it quantises activations of a Q4_1 model, so its losses
agree to about 1e-2 only; the change that the adapter makes is what to look at)."""
import argparse
import json
import pathlib
import sys

import gguf
import torch
import torch.nn.functional as F
from peft import PeftModel
from transformers import LlamaConfig, LlamaForCausalLM

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts/vectors"))
from model_vectors import NAMES, gguf_name, unpermute  # noqa: E402
from tokenizer_vectors import from_gguf  # noqa: E402


def load(path):
    """The model of a llama GGUF file with tied embeddings."""
    reader = gguf.GGUFReader(path)
    field = {key: value.contents() for key, value in reader.fields.items() if key.startswith("llama.")}
    heads, kv = field["llama.attention.head_count"], field["llama.attention.head_count_kv"]
    config = LlamaConfig(
        vocab_size=len(reader.fields["tokenizer.ggml.tokens"].data), hidden_size=field["llama.embedding_length"],
        intermediate_size=field["llama.feed_forward_length"], num_hidden_layers=field["llama.block_count"], num_attention_heads=heads,
        num_key_value_heads=kv, max_position_embeddings=field["llama.context_length"],
        rms_norm_eps=field["llama.attention.layer_norm_rms_epsilon"], tie_word_embeddings=True,
        rope_parameters={"rope_type": "default", "rope_theta": field["llama.rope.freq_base"]})
    model = LlamaForCausalLM(config).float().eval()
    back = {gguf_name(f"model.layers.{i}.{name}.weight"): f"model.layers.{i}.{name}.weight" for i in range(config.num_hidden_layers) for name in NAMES}
    back |= {"token_embd.weight": "model.embed_tokens.weight", "output_norm.weight": "model.norm.weight"}
    state = {}
    for tensor in reader.tensors:
        values = gguf.dequantize(tensor.data, tensor.tensor_type)
        part = tensor.name.split(".")[-2]
        if part in ("attn_q", "attn_k"):
            values = unpermute(values, heads if part == "attn_q" else kv)
        state[back[tensor.name]] = torch.tensor(values)
    missing, unexpected = model.load_state_dict(state, strict=False)
    assert not unexpected and set(missing) <= {"lm_head.weight"}, (missing, unexpected)
    model.tie_weights()
    return model


def losses(model, texts):
    """The mean loss a token of each text, alone."""
    found = []
    with torch.inference_mode():
        for ids in texts:
            row = torch.tensor([ids])
            logits = model(row[:, :-1]).logits[0]
            found.append(F.cross_entropy(logits.double(), row[0, 1:]).item())
    return found


def check_llama_cpp(base, adapter, texts):
    """Whether llama.cpp moves the logits as our merged model does: the loss with the GGUF adapter."""
    try:
        from llama_cpp import Llama
    except ImportError:
        print("llama-cpp-python is not installed: the GGUF adapter is not checked there")
        return
    for name, lora in [("base", None), ("adapter", str(adapter))]:
        model = Llama(str(base), lora_path=lora, n_ctx=512, n_threads=1, logits_all=True, verbose=False)
        total = tokens = 0
        for ids in texts:
            model.reset()
            model.eval(ids)
            scores = torch.tensor(model.scores[: len(ids) - 1]).double()
            total += F.cross_entropy(scores, torch.tensor(ids[1:]), reduction="sum").item()
            tokens += len(ids) - 1
        print(f"llama.cpp, {name}: loss {total / tokens:.6f} on {len(texts)} texts")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("adapter", type=pathlib.Path, help="the exported folder")
    parser.add_argument("losses", type=pathlib.Path, help="what polai gate --json --explain printed")
    parser.add_argument("--base", type=pathlib.Path, default=next((ROOT / "model_cache").glob("SmolLM2-135M-Instruct*.gguf"), None))
    parser.add_argument("--texts", type=int, default=512)
    parser.add_argument("--llama-texts", type=int, default=8)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    sentences = json.loads(options.losses.read_text())["sentences"][: options.texts]
    tokenizer = from_gguf(options.base)
    texts = [tokenizer.encode(sentence["text"]).ids for sentence in sentences]
    assert [len(ids) - 1 for ids in texts] == [sentence["tokens"] for sentence in sentences], "other tokens than ours"
    model = load(options.base)
    plain = losses(model, texts)
    adapted = losses(PeftModel.from_pretrained(model, options.adapter).eval(), texts)
    worst = max(abs(a - s["before"]) for a, s in zip(adapted, sentences))
    weights = [s["tokens"] for s in sentences]
    mean = [sum(w * v for w, v in zip(weights, values)) / sum(weights) for values in (plain, adapted, [s["before"] for s in sentences])]
    print(f"{len(texts)} texts, {sum(weights)} tokens: peft {mean[1]:.7f}, ours {mean[2]:.7f}, without adapter {mean[0]:.7f}")
    print(f"largest difference on one text {worst:.2e}, of the means {abs(mean[1] - mean[2]):.2e}")
    assert worst <= 1e-4, "the losses differ by more than 1e-4"
    assert abs(mean[0] - mean[1]) > 10 * worst, "the adapter changes nothing that could be compared"
    if (options.adapter / "adapter.gguf").exists():
        check_llama_cpp(options.base, options.adapter / "adapter.gguf", texts[:options.llama_texts])


main()
