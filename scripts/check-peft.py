#!/usr/bin/env python3
"""Exports the adapter of a node's data directory, loads it with peft and with llama.cpp on the default model, and compares.

    python scripts/check-peft.py --polai .build/release/polai --datadir .

peft must give our loss on every DEV_TEXT. llama.cpp keeps keys and values in FP32 here and has the base model in FP32, so the
change that the adapter makes to its logits must be peft's. The transformers model is built from the GGUF file by the `gguf`
library, independently of our reader. Needs torch, transformers, peft, tokenizers, gguf and llama-cpp-python; --skip-llama
leaves the last out."""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import gguf
import numpy
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


def logits(model, texts):
    """The logits after every token of each text but the last."""
    with torch.inference_mode():
        return [model(torch.tensor([ids])[:, :-1]).logits[0].double() for ids in texts]


def loss(scores, ids):
    """The mean loss a token of a text."""
    return F.cross_entropy(scores, torch.tensor(ids[1:])).item()


def write_fp32(base, path):
    """The GGUF model at `base` with every tensor in FP32: llama.cpp rounds activations where weights are quantised."""
    reader = gguf.GGUFReader(base)
    writer = gguf.GGUFWriter(path, reader.fields["general.architecture"].contents())
    for field in reader.fields.values():
        if field.name == "general.architecture" or field.name.startswith("GGUF."):
            continue
        kind = field.types[0]
        value = 0 if field.name == "general.file_type" else field.contents()
        writer.add_key_value(field.name, value, kind, field.types[-1] if kind == gguf.GGUFValueType.ARRAY else None)
    for tensor in reader.tensors:
        writer.add_tensor(tensor.name, numpy.ascontiguousarray(gguf.dequantize(tensor.data, tensor.tensor_type), dtype=numpy.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def llama_logits(base, adapter, texts, threads):
    """What llama.cpp computes, with the GGUF adapter or without."""
    from llama_cpp import Llama

    longest = max(map(len, texts))
    model = Llama(
        str(base), lora_path=None if adapter is None else str(adapter), n_ctx=longest, n_batch=longest, n_threads=threads, logits_all=True,
        type_k=0, type_v=0, verbose=False)
    found = []
    for ids in texts:
        model.reset()
        model.eval(ids)
        found.append(torch.tensor(model.scores[: len(ids) - 1]).double())
    return found


def check_llama(base, adapter, texts, plain, adapted, threads):
    """Compares the change of the logits that the adapter makes in llama.cpp with the change in peft."""
    theirs = [llama_logits(base, lora, texts, threads) for lora in (None, adapter)]
    cosines = [
        F.cosine_similarity((b - a).flatten(), (d - c).flatten(), 0).item()
        for a, b, c, d in zip(plain, adapted, theirs[0], theirs[1])]
    changes = [loss(b, ids) - loss(a, ids) for a, b, ids in zip(theirs[0], theirs[1], texts)]
    expected = [loss(b, ids) - loss(a, ids) for a, b, ids in zip(plain, adapted, texts)]
    worst = max(abs(a - b) for a, b in zip(changes, expected))
    print(
        f"llama.cpp on {len(texts)} texts: the change of the logits has a cosine of at least {min(cosines):.6f} with peft's; the loss changes "
        f"by {sum(changes) / len(changes):.5f}, with peft by {sum(expected) / len(expected):.5f}, at most {worst:.1e} apart on one text")
    assert min(cosines) >= 0.99, "llama.cpp changes the logits otherwise than peft"


def export(options, folder):
    """The adapter in both forms and our losses with it, by `polai`."""
    def polai(*arguments):
        return subprocess.run([options.polai, *arguments, "--base", options.base], check=True, stdout=subprocess.PIPE).stdout

    adapter = folder / "adapter"
    for form in ("peft", "gguf"):
        polai("adapter", "export", "--datadir", options.datadir, "--format", form, "--output", adapter)
    return adapter, json.loads(polai("gate", "--adapter", adapter, "--json", "--explain", "--threads", str(options.threads)))["sentences"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--polai", type=pathlib.Path, default=ROOT / ".build/release/polai")
    parser.add_argument("--datadir", type=pathlib.Path, default=pathlib.Path("."), help="data directory of a node")
    parser.add_argument("--base", type=pathlib.Path, default=next((ROOT / "model_cache").glob("SmolLM2-135M-Instruct*.gguf"), None))
    parser.add_argument("--texts", type=int, default=512, help="DEV_TEXTS to compare with peft")
    parser.add_argument("--llama-texts", type=int, default=8, help="DEV_TEXTS to compare with llama.cpp")
    parser.add_argument("--skip-llama", action="store_true")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        adapter, sentences = export(options, folder)
        sentences = sentences[: options.texts]
        tokenizer = from_gguf(options.base)
        texts = [tokenizer.encode(sentence["text"]).ids for sentence in sentences]
        assert [len(ids) - 1 for ids in texts] == [sentence["tokens"] for sentence in sentences], "other tokens than ours"
        model = load(options.base)
        few = texts[: options.llama_texts]
        few_plain = logits(model, few)
        plain = [loss(scores, ids) for ids in texts for scores in logits(model, [ids])]
        with_adapter = PeftModel.from_pretrained(model, adapter).eval()
        few_adapted = logits(with_adapter, few)
        adapted = [loss(scores, ids) for ids in texts for scores in logits(with_adapter, [ids])]
        ours = [sentence["before"] for sentence in sentences]
        worst = max(abs(a - b) for a, b in zip(adapted, ours))
        weights = [sentence["tokens"] for sentence in sentences]
        mean = [sum(w * v for w, v in zip(weights, values)) / sum(weights) for values in (plain, adapted, ours)]
        print(f"{len(texts)} texts, {sum(weights)} tokens: peft {mean[1]:.7f}, ours {mean[2]:.7f}, without adapter {mean[0]:.7f}")
        print(f"largest difference on one text {worst:.2e}, of the means {abs(mean[1] - mean[2]):.2e}")
        assert worst <= 1e-4, "the losses differ by more than 1e-4"
        assert abs(mean[0] - mean[1]) > 10 * worst, "the adapter changes nothing that could be compared"
        if not options.skip_llama:
            write_fp32(options.base, folder / "fp32.gguf")
            check_llama(folder / "fp32.gguf", adapter / "adapter.gguf", few, few_plain, few_adapted, options.threads)


main()
