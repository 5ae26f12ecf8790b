"""Roots of per-text losses as docs/protocol.md has them (two signatures a vote): hash_tree_root(List[uint64, MAX_GATE_TEXTS]) of the
bit patterns of FP64 sums, every NaN as the same one. Needs eth-consensus-specs==1.7.0b4."""
import json
import math
import pathlib
import random
import struct

from ssz.collections import List
from ssz.uint import Uint64

MAX_GATE_TEXTS = 2**16
CANONICAL_NAN = 0x7FF8000000000000


def pattern(value):
    return CANONICAL_NAN if math.isnan(value) else struct.unpack("<Q", struct.pack("<d", value))[0]


class LossList(List[Uint64]):
    LIMIT = MAX_GATE_TEXTS


def root(values):
    return bytes(LossList(data=list(map(Uint64, map(pattern, values)))).hash_tree_root()).hex()


def number(bits):
    return struct.unpack("<d", struct.pack("<Q", bits))[0]


generator = random.Random(7)
cases = {
    "nothing": [],
    "one": [1.5],
    "zeros of both signs": [0.0, -0.0],
    "infinities": [math.inf, -math.inf],
    "a payload of NaN": [number(0xFFF0000000000001), number(0x7FF8000000000123)],
    "a chunk and one": [0.1, 0.2, 0.3, 0.4, 0.5],
    "512 texts": [generator.uniform(0, 400) for _ in range(512)],
}
folder = pathlib.Path(__file__).resolve().parents[2] / "Tests/LossGateTests/Vectors"
folder.mkdir(exist_ok=True)
with (folder / "gate_losses.jsonl").open("w") as file:
    for name, values in cases.items():
        bits = [f"{struct.unpack('<Q', struct.pack('<d', value))[0]:016x}" for value in values]
        file.write(json.dumps({"name": name, "bits": bits, "root": root(values)}) + "\n")
