"""Writes update files by the format's description alone, with what they decode to, for UpdateCodecTests.

    python scripts/vectors/update_vectors.py

The model: hidden 64, feed-forward 130, two layers, 4 heads and 2 key-value heads of 16, rank 8."""
import hashlib
import json
import pathlib
import struct

import numpy as np

VECTORS = pathlib.Path(__file__).resolve().parents[2] / "Tests/UpdateCodecTests/Vectors"
OUT = {"self_attn.q_proj": 64, "self_attn.k_proj": 32, "self_attn.v_proj": 32, "self_attn.o_proj": 64, "mlp.gate_proj": 130, "mlp.up_proj": 130, "mlp.down_proj": 64}
MODULES = sorted(f"model.layers.{layer}.{name}" for layer in range(2) for name in OUT)
RANK = 8


def rows(module):
    return OUT[module.split(".", 3)[3]]


def container(metadata, tensors):
    """Canonical safetensors: metadata sorted by key; wider types first, then by name; padded to eight bytes."""
    size = {"U8": 1, "F16": 2, "U16": 2}
    ordered = sorted(tensors, key=lambda name: (-size[tensors[name][0]], name))
    header, data = {"__metadata__": dict(sorted(metadata.items()))}, b""
    for name in ordered:
        kind, shape, body = tensors[name]
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [len(data), len(data) + len(body)]}
        data += body
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


