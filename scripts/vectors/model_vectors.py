"""Writes the model-file vectors of ModelFilesTests with the `gguf`, `transformers` and `safetensors` libraries.

    python scripts/vectors/model_vectors.py

encodings.gguf: one tensor of every GGML encoding, random blocks; encodings.json: SHA-256 of the FP32 values that
gguf's dequantize gives for each, little-endian. tiny-llama.gguf and the folder tiny-llama: one random Llama as
llama.cpp's converter and as transformers write it (q and k rows permuted in the first). tiny-qwen2: a sharded
Qwen2 checkpoint with its index, and the same weights in BF16 in tiny-qwen2.gguf."""
import hashlib
import json
import pathlib
import shutil

import gguf
import numpy as np
import torch
from gguf import GGMLQuantizationType as Q
from safetensors import safe_open
from transformers import LlamaConfig, LlamaForCausalLM, Qwen2Config, Qwen2ForCausalLM

VECTORS = pathlib.Path(__file__).resolve().parents[2] / "Tests/ModelFilesTests/Vectors"


def random_blocks(rng, kind, rows, columns):
    block, size = gguf.GGML_QUANT_SIZES[kind]
    data = rng.integers(0, 256, (rows, columns // block, size), dtype=np.uint8)
    halves = {Q.Q4_0: [0], Q.Q4_1: [0, 2], Q.Q5_0: [0], Q.Q5_1: [0, 2], Q.Q8_0: [0], Q.Q4_K: [0, 2], Q.Q5_K: [0, 2], Q.Q6_K: [208]}
    for offset in halves[kind]:
        # Normal and subnormal scales of both signs.
        scale = (rng.standard_normal((rows, columns // block)) * 10.0 ** rng.integers(-7, 1, (rows, columns // block))).astype(np.float16)
        data[..., offset:offset + 2] = scale.view(np.uint8).reshape(rows, columns // block, 2)
    return data.reshape(rows, -1)


def encodings():
    rng = np.random.default_rng(1)
    writer = gguf.GGUFWriter(VECTORS / "encodings.gguf", "test")
    writer.add_uint8("v.u8", 200); writer.add_int8("v.i8", -100); writer.add_uint16("v.u16", 60000); writer.add_int16("v.i16", -30000)
    writer.add_uint32("v.u32", 4000000000); writer.add_int32("v.i32", -2000000000); writer.add_uint64("v.u64", 2**63 + 5)
    writer.add_int64("v.i64", -2**62); writer.add_float32("v.f32", 0.1); writer.add_float64("v.f64", 0.1); writer.add_bool("v.bool", True)
    writer.add_string("v.string", "Grüße"); writer.add_array("v.strings", ["a", "", "ßß"]); writer.add_array("v.ints", [1, -2, 3])
    writer.add_array("v.floats", [0.5, -1.5]); writer.add_array("v.bools", [True, False])
    expected = {}
    rows, columns = 2, 512
    for kind in [Q.F32, Q.F16, Q.BF16, Q.Q4_0, Q.Q4_1, Q.Q5_0, Q.Q5_1, Q.Q8_0, Q.Q4_K, Q.Q5_K, Q.Q6_K]:
        if kind in (Q.F32, Q.F16, Q.BF16):
            values = rng.standard_normal((rows, columns)).astype(np.float32) * 10.0 ** rng.integers(-8, 4, (rows, columns))
            data = gguf.quantize(values.astype(np.float32), kind)
        else:
            data = random_blocks(rng, kind, rows, columns)
        writer.add_tensor(kind.name, data, raw_dtype=None if kind in (Q.F32, Q.F16) else kind)
        values = data.astype(np.float32) if kind in (Q.F32, Q.F16) else gguf.dequantize(data, kind)
        assert values.dtype == np.float32 and values.shape == (rows, columns) and np.isfinite(values).all()
        expected[kind.name] = hashlib.sha256(values.tobytes()).hexdigest()
    writer.write_header_to_file(); writer.write_kv_data_to_file(); writer.write_tensors_to_file(); writer.close()
    (VECTORS / "encodings.json").write_text(json.dumps(expected, indent=1) + "\n")


def permute(weights, heads):
    return weights.reshape(heads, 2, weights.shape[0] // heads // 2, *weights.shape[1:]).swapaxes(1, 2).reshape(weights.shape)


NAMES = {"self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v", "self_attn.o_proj": "attn_output",
         "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down", "input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm"}


def gguf_name(name):
    fixed = {"model.embed_tokens.weight": "token_embd.weight", "model.norm.weight": "output_norm.weight", "lm_head.weight": "output.weight"}
    if name in fixed:
        return fixed[name]
    _, _, layer, *middle, kind = name.split(".")
    return f"blk.{layer}.{NAMES['.'.join(middle)]}.{kind}"


def write_gguf(path, architecture, config, tensors, kind):
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_context_length(config.max_position_embeddings); writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers); writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads); writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps); writer.add_rope_freq_base(50000.0)
    for name, values in tensors.items():
        if architecture == "llama" and "q_proj" in name:
            values = permute(values, config.num_attention_heads)
        if architecture == "llama" and "k_proj" in name:
            values = permute(values, config.num_key_value_heads)
        if kind == Q.BF16 and values.ndim == 2:
            writer.add_tensor(gguf_name(name), gguf.quantize(values, kind), raw_dtype=kind)
        else:
            writer.add_tensor(gguf_name(name), np.ascontiguousarray(values))
    writer.write_header_to_file(); writer.write_kv_data_to_file(); writer.write_tensors_to_file(); writer.close()


def checkpoint(folder):
    tensors = {}
    for file in sorted(folder.glob("*.safetensors")):
        with safe_open(file, "pt") as reader:
            for name in reader.keys():
                tensors[name] = reader.get_tensor(name).float().numpy()
    return tensors


def unpermute(weights, heads):
    return weights.reshape(heads, weights.shape[0] // heads // 2, 2, *weights.shape[1:]).swapaxes(1, 2).reshape(weights.shape)


def default_model():
    """SHA-256 of the FP32 values of every tensor of the default model, by its Hugging Face name."""
    path = next((VECTORS.parents[2] / "model_cache").glob("SmolLM2-135M-Instruct*.gguf"))
    reader = gguf.GGUFReader(path)
    heads = {"attn_q": 9, "attn_k": 3}
    back = {gguf_name(f"model.layers.{i}.{name}.weight"): f"model.layers.{i}.{name}.weight" for i in range(30) for name in NAMES}
    back |= {"token_embd.weight": "model.embed_tokens.weight", "output_norm.weight": "model.norm.weight"}
    digests = {}
    for tensor in reader.tensors:
        values = gguf.dequantize(tensor.data, tensor.tensor_type)
        part = tensor.name.split(".")[-2]
        if part in heads:
            values = unpermute(values, heads[part])
        digests[back[tensor.name]] = hashlib.sha256(np.ascontiguousarray(values).tobytes()).hexdigest()
    rows = [f"{name} {digests[name]}" for name in sorted(digests)]
    (VECTORS / "default-model.sha256").write_text(f"file {hashlib.sha256(path.read_bytes()).hexdigest()}\n" + "\n".join(rows) + "\n")


def main():
    VECTORS.mkdir(parents=True, exist_ok=True)
    encodings()
    default_model()
    torch.manual_seed(3)
    common = dict(vocab_size=48, hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=128)
    for name, model in [
        ("tiny-llama", LlamaForCausalLM(LlamaConfig(**common, rms_norm_eps=1e-5, rope_parameters={
            "rope_type": "llama3", "rope_theta": 50000.0, "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 32}))),
        ("tiny-qwen2", Qwen2ForCausalLM(Qwen2Config(**common, tie_word_embeddings=True, rope_parameters={"rope_type": "default", "rope_theta": 50000.0})).to(torch.bfloat16)),
    ]:
        folder = VECTORS / name
        shutil.rmtree(folder, ignore_errors=True)
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.normal_()
        model.save_pretrained(folder, max_shard_size="4KB" if name == "tiny-qwen2" else "1GB")
        (folder / "generation_config.json").unlink(missing_ok=True)
        write_gguf(VECTORS / f"{name}.gguf", name[5:], model.config, checkpoint(folder), Q.BF16 if name == "tiny-qwen2" else Q.F32)


if __name__ == "__main__":
    main()
