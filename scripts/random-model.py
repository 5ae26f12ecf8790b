#!/usr/bin/env python3
"""Writes a small random Llama with a tokenizer of bytes: a base model for development chains whose learning costs nothing.

    python3 scripts/random-model.py FOLDER [--seed 1] [--hidden 32] [--layers 2]
    polai up --devnet --model FOLDER

The same options give the same bytes, so every node of a chain can make its own. Needs nothing but Python."""
import argparse
import json
import math
import pathlib
import random
import struct

SPECIAL = ["<|begin|>", "<|end|>"]


def alphabet():
    """The characters that stand for bytes in byte-level tokenizers."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = [byte for byte in range(256) if byte not in printable]
    return {**{byte: chr(byte) for byte in printable}, **{byte: chr(256 + place) for place, byte in enumerate(rest)}}


def tokenizer():
    names = alphabet()
    vocabulary = {token: place for place, token in enumerate(SPECIAL)}
    vocabulary.update({names[byte]: len(SPECIAL) + byte for byte in range(256)})
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    return {
        "version": "1.0", "truncation": None, "padding": None, "normalizer": None, "post_processor": None,
        "added_tokens": [
            {"id": place, "content": token, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False,
             "special": True} for place, token in enumerate(SPECIAL)],
        "pre_tokenizer": byte_level, "decoder": byte_level,
        "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None,
                  "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False, "vocab": vocabulary, "merges": []},
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hidden", type=int, default=32)
    parser.add_argument("--layers", type=int, default=2)
    options = parser.parse_args()
    hidden, inner, vocabulary = options.hidden, 2 * options.hidden, len(SPECIAL) + 256
    heads = 4
    config = {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "attention_bias": False, "mlp_bias": False,
        "bos_token_id": 0, "eos_token_id": 1, "hidden_act": "silu", "hidden_size": hidden, "intermediate_size": inner,
        "head_dim": hidden // heads, "num_attention_heads": heads, "num_key_value_heads": heads // 2,
        "num_hidden_layers": options.layers, "max_position_embeddings": 512, "rms_norm_eps": 1e-5, "rope_theta": 10000.0,
        "tie_word_embeddings": False, "vocab_size": vocabulary, "torch_dtype": "float32"}
    shapes = {"model.embed_tokens.weight": (vocabulary, hidden), "lm_head.weight": (vocabulary, hidden),
              "model.norm.weight": (hidden,)}
    for layer in range(options.layers):
        name = f"model.layers.{layer}."
        for part, rows in (("q", hidden), ("k", hidden // 2), ("v", hidden // 2), ("o", hidden)):
            shapes[f"{name}self_attn.{part}_proj.weight"] = (rows, hidden)
        shapes[f"{name}mlp.gate_proj.weight"] = shapes[f"{name}mlp.up_proj.weight"] = (inner, hidden)
        shapes[f"{name}mlp.down_proj.weight"] = (hidden, inner)
        shapes[f"{name}input_layernorm.weight"] = shapes[f"{name}post_attention_layernorm.weight"] = (hidden,)
    random.seed(options.seed)
    header, data = {}, bytearray()
    for name, shape in sorted(shapes.items()):
        count = math.prod(shape)
        deviation = 1 / math.sqrt(shape[-1])
        values = [1.0] * count if len(shape) == 1 else [random.gauss(0, deviation) for _ in range(count)]
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [len(data), len(data) + 4 * count]}
        data += struct.pack(f"<{count}f", *values)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    options.folder.mkdir(parents=True, exist_ok=True)
    (options.folder / "config.json").write_text(json.dumps(config, indent=2))
    (options.folder / "tokenizer.json").write_text(json.dumps(tokenizer(), ensure_ascii=False))
    (options.folder / "model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + data)


if __name__ == "__main__":
    main()
