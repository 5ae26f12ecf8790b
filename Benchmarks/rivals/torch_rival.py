"""PyTorch's side of the learning benchmarks: the same weights, texts and thread count as the gate and the trainer.

Started by the benchmark program with the folder of `model.json` and `weights.bin`. Prints "ready", then answers each
line of standard input, "gate" or "train", with one line of JSON.
"""
import json
import os
import sys
import time

import torch
import torch.nn.functional as F
from transformers import LlamaConfig, LlamaForCausalLM

RANK, ALPHA, DROPOUT = 8, 16, 0.05
BATCH, LENGTH = 8, 64
TARGETS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")


class AdaptedLinear(torch.nn.Module):
    """A frozen linear layer and its adapter: A is fixed, only B learns."""

    def __init__(self, base):
        super().__init__()
        self.base = base
        self.a = torch.nn.Parameter(torch.randn(RANK, base.in_features) / base.in_features**0.5, requires_grad=False)
        self.b = torch.nn.Parameter(torch.zeros(base.out_features, RANK))

    def forward(self, x):
        return self.base(x) + F.linear(F.linear(F.dropout(x, DROPOUT, self.training), self.a), self.b) * (ALPHA / RANK)


def load(folder):
    with open(os.path.join(folder, "model.json")) as file:
        given = json.load(file)
    config = LlamaConfig(
        vocab_size=given["vocabularySize"], hidden_size=given["hiddenSize"], intermediate_size=given["intermediateSize"],
        num_hidden_layers=given["layerCount"], num_attention_heads=given["headCount"],
        num_key_value_heads=given["keyValueHeadCount"], head_dim=given["headDimension"],
        max_position_embeddings=given["contextLength"], rms_norm_eps=given["rmsNormEpsilon"],
        tie_word_embeddings=given["tieWordEmbeddings"], attention_bias=False, use_cache=False,
        rope_theta=given["ropeTheta"], rope_parameters={"rope_type": "default", "rope_theta": given["ropeTheta"]})
    path = os.path.join(folder, "weights.bin")
    flat = torch.from_file(path, size=os.path.getsize(path) // 4, dtype=torch.float32)
    state, offset = {}, 0
    for tensor in given["tensors"]:
        count = 1
        for size in tensor["shape"]:
            count *= size
        state[tensor["name"]] = flat[offset:offset + count].view(tensor["shape"])
        offset += count
    model = LlamaForCausalLM(config).float()
    missing, unexpected = model.load_state_dict(state, strict=False)
    if unexpected or set(missing) - {"lm_head.weight"} or (missing and not given["tieWordEmbeddings"]):
        sys.exit(f"the weights do not fit: missing {missing}, unexpected {unexpected}")
    model.tie_weights()
    return model.requires_grad_(False), given


def adapt(model):
    for layer in model.model.layers:
        for part in (layer.self_attn, layer.mlp):
            for name in TARGETS:
                if hasattr(part, name):
                    setattr(part, name, AdaptedLinear(getattr(part, name)))
    return [parameter for parameter in model.parameters() if parameter.requires_grad]


def gate(model, texts):
    """The mean loss of `texts`, in padded batches of texts of about one length."""
    model.eval()
    order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
    total, tokens = 0.0, 0
    with torch.inference_mode():
        for start in range(0, len(order), 16):
            batch = [texts[index] for index in order[start:start + 16]]
            width = max(map(len, batch))
            ids = torch.zeros((len(batch), width), dtype=torch.long)
            mask = torch.zeros_like(ids)
            for row, text in enumerate(batch):
                ids[row, :len(text)] = torch.tensor(text)
                mask[row, :len(text)] = 1
            logits = model(ids[:, :-1], attention_mask=mask[:, :-1]).logits
            targets = ids[:, 1:].masked_fill(mask[:, 1:] == 0, -100)
            total += float(F.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="sum"))
            tokens += int(mask[:, 1:].sum())
    return total / tokens, tokens


def train(model, parameters, optimiser, data, step):
    """One step on 8 windows of 64 predicted tokens."""
    model.train()
    starts = [(step * BATCH + row) * LENGTH % (len(data) - LENGTH - 1) for row in range(BATCH)]
    windows = torch.stack([data[start:start + LENGTH + 1] for start in starts])
    loss = F.cross_entropy(model(windows[:, :-1]).logits.flatten(0, 1), windows[:, 1:].flatten())
    optimiser.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(parameters, 1.0)
    optimiser.step()
    return float(loss.detach()), BATCH * LENGTH


def main():
    torch.manual_seed(0)
    model, given = load(sys.argv[1])
    torch.set_num_threads(given["threads"])
    plain_texts, data = given["texts"], torch.tensor(given["trainingTokens"], dtype=torch.long)
    # The gate runs the model without adapters, as ours does: adapters stand in a second model that shares the weights.
    adapted = LlamaForCausalLM(model.config).float()
    adapted.load_state_dict(model.state_dict(), assign=True)
    adapted.tie_weights()
    adapted.requires_grad_(False)
    parameters = adapt(adapted)
    optimiser = torch.optim.AdamW(parameters, lr=1e-4, betas=(0.9, 0.95), weight_decay=0.01)
    gate(model, plain_texts[:16])
    train(adapted, parameters, optimiser, data, 0)
    print("ready", flush=True)
    step = 0
    for line in sys.stdin:
        start = time.perf_counter()
        if line.strip() == "gate":
            loss, tokens = gate(model, plain_texts)
        else:
            step += 1
            loss, tokens = train(adapted, parameters, optimiser, data, step)
        seconds = time.perf_counter() - start
        print(json.dumps({"tokensPerSecond": tokens / seconds, "loss": loss}), flush=True)


main()
