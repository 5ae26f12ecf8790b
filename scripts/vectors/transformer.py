"""Writes the expected losses, logits, gradients and training curves of tiny random models, from PyTorch with
transformers and peft: Tests/TransformerTests/Vectors and Tests/LoRATrainingTests/Vectors.

Weights are not stored: both sides draw them from the specified counter-based generator (LoRAMatrixA.swift), which
this script implements on its own, as it does the order of the data and the dropout.

    pip install torch transformers peft numpy
    python scripts/vectors/transformer.py
"""
import base64, hashlib, json, pathlib, struct
import numpy as np, torch
from peft import LoraConfig, get_peft_model
from transformers import LlamaConfig, LlamaForCausalLM, Qwen2Config, Qwen2ForCausalLM

torch.set_num_threads(1)
ROOT = bytes(range(32))
TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
MASK = 0xFFFFFFFF


def philox(counters, key):
    """Philox4x32-10 for an array of counters [n, 4]: words [n, 4]."""
    c = [counters[:, i].astype(np.uint64) for i in range(4)]
    k = list(key)
    for _ in range(10):
        p0, p1 = c[0] * np.uint64(0xD2511F53), c[2] * np.uint64(0xCD9E8D57)
        s = np.uint64(32)
        m = np.uint64(MASK)
        c = [(p1 >> s) ^ c[1] ^ np.uint64(k[0]), p1 & m, (p0 >> s) ^ c[3] ^ np.uint64(k[1]), p0 & m]
        k = [(k[0] + 0x9E3779B9) & MASK, (k[1] + 0xBB67AE85) & MASK]
    return np.stack(c, 1)


def words(digest):
    return struct.unpack("<8I", digest)


def draw(name, rows, columns, root=ROOT):
    d = words(hashlib.sha256(root + name.encode()).digest())
    blocks = (rows * columns + 3) // 4
    counters = np.zeros((blocks, 4), np.uint64)
    counters[:, 0] = np.arange(blocks)
    counters[:, 2], counters[:, 3] = d[2], d[3]
    w = philox(counters, d[:2]).reshape(-1)[: rows * columns]
    bound = np.float32(1) / np.sqrt(np.float32(columns))
    signed = ((w >> np.uint64(8)).astype(np.int64) - (1 << 23)).astype(np.float32)
    return (signed * np.float32(2**-23) * bound).reshape(rows, columns)


def make(family, **changes):
    common = dict(vocab_size=640, hidden_size=72, intermediate_size=104, num_hidden_layers=2, num_attention_heads=6,
                  num_key_value_heads=2, rms_norm_eps=1e-5, max_position_embeddings=256, attn_implementation="eager")
    common.update(changes)
    model = LlamaForCausalLM(LlamaConfig(**common)) if family == "llama" else Qwen2ForCausalLM(Qwen2Config(**common))
    with torch.no_grad():
        for name, p in model.named_parameters():
            if p.dim() == 2:
                value = draw(name, *p.shape) * np.float32(8 if "embed" in name or "lm_head" in name else 2)
            else:
                value = draw(name, 1, p.shape[0])[0] + np.float32(1 if name.endswith("norm.weight") else 0)
            p.copy_(torch.from_numpy(value))
    return model.float().eval()


def adapt(model, dropout):
    model = get_peft_model(model, LoraConfig(r=8, lora_alpha=16, lora_dropout=dropout, target_modules=TARGETS))
    modules = {}
    with torch.no_grad():
        for name, m in model.named_modules():
            if hasattr(m, "lora_A"):
                plain = name.removeprefix("base_model.model.")
                a, b = m.lora_A["default"].weight, m.lora_B["default"].weight
                a.copy_(torch.from_numpy(draw(plain, *a.shape)))
                b.copy_(torch.from_numpy(draw("B/" + plain, *b.shape)) * 0.25)
                a.requires_grad_(False)
                modules[plain] = m
    return model, dict(sorted(modules.items(), key=lambda item: item[0].encode()))


def tokens(name, count, vocabulary=640):
    d = words(hashlib.sha256(ROOT + name.encode()).digest())
    counters = np.zeros((count, 4), np.uint64)
    counters[:, 0] = np.arange(count)
    return (philox(counters, d[:2])[:, 0] % vocabulary).astype(np.int64)


def encode(a):
    return base64.b64encode(np.ascontiguousarray(a, "<f4").tobytes()).decode()


def nll(model, inputs, targets):
    logits = model(torch.from_numpy(inputs)).logits
    return logits, torch.nn.functional.cross_entropy(logits.flatten(0, 1), torch.from_numpy(targets).flatten(), reduction="none")


CASES = {
    "llama": ("llama", dict(rope_theta=10000.0, tie_word_embeddings=True)),
    "qwen2": ("qwen2", dict(rope_theta=1000000.0, tie_word_embeddings=False, rms_norm_eps=1e-6)),
    "llama3-rope": ("llama", dict(rope_theta=500000.0, tie_word_embeddings=True, rope_scaling=dict(
        rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=64))),
    "linear-rope": ("llama", dict(rope_theta=10000.0, tie_word_embeddings=True, rope_scaling=dict(rope_type="linear", factor=4.0))),
    "yarn-rope": ("qwen2", dict(rope_theta=1000000.0, tie_word_embeddings=False, rms_norm_eps=1e-6, rope_scaling=dict(
        rope_type="yarn", factor=4.0, original_max_position_embeddings=64))),
}


