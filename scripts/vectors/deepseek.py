"""Writes the losses and logits of tiny random DeepSeek-V3 models from transformers' DeepseekV3ForCausalLM:
Tests/TransformerTests/Vectors/tiny-deepseek.json. Weights are drawn by name, as in transformer.py.

    pip install torch transformers numpy
    python scripts/vectors/deepseek.py
"""
import numpy as np
import torch
from transformers import DeepseekV3Config, DeepseekV3ForCausalLM

from transformer import draw, encode, tokens, write

COMMON = dict(
    vocab_size=200, hidden_size=64, intermediate_size=96, moe_intermediate_size=40, num_hidden_layers=3, num_attention_heads=4,
    num_key_value_heads=4, n_shared_experts=2, n_routed_experts=8, routed_scaling_factor=2.5, kv_lora_rank=24, qk_rope_head_dim=8,
    v_head_dim=12, qk_nope_head_dim=16, n_group=4, topk_group=2, num_experts_per_tok=3, first_k_dense_replace=1,
    norm_topk_prob=True, max_position_embeddings=256, rms_norm_eps=1e-6, num_mtp_layers=0, attn_implementation="eager")
CASES = {
    "latent-queries-yarn": dict(q_lora_rank=32, rope_parameters=dict(
        rope_type="yarn", rope_theta=10000.0, factor=4.0, original_max_position_embeddings=64, beta_fast=32, beta_slow=1,
        mscale=1.0, mscale_all_dim=0.8)),
    "plain-queries": dict(q_lora_rank=None, rope_parameters=dict(rope_type="default", rope_theta=10000.0)),
}


def value(name, shape):
    if len(shape) == 1:
        return draw(name, 1, shape[0])[0] + np.float32(1 if name.endswith("norm.weight") else 0)
    return draw(name, *shape) * np.float32(8 if "embed" in name or "lm_head" in name else 2)


def make(changes):
    config = DeepseekV3Config(**COMMON, **changes)
    config._experts_implementation = "eager"
    model = DeepseekV3ForCausalLM(config)
    with torch.no_grad():
        for name, p in list(model.named_parameters()) + list(model.named_buffers()):
            if name.endswith("inv_freq"):
                continue
            if name.endswith("experts.gate_up_proj") or name.endswith("experts.down_proj"):
                # Checkpoints hold each expert's matrices by themselves.
                for e in range(p.shape[0]):
                    prefix = name.rsplit(".", 1)[0] + f".{e}."
                    if name.endswith("gate_up_proj"):
                        shape = (p.shape[1] // 2, p.shape[2])
                        whole = np.concatenate([value(prefix + "gate_proj.weight", shape), value(prefix + "up_proj.weight", shape)])
                    else:
                        whole = value(prefix + "down_proj.weight", p.shape[1:])
                    p[e].copy_(torch.from_numpy(whole))
            else:
                p.copy_(torch.from_numpy(value(name, p.shape)))
    return model.float().eval()


def main():
    cases = []
    for name, changes in CASES.items():
        model = make(changes)
        text = tokens("deepseek", 90, 200)
        with torch.no_grad():
            logits = model(torch.from_numpy(text[None])).logits[0]
        losses = torch.nn.functional.cross_entropy(logits[:-1], torch.from_numpy(text[1:]), reduction="none")
        cases.append({"name": name, "text": text.tolist(), "losses": encode(losses.numpy()), "logits": encode(logits[[0, 40, 89]].numpy())})
        print(name, float(losses.mean()), float(logits.abs().max()))
    write("TransformerTests", "tiny-deepseek.json", cases)


if __name__ == "__main__":
    main()