def file(codec, chosen, tensors):
    bitmap = bytearray((len(MODULES) + 7) // 8)
    for index in chosen:
        bitmap[index // 8] |= 1 << index % 8
    tensors = {"modules": ("U8", [len(bitmap)], bytes(bitmap)), **tensors}
    metadata = {
        "format": "polai-update-1", "codec": codec, "base_model_root": "0x" + "11" * 32, "parent_adapter_root": "0x" + "22" * 32,
        "trainer": "0x" + "ab" * 20, "public_key": "0x08011220" + "cd" * 32, "steps": "10", "round": "3", "seed": "18446744073709551615",
        "data_hash": "0x" + "33" * 32, "recipe": "batch 8x64, lr 1e-4"}
    message = b"polai-update-1:" + hashlib.sha256(container({**metadata, "signature": "0x"}, tensors)).digest()
    # Any bytes will do for a signature; this one is easy to check.
    return container({**metadata, "signature": "0x" + hashlib.sha512(message).hexdigest()}, tensors)


def expand(chosen, packed):
    values, start = [], 0
    for index, module in enumerate(MODULES):
        count = rows(module) * RANK
        values.append(packed[start:start + count] if index in chosen else np.zeros(count, np.float32))
        start += count if index in chosen else 0
    assert start == len(packed)
    return np.concatenate(values).astype("<f4")


def dense(rng, chosen, count):
    halves = rng.integers(0, 1 << 16, count, dtype=np.uint16).view(np.float16)
    halves[~np.isfinite(halves)] = np.float16(1.5)
    return {"values": ("F16", [count], halves.tobytes())}, halves.astype(np.float32)


def sign(rng, chosen, count):
    scales = np.abs(rng.standard_normal((len(chosen), RANK)) * 10.0 ** rng.integers(-7, 0, (len(chosen), RANK))).astype(np.float16)
    scales[0, 3] = 0
    signs = rng.integers(0, 2, count)
    packed, start = [], 0
    for row, index in enumerate(chosen):
        size = rows(MODULES[index]) * RANK
        plus = signs[start:start + size].reshape(-1, RANK)
        packed.append(np.where((plus == 1) | (scales[row] == 0), scales[row], -scales[row]).astype(np.float32).ravel())
        start += size
    body = np.packbits(signs.astype(np.uint8), bitorder="little").tobytes()
    return {"scales": ("F16", [len(chosen), RANK], scales.tobytes()), "signs": ("U8", [len(body)], body)}, np.concatenate(packed)


def topk(rng, chosen, count):
    values = np.zeros(count, np.float32)
    counts, scales, bits = [], [], []
    for start in range(0, count, 4096):
        length = min(4096, count - start)
        taken = 0 if start == 4096 else int(length * rng.choice([0.02, 0.1, 1.0]))
        positions = np.sort(rng.choice(length, taken, replace=False))
        pair = np.sort(np.abs(rng.standard_normal(2))).astype(np.float16)
        counts.append(taken); scales.append(pair)
        if taken == 0:
            continue
        parameter = int(rng.integers(0, 13))
        bits += [parameter >> i & 1 for i in range(4)]
        previous = -1
        for position in positions:
            gap = int(position - previous - 1)
            previous = position
            bits += [1] * (gap >> parameter) + [0] + [gap >> i & 1 for i in range(parameter)]
            plus, high = (int(b) for b in rng.integers(0, 2, 2))
            bits += [plus, high]
            values[start + position] = np.float32(pair[high]) * (1 if plus else -1)
    body = np.packbits(np.array(bits, np.uint8), bitorder="little").tobytes()
    return {"counts": ("U16", [len(counts)], np.array(counts, "<u2").tobytes()), "scales": ("F16", [len(scales), 2], np.array(scales).tobytes()), "bits": ("U8", [len(body)], body)}, values


class Model:
    """A bit's probability: the mean of two estimates in 65,536ths that move by a 32nd and a 128th."""

    def __init__(self):
        self.quick = self.slow = 0x8000

    def probability(self):
        return max(1, min(4095, (self.quick + self.slow) // 32))

    def learn(self, bit):
        if bit:
            self.quick += (65536 - self.quick) // 32
            self.slow += (65536 - self.slow) // 128
        else:
            self.quick -= self.quick // 32
            self.slow -= self.slow // 128


class Encoder:
    """The range coder with an integer of any length as its low end: no carries to hold back."""

    def __init__(self):
        self.low, self.range, self.shifts = 0, 0xFFFFFFFF, 0

    def bit(self, bit, model):
        bound = (self.range >> 12) * model.probability()
        if bit:
            self.range = bound
        else:
            self.low += bound
            self.range -= bound
        model.learn(bit)
        while self.range < 1 << 24:
            self.range <<= 8
            self.low <<= 8
            self.shifts += 1
        return bit

    def bytes(self):
        return self.low.to_bytes(self.shifts + 4, "big")


class Decoder:
    def __init__(self, data):
        self.data, self.position, self.range = data, 4, 0xFFFFFFFF
        self.code = int.from_bytes(data[:4], "big")

    def bit(self, _, model):
        bound = (self.range >> 12) * model.probability()
        bit = self.code < bound
        if bit:
            self.range = bound
        else:
            self.code -= bound
            self.range -= bound
        model.learn(bit)
        while self.range < 1 << 24:
            self.range <<= 8
            self.code = self.code << 8 | self.data[self.position]
            self.position += 1
        return bit


def walk(coder, chosen, flags, signs):
    """Codes the rows of the chosen modules, or decodes them when `flags` and `signs` are None."""
    targets = list(OUT)
    row_models = [Model() for _ in range(8 * len(targets))]
    sign_models = [Model() for _ in range(21)]
    last = {target: [] for target in targets}
    all_flags, all_signs, first = [], [], 0
    for index in chosen:
        target = MODULES[index].split(".", 3)[3]
        weights = [[0] * RANK for _ in range(RANK)]
        own = []
        for row in range(rows(MODULES[index])):
            same = row < len(last[target]) and last[target][row]
            history = 2 * (row > 1 and own[row - 2]) + (row > 0 and own[row - 1])
            flag = coder.bit(flags is not None and flags[first + row], row_models[8 * targets.index(target) + 4 * same + history])
            own.append(bool(flag))
            line = []
            for column in range(RANK if flag else 0):
                guess = sum(weights[column][i] * line[i] for i in range(column))
                agrees = coder.bit(signs is not None and (guess >= 0) == (signs[first + row][column] > 0), sign_models[min(20, abs(guess).bit_length())])
                line.append(1 if agrees == (guess >= 0) else -1)
                for i in range(column):
                    weights[column][i] += ((line[column] * 4096 - guess) * line[i]) >> 6
            all_signs.append(line or [0] * RANK)
        last[target] = own
        all_flags += own
        first += len(own)
    return all_flags, all_signs


def sign_rows(rng, chosen, count):
    total = count // RANK
    flags = list(map(bool, (rng.random(total) < np.repeat([0.1, 0.5, 0.9, 1.0], total // 4 + 1)[:total])))
    # Rows that follow a pattern or its opposite, with every tenth sign wrong.
    pattern = rng.integers(0, 2, RANK) * 2 - 1
    signs = pattern * (rng.integers(0, 2, (total, 1)) * 2 - 1) * np.where(rng.random((total, RANK)) < 0.1, -1, 1)
    scales = np.abs(rng.standard_normal(len(chosen)) * 10.0 ** rng.integers(-7, 0, len(chosen))).astype(np.float16)
    scales[1] = 0
    encoder = Encoder()
    walk(encoder, chosen, flags, signs)
    code = encoder.bytes()
    decoder = Decoder(code)
    read_flags, read_signs = walk(decoder, chosen, None, None)
    assert read_flags == flags and decoder.position == len(code)
    packed, first = [], 0
    for place, index in enumerate(chosen):
        for row in range(rows(MODULES[index])):
            line = read_signs[first + row]
            assert not flags[first + row] or line == list(signs[first + row])
            packed += [np.float32(0) if sign == 0 or scales[place] == 0 else sign * np.float32(scales[place]) for sign in line]
        first += rows(MODULES[index])
    return {"scales": ("F16", [len(chosen)], scales.tobytes()), "code": ("U8", [len(code)], code)}, np.array(packed, np.float32)


def main():
    VECTORS.mkdir(parents=True, exist_ok=True)
    expected = {}
    for seed, (codec, make, chosen) in enumerate([
        ("dense-fp16", dense, [0, 5, 9]), ("sign-1bit", sign, [0, 1, 2, 7, 8, 12, 13]), ("topk-2bit", topk, list(range(14))),
        ("sign-rows", sign_rows, [0, 1, 3, 4, 5, 6, 8, 9, 10, 13])]):
        count = sum(rows(MODULES[index]) * RANK for index in chosen)
        tensors, packed = make(np.random.default_rng(seed), chosen, count)
        data = file(codec, chosen, tensors)
        (VECTORS / f"{codec}.safetensors").write_bytes(data)
        expected[codec] = {"id": hashlib.sha256(data).hexdigest(), "delta": hashlib.sha256(expand(chosen, packed).tobytes()).hexdigest(), "modules": len(chosen)}
    (VECTORS / "updates.json").write_text(json.dumps(expected, indent=1) + "\n")


main()
