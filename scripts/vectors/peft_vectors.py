"""Writes the PEFT vectors of PEFTFormatTests, and checks an adapter that the tests exported.

    python scripts/vectors/peft_vectors.py                # writes Tests/PEFTFormatTests/Vectors
    POLAI_PEFT_EXPORT=/tmp/adapter swift test --filter PEFT  # exports there
    python scripts/vectors/peft_vectors.py /tmp/adapter   # loads it with peft

The base model is the tiny Llama of ModelFilesTests; its root is the SHA-256 of its safetensors file."""
import hashlib
import json
import pathlib
import sys

import gguf
import numpy as np
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from model_vectors import gguf_name, permute  # noqa: E402

TESTS = pathlib.Path(__file__).resolve().parents[2] / "Tests"
BASE = TESTS / "ModelFilesTests/Vectors/tiny-llama"
VECTORS = TESTS / "PEFTFormatTests/Vectors"
ROOT = hashlib.sha256((BASE / "model.safetensors").read_bytes()).digest()
TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def philox(counter, key):
    c, (k0, k1) = list(counter), key
    for _ in range(10):
        p0, p1 = c[0] * 0xD2511F53, c[2] * 0xCD9E8D57
        c = [p1 >> 32 ^ c[1] ^ k0, p1 & 0xFFFFFFFF, p0 >> 32 ^ c[3] ^ k1, p0 & 0xFFFFFFFF]
        k0, k1 = k0 + 0x9E3779B9 & 0xFFFFFFFF, k1 + 0xBB67AE85 & 0xFFFFFFFF
    return c


def frozen(name, rank, columns):
    words = np.frombuffer(hashlib.sha256(ROOT + name.encode()).digest(), "<u4").tolist()
    bound = np.float32(1) / np.sqrt(np.float32(columns))
    values = []
    for block in range((rank * columns + 3) // 4):
        values += [np.float32((word >> 8) - (1 << 23)) * np.float32(2.0 ** -23) * bound for word in philox([block, 0, words[2], words[3]], words[:2])]
    return np.array(values[:rank * columns], np.float32).reshape(rank, columns)


def write():
    VECTORS.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(5)
    model = get_peft_model(AutoModelForCausalLM.from_pretrained(BASE), LoraConfig(r=4, lora_alpha=12, lora_dropout=0.05, target_modules=TARGETS, task_type="CAUSAL_LM"))
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "lora_" in name:
                parameter.normal_()
    model.save_pretrained(VECTORS)
    (VECTORS / "README.md").unlink(missing_ok=True)
    config = json.loads((VECTORS / "adapter_config.json").read_text())
    config["base_model_name_or_path"] = "tiny-llama"
    (VECTORS / "adapter_config.json").write_text(json.dumps(config, indent=1, sort_keys=True) + "\n")
    tensors = load_file(VECTORS / "adapter_model.safetensors")
    modules = sorted({name[len("base_model.model."):].rsplit(".", 2)[0] for name in tensors})
    expected, total, kept = {}, 0.0, 0.0
    for module in modules:
        a, b = (tensors[f"base_model.model.{module}.lora_{letter}.weight"].double().numpy() for letter in "AB")
        f = frozen(module, 8, a.shape[1]).astype(np.float64)
        # Rank 8, scale 2 on the chain; rank 4, scale 3 here.
        target = 3 * b @ a
        solution = np.linalg.lstsq(f.T, target.T / 2, rcond=None)[0].T
        total += (target ** 2).sum()
        kept += ((2 * solution @ f) ** 2).sum()
        expected[module] = solution.ravel().tolist()
    (VECTORS / "expected.json").write_text(json.dumps({"captured": kept / total, "modules": expected}) + "\n")


def check(folder):
    folder = pathlib.Path(folder)
    tokens = torch.arange(40).reshape(2, 20) % 48
    base = AutoModelForCausalLM.from_pretrained(BASE)
    tensors = load_file(folder / "adapter_model.safetensors")
    merged = AutoModelForCausalLM.from_pretrained(BASE)
    with torch.no_grad():
        plain = base(tokens).logits
        for name, module in merged.named_modules():
            key = f"base_model.model.{name}.lora_A.weight"
            if key in tensors:
                a = torch.from_numpy(frozen(name, 8, module.weight.shape[1]))
                assert torch.equal(a, tensors[key]), name
                module.weight += 2 * tensors[key.replace("lora_A", "lora_B")] @ a
        adapted = PeftModel.from_pretrained(base, folder).eval()
        difference = (adapted(tokens).logits - merged(tokens).logits).abs().max().item()
        change = (adapted(tokens).logits - plain).abs().max().item()
    print(f"loaded by peft: {len(tensors)} tensors, logits change by {change:.3f} and differ by {difference:.2e} from W + 2BA")
    assert len(tensors) == 28 and difference < 1e-3 < change
    # The same update in the GGUF file for llama.cpp: B times A is added to the tensor of that name.
    reader = gguf.GGUFReader(folder / "adapter.gguf")
    parts = {tensor.name: tensor.data for tensor in reader.tensors}
    for key in [key for key in tensors if "lora_A" in key]:
        name = key[len("base_model.model."):].replace(".lora_A", "")
        update = (tensors[key.replace("lora_A", "lora_B")] @ tensors[key]).numpy()
        heads = {"q_proj": 4, "k_proj": 2}.get(name.split(".")[-2])
        expected = permute(update, heads) if heads else update
        part = gguf_name(name)
        assert np.abs(parts[f"{part}.lora_b"] @ parts[f"{part}.lora_a"] - expected).max() < 1e-6, name
    print(f"read by gguf: {len(parts)} tensors, the same updates")


check(sys.argv[1]) if len(sys.argv) > 1 else write()
