"""Writes what PyTorch with transformers and peft makes of the default model, SmolLM2-135M, in Float64:
Tests/LoRATrainingTests/Vectors/default-model.json.

The weights come from the GGUF file in model_cache through the `gguf` library, not through this project's reader; the
adapter is drawn by its specification, as transformer.py does. The file holds the losses of two short texts, sampled
logits, for every module the norm and sampled elements of B's gradient, and the losses of a few AdamW steps.

    pip install torch transformers peft gguf numpy
    python scripts/vectors/default_model.py
"""
import hashlib
import pathlib

import gguf
import numpy as np
import torch
from peft import LoraConfig, get_peft_model
from transformers import LlamaConfig, LlamaForCausalLM

from tokenizer_vectors import from_gguf
from transformer import TARGETS, batches, draw, encode, words, write

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODEL = ROOT / "model_cache/SmolLM2-135M-Instruct.Q4_1.gguf"
TEXT = ROOT / "Sources/Learning/TrainingTexts/Resources/corpus.txt"
NAMES = {"self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
         "self_attn.o_proj": "attn_output", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down",
         "input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm"}
LENGTH, BATCH, STEPS, SAMPLES = 24, 2, 5, 32


def load():
    tensors = {t.name: t for t in gguf.GGUFReader(MODEL).tensors}
    values = lambda name: gguf.dequantize(tensors[name].data, tensors[name].tensor_type)
    config = LlamaConfig(
        vocab_size=49152, hidden_size=576, intermediate_size=1536, num_hidden_layers=30, num_attention_heads=9,
        num_key_value_heads=3, rms_norm_eps=1e-5, rope_theta=100000.0, tie_word_embeddings=True,
        max_position_embeddings=8192, attn_implementation="eager")
    with torch.device("meta"):
        model = LlamaForCausalLM(config)
    state = {"model.embed_tokens.weight": values("token_embd.weight"), "model.norm.weight": values("output_norm.weight")}
    for layer in range(config.num_hidden_layers):
        for name, short in NAMES.items():
            weight = values(f"blk.{layer}.{short}.weight")
            heads = {"attn_q": 9, "attn_k": 3}.get(short)
            if heads:
                weight = weight.reshape(heads, -1, 2, weight.shape[1]).swapaxes(1, 2).reshape(weight.shape)
            state[f"model.layers.{layer}.{name}.weight"] = weight
    state = {name: torch.from_numpy(np.array(value)).double() for name, value in state.items()}
    state["lm_head.weight"] = state["model.embed_tokens.weight"]
    model.load_state_dict(state, assign=True)
    # Buffers are not part of a checkpoint: take the rotary frequencies of a model made outside of "meta".
    model.model.rotary_emb = type(model.model.rotary_emb)(config)
    return model.eval()


def adapt(model, root):
    model = get_peft_model(model, LoraConfig(r=8, lora_alpha=16, lora_dropout=0, target_modules=TARGETS))
    modules = {}
    with torch.no_grad():
        for name, m in model.named_modules():
            if hasattr(m, "lora_A"):
                plain = name.removeprefix("base_model.model.")
                a, b = m.lora_A["default"], m.lora_B["default"]
                a.weight = torch.nn.Parameter(torch.from_numpy(draw(plain, *a.weight.shape, root)).double(), requires_grad=False)
                b.weight = torch.nn.Parameter((torch.from_numpy(draw("B/" + plain, *b.weight.shape, root)) / 1024).double())
                modules[plain] = m
    return model, dict(sorted(modules.items(), key=lambda item: item[0].encode()))


def losses(model, windows):
    logits = model(torch.from_numpy(windows[:, :-1])).logits
    targets = torch.from_numpy(windows[:, 1:]).flatten()
    return logits, torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets, reduction="none")


def places(name, count):
    """SAMPLES elements of a module's B, by its name."""
    digests = [hashlib.sha256(f"sample/{part}/{name}".encode()).digest() for part in range(SAMPLES // 8)]
    return [word % count for digest in digests for word in words(digest)]


def main():
    torch.set_num_threads(1)
    root = hashlib.sha256(MODEL.read_bytes()).digest()
    data = np.array(from_gguf(MODEL).encode(" ".join(TEXT.read_text().splitlines()[:12])).ids[:200])
    seed = hashlib.sha256(b"default-model").digest()
    plan = batches(seed, len(data), LENGTH, BATCH, STEPS)
    model, modules = adapt(load(), root)
    model.train()
    b = [m.lora_B["default"].weight for m in modules.values()]
    optimiser = torch.optim.AdamW(b, lr=1e-3, betas=(0.9, 0.95))
    entry = {"data": data.tolist(), "seed": seed.hex(), "sequenceLength": LENGTH, "batchSize": BATCH, "windows": plan, "losses": []}
    for step, chosen in enumerate(plan):
        logits, nll = losses(model, np.stack([data[i * LENGTH : i * LENGTH + LENGTH + 1] for i in chosen]))
        optimiser.zero_grad()
        nll.mean().backward()
        if step == 0:
            entry["tokenLosses"] = encode(nll.detach().numpy())
            entry["logits"] = encode(logits[:, -1, ::768].detach().numpy())
            gradients = {name: m.lora_B["default"].weight.grad for name, m in modules.items()}
            entry["norms"] = encode([float(g.norm()) for g in gradients.values()])
            entry["samples"] = encode([float(g.flatten()[i]) for n, g in gradients.items() for i in places(n, g.numel())])
        torch.nn.utils.clip_grad_norm_(b, 1.0)
        optimiser.step()
        entry["losses"].append(nll.mean().item())
        print(step, entry["losses"][-1], flush=True)
    write("LoRATrainingTests", "default-model.json", entry)


if __name__ == "__main__":
    main()
