#!/usr/bin/env python3
"""Compares `polai gate` with transformers on tiny random models of each architecture.

    pip install torch transformers tokenizers safetensors
    python scripts/check-models.py [--polai .build/release/polai]

For Llama, Qwen2 and DeepSeek-V3 it writes a model folder as the hub has them (weights in one file, or in shards), has `polai gate`
measure the DEV_TEXTS with it, and measures them with transformers. A difference of more than 1e-4 in any sentence's loss, or in
the tokens, fails. Exit status 0: all equal; 1: a difference; 3: a package is not installed.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

try:
    import torch
    import transformers
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
except ImportError as error:
    print(f"SKIPPED check-models: {error}; pip install torch transformers tokenizers safetensors", file=sys.stderr)
    sys.exit(3)

ROOT = pathlib.Path(__file__).resolve().parents[1]
TEXTS = ROOT / "Sources/Learning/TrainingTexts/Resources/dev-texts.txt"
LIMIT = 1e-4

ATTENTION = dict(hidden_size=64, intermediate_size=160, num_hidden_layers=3, num_attention_heads=4, max_position_embeddings=512)
CASES = {
    "llama": ("LlamaConfig", dict(**ATTENTION, num_key_value_heads=2, rope_parameters=dict(
        rope_type="llama3", rope_theta=500000.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
        original_max_position_embeddings=128)), "1GB"),
    "llama-tied-sharded": ("LlamaConfig", dict(**ATTENTION, num_key_value_heads=4, tie_word_embeddings=True), "100KB"),
    "qwen2": ("Qwen2Config", dict(**ATTENTION, num_key_value_heads=1, tie_word_embeddings=True), "1GB"),
    "qwen2-sharded": ("Qwen2Config", dict(**ATTENTION, num_key_value_heads=2), "100KB"),
    "deepseek-v3": ("DeepseekV3Config", dict(
        hidden_size=64, intermediate_size=96, moe_intermediate_size=40, num_hidden_layers=3, num_attention_heads=4,
        num_key_value_heads=4, n_shared_experts=1, n_routed_experts=8, routed_scaling_factor=2.5, kv_lora_rank=24, q_lora_rank=32,
        qk_rope_head_dim=8, v_head_dim=12, qk_nope_head_dim=16, n_group=4, topk_group=2, num_experts_per_tok=3,
        first_k_dense_replace=1, norm_topk_prob=True, max_position_embeddings=512), "1GB"),
}


def tokenizer(texts):
    """A byte-level BPE of 600 tokens, trained on the texts themselves."""
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    made.train_from_iterator(texts, trainers.BpeTrainer(
        vocab_size=600, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), special_tokens=["<|endoftext|>"], show_progress=False))
    return made


def make(name, folder, vocabulary):
    """A random model in `folder`, with weights large enough that sentences differ."""
    kind, sizes, shard = CASES[name]
    torch.manual_seed(len(name))
    config = getattr(transformers, kind)(vocab_size=vocabulary, bos_token_id=None, eos_token_id=0, **sizes)
    model = transformers.AutoModelForCausalLM.from_config(config).float().eval()
    with torch.no_grad():
        for key, value in list(model.named_parameters()) + list(model.named_buffers()):
            if key.endswith("inv_freq"):
                continue
            if value.dim() > 1:
                value.normal_(0, 0.08)
            else:
                value.normal_(1 if key.endswith("norm.weight") else 0, 0.05)
    model.save_pretrained(folder, max_shard_size=shard)
    return model


def compare(name, model, tokens, polai, folder):
    run = subprocess.run([polai, "gate", "--base", folder, "--task", "built-in", "--json", "--explain"], capture_output=True, text=True)
    if run.returncode:
        return f"polai gate ended with {run.returncode}: {run.stderr.strip()[-300:]}"
    ours = json.loads(run.stdout)
    worst = total = count = 0
    for sentence, ids in zip(ours["sentences"], tokens, strict=True):
        if sentence["tokens"] != len(ids) - 1:
            return f"sentence {sentence['index']} has {sentence['tokens'] + 1} tokens, {len(ids)} by tokenizers"
        with torch.no_grad():
            logits = model(torch.tensor([ids])).logits[0, :-1]
        loss = torch.nn.functional.cross_entropy(logits.double(), torch.tensor(ids[1:]), reduction="sum").item()
        worst = max(worst, abs(loss / (len(ids) - 1) - sentence["before"]))
        total, count = total + loss, count + len(ids) - 1
    difference = abs(total / count - ours["loss_before"])
    print(f"{name}: loss {ours['loss_before']:.6f}, {count} tokens, mean differs by {difference:.1e}, a sentence by at most {worst:.1e}")
    return None if worst < LIMIT else f"a sentence's loss differs by {worst}"


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--polai", default=str(ROOT / ".build/release/polai"))
    polai = arguments.parse_args().polai
    torch.set_num_threads(1)
    texts = TEXTS.read_text().splitlines()
    made = tokenizer(texts)
    tokens = [made.encode(text).ids for text in texts]
    failures = 0
    for name in CASES:
        with tempfile.TemporaryDirectory() as folder:
            model = make(name, folder, made.get_vocab_size())
            made.save(f"{folder}/tokenizer.json")
            fault = compare(name, model, tokens, polai, folder)
        if fault:
            failures += 1
            print(f"{name}: FAILED, {fault}")
    sys.exit(1 if failures else 0)


main()
