#!/usr/bin/env python3
"""Prints items of Ethash's full dataset of epoch 0, worked out as the Ethash specification does (`mkcache`, `calc_dataset_item`).

    pip install pycryptodome
    python scripts/vectors/ethash_items.py 0 127

Items are of 64 bytes here, two to one of the ethash library's. Takes ten seconds; `DatasetFileTests` has two of them."""
import struct
import sys

from Crypto.Hash import keccak

ROWS = 262_139  # get_cache_size(0) / 64
PARENTS = 256


def keccak512(data):
    return keccak.new(digest_bits=512, data=data).digest()


def make_cache():
    rows = [keccak512(bytes(32))]
    for _ in range(1, ROWS):
        rows.append(keccak512(rows[-1]))
    for _ in range(3):
        for index in range(ROWS):
            other = struct.unpack_from("<I", rows[index])[0] % ROWS
            mixed = int.from_bytes(rows[index - 1], "little") ^ int.from_bytes(rows[other], "little")
            rows[index] = keccak512(mixed.to_bytes(64, "little"))
    return rows


def fnv(a, b):
    return (a * 0x01000193 ^ b) & 0xFFFFFFFF


def item(rows, index):
    mix = list(struct.unpack("<16I", rows[index % ROWS]))
    mix[0] ^= index
    mix = list(struct.unpack("<16I", keccak512(struct.pack("<16I", *mix))))
    for parent in range(PARENTS):
        row = struct.unpack("<16I", rows[fnv(index ^ parent, mix[parent % 16]) % ROWS])
        mix = [fnv(a, b) for a, b in zip(mix, row)]
    return keccak512(struct.pack("<16I", *mix))


cache = make_cache()
for text in sys.argv[1:]:
    print(text, item(cache, int(text)).hex())
