#!/usr/bin/env python3
"""Writes Tests/PrimitivesTests/Vectors/primitives.json: digests of messages of 0 to 300 bytes, 256-bit arithmetic done with
Python's integers, EIP-55 checksums. Needs: pip install pycryptodome eth-utils."""
import hashlib
import json
import pathlib
import random

from Crypto.Hash import keccak
from eth_utils import to_checksum_address

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODULUS = 1 << 256
rng = random.Random(256)


def message(length):
    return bytes((31 * index + length) & 0xFF for index in range(length))


def keccak256(data):
    return keccak.new(digest_bits=256, data=data).hexdigest()


def operand():
    kind = rng.randrange(6)
    if kind == 0:
        return rng.choice([0, 1, 2, MODULUS - 1, MODULUS - 2, 1 << 255, (1 << 128) - 1, 1 << 128, (1 << 64) - 1, 1 << 64])
    return rng.getrandbits(rng.choice([8, 64, 65, 127, 128, 129, 192, 255, 256]))


arithmetic = []
for _ in range(200):
    a, b, shift = operand(), operand(), rng.randrange(300)
    entry = {"a": a, "b": b, "shift": shift, "sum": (a + b) % MODULUS, "carries": a + b >= MODULUS, "difference": (a - b) % MODULUS,
             "borrows": a < b, "product": a * b % MODULUS, "left": (a << shift) % MODULUS, "right": a >> shift,
             "and": a & b, "or": a | b, "xor": a ^ b, "not": a ^ (MODULUS - 1)}
    if b:
        entry |= {"quotient": a // b, "remainder": a % b}
    arithmetic.append({key: value if isinstance(value, bool) or key == "shift" else f"{value:064x}" for key, value in entry.items()}
                      | {"decimal": str(a), "quantity": hex(a)})

vectors = {
    "hashes": [{"length": length, "sha256": hashlib.sha256(message(length)).hexdigest(), "keccak256": keccak256(message(length))}
               for length in range(301)],
    "arithmetic": arithmetic,
    "checksums": [to_checksum_address(rng.randbytes(20)) for _ in range(40)],
}
path = ROOT / "Tests/PrimitivesTests/Vectors/primitives.json"
path.write_text(json.dumps(vectors, separators=(",", ":")) + "\n")
print(path, path.stat().st_size)