def forward_vectors():
    cases = []
    for name, (family, changes) in CASES.items():
        entry = {"name": name, "texts": [], "base": [], "adapted": []}
        texts = [tokens(f"text/{i}", n) for i, n in enumerate([6, 71, 18, 3, 120])]
        entry["texts"] = [t.tolist() for t in texts]
        with torch.no_grad():
            base = make(family, **changes)
            for t in texts:
                logits, losses = nll(base, t[None, :-1], t[None, 1:])
                entry["base"].append(encode(losses.numpy()))
                if len(t) == 6:
                    entry["logits"] = encode(logits[0, -1].numpy())
            adapted, _ = adapt(base, 0)
            adapted.eval()
            for t in texts:
                entry["adapted"].append(encode(nll(adapted, t[None, :-1], t[None, 1:])[1].numpy()))
        cases.append(entry)
    return cases


class SpecifiedDropout(torch.nn.Module):
    """Dropout as DroppedInput.swift specifies it."""

    def __init__(self, seed, name, p):
        super().__init__()
        self.key = words(hashlib.sha256(seed + ("dropout/" + name).encode()).digest())[:2]
        self.threshold = int(np.floor(np.float32(p) * 65536 + 0.5))
        self.factor = float(np.float32(1) / (np.float32(1) - np.float32(p)))
        self.step = 0

    def forward(self, x):
        count = x.numel()
        blocks = (count + 7) // 8
        counters = np.zeros((blocks, 4), np.uint64)
        counters[:, 0] = np.arange(blocks)
        counters[:, 2] = self.step
        w = philox(counters, self.key)
        halves = np.stack([w & np.uint64(0xFFFF), w >> np.uint64(16)], 2).reshape(-1)[:count]
        keep = torch.from_numpy((halves >= self.threshold).astype(np.float32)).reshape(x.shape)
        return x * keep * self.factor


def batches(seed, count, length, batch, steps):
    key = words(hashlib.sha256(seed + b"shuffle").digest())[:2]
    windows, epoch, order, result = (count - 1) // length, 0, [], []
    while len(result) < steps:
        chosen = []
        while len(chosen) < batch:
            if not order:
                order = list(range(windows))
                for i in range(windows - 1, 0, -1):
                    block = philox(np.array([[i // 4, 0, epoch, 0]], np.uint64), key)[0]
                    j = int(block[i % 4]) * (i + 1) >> 32
                    order[i], order[j] = order[j], order[i]
                epoch += 1
            chosen.append(order.pop(0))
        result.append(chosen)
    return result


def training_vectors():
    cases = []
    seed = hashlib.sha256(b"round").digest()
    length, batch, steps = 24, 3, 20
    data = tokens("data", 400, 48)
    for name in ["llama", "qwen2"]:
        family, changes = CASES[name]
        entry = {"name": name, "data": data.tolist(), "seed": seed.hex(), "sequenceLength": length, "batchSize": batch}
        plan = batches(seed, len(data), length, batch, steps)
        entry["windows"] = plan
        for dropout in [0.0, 0.1]:
            model, modules = adapt(make(family, **changes), dropout)
            model.train()
            drops = []
            for plain, m in modules.items():
                if dropout:
                    m.lora_dropout["default"] = SpecifiedDropout(seed, plain, dropout)
                    drops.append(m.lora_dropout["default"])
            b = [m.lora_B["default"].weight for m in modules.values()]
            optimiser = torch.optim.AdamW(b, lr=2e-3, betas=(0.9, 0.95))
            losses = []
            for step, chosen in enumerate(plan):
                for d in drops:
                    d.step = step
                w = np.stack([data[i * length : i * length + length + 1] for i in chosen])
                loss = nll(model, w[:, :-1], w[:, 1:])[1].mean()
                optimiser.zero_grad()
                loss.backward()
                if step == 0 and not dropout:
                    entry["gradients"] = {p: encode(m.lora_B["default"].weight.grad.numpy()) for p, m in modules.items()}
                norm = torch.nn.utils.clip_grad_norm_(b, 1.0)
                if step == 0:
                    print(name, dropout, "gradient norm", float(norm))
                optimiser.step()
                losses.append(loss.item())
            entry["losses" if not dropout else "lossesWithDropout"] = losses
            print(name, dropout, losses[0], losses[-1])
            if not dropout:
                entry["digest"] = {p: float(m.lora_B["default"].weight.double().pow(2).sum().sqrt()) for p, m in modules.items()}
        cases.append(entry)
    return cases


def write(folder, name, value):
    path = pathlib.Path(__file__).resolve().parents[2] / "Tests" / folder / "Vectors" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, separators=(",", ":")) + "\n")
    print(path, path.stat().st_size)


if __name__ == "__main__":
    write("TransformerTests", "tiny-models.json", forward_vectors())
    write("LoRATrainingTests", "tiny-training.json", training_vectors())
