#!/usr/bin/env python3
"""Writes Tests/BeaconWireTests/Vectors/wire.json: what Ethereum's consensus network puts on the wire, put together here from the
specification's text (phase0 and altair p2p-interface), with the executable specification's fork digests and SSZ, and with cramjam's
snappy in both formats.

    digests   [{"version", "validators_root", "digest"}]
    ids       [{"topic", "data": hexadecimal, "id"}]            data that is no snappy block has the other domain
    blocks    [{"plain", "snappy"}]                             block format
    frames    [{"plain", "snappy"}]                             frame format, chunks of 64 KiB
    payloads  [{"ssz", "bytes"}]                                a length as a varint, then frames
    messages  [{"name", "ssz"}]                                 SSZ of the requests' containers, with the test's values

Plain texts longer than 256 bytes are told as {"seed", "count", "modulus"}: byte i is (seed + i * i) % modulus.
Needs: pip install cramjam eth-consensus-specs==1.7.0b4 (Python 3.12 or later)."""
import hashlib
import importlib.util
import json
import pathlib
import sys
import types

if importlib.util.find_spec("ckzg") is None:  # blobs are off; the specification only imports it
    stub = types.ModuleType("ckzg")
    stub.__getattr__ = lambda name: lambda *arguments: None
    sys.modules["ckzg"] = stub

import cramjam
from eth_consensus_specs.electra import minimal as spec
from eth_consensus_specs.utils.ssz.bytes import Bytes32
from ssz.bitfields import BitVector
from ssz.container import Container
from ssz.uint import Uint64

ROOT = pathlib.Path(__file__).resolve().parents[2]


def text(seed, count, modulus):
    return bytes((seed + i * i) % modulus for i in range(count))


def shown(data, recipe):
    return dict(zip(("seed", "count", "modulus"), recipe)) if len(data) > 256 else data.hex()


def varint(value):
    output = b""
    while value >= 128:
        output, value = output + bytes([value & 127 | 128]), value >> 7
    return output + bytes([value])


def block(data):
    return bytes(cramjam.snappy.compress_raw(data))


def frames(data):
    return bytes(cramjam.snappy.compress(data))


def message_id(topic, data):
    name = topic.encode()
    prefix = len(name).to_bytes(8, "little") + name
    try:
        hashed = bytes.fromhex("01000000") + prefix + bytes(cramjam.snappy.decompress_raw(data))
    except Exception:
        hashed = bytes.fromhex("00000000") + prefix + data
    return hashlib.sha256(hashed).digest()[:20]


class Status(Container):
    fork_digest: spec.ForkDigest
    finalized_root: spec.Root
    finalized_epoch: spec.Epoch
    head_root: spec.Root
    head_slot: spec.Slot


class Attnets(BitVector):
    LENGTH = 64


class Syncnets(BitVector):
    LENGTH = 4


class MetaData(Container):
    seq_number: Uint64
    attnets: Attnets
    syncnets: Syncnets


class BeaconBlocksByRangeRequest(Container):
    start_slot: spec.Slot
    count: Uint64
    step: Uint64


digests = []
for number in range(3):
    root = spec.Root(hashlib.sha256(bytes([number])).digest())
    digests.append({
        "version": "0x" + bytes(spec.config.ELECTRA_FORK_VERSION).hex(), "validators_root": "0x" + bytes(root).hex(),
        "digest": "0x" + bytes(spec.compute_fork_digest(root, spec.config.ELECTRA_FORK_EPOCH)).hex(),
    })

topic = f"/eth2/{digests[0]['digest'][2:]}/beacon_block/ssz_snappy"
recipes = [(0, 0, 256), (7, 1, 256), (1, 32, 256), (3, 250, 11), (5, 5000, 7), (2, 65536, 251), (9, 65537, 13), (4, 200000, 256)]
plain = [text(*recipe) for recipe in recipes]
ids = [{"topic": topic, "data": block(data).hex()} for data in plain[:5]]
ids += [{"topic": topic, "data": data.hex()} for data in (b"", b"\xff\xff\xff\xff\x7f", b"not snappy", block(plain[3])[:-1])]
ids += [{"topic": topic.replace("beacon_block", "update_ack"), "data": block(plain[2]).hex()}]
for entry in ids:
    entry["id"] = message_id(entry["topic"], bytes.fromhex(entry["data"])).hex()

roots = [Bytes32(bytes([n]) * 32) for n in (1, 2)]
values = [
    ("status", Status(fork_digest=spec.ForkDigest(bytes([1, 2, 3, 4])), finalized_root=roots[0], finalized_epoch=5, head_root=roots[1], head_slot=99)),
    ("metadata", MetaData(seq_number=7, attnets=Attnets(data=[i % 3 == 0 for i in range(64)]), syncnets=Syncnets(data=[True, False, True, True]))),
    ("beacon_blocks_by_range", BeaconBlocksByRangeRequest(start_slot=1000, count=64, step=1)),
]

output = {
    "digests": digests,
    "ids": ids,
    # Those that another writer packs alike need not be the same: what they hold is compared.
    "blocks": [{"plain": shown(data, recipe), "snappy": block(data).hex()} for data, recipe in zip(plain[:5], recipes)],
    "frames": [{"plain": shown(data, recipe), "snappy": frames(data).hex()} for data, recipe in zip(plain, recipes) if recipe[2] < 20 or len(data) < 300],
    "payloads": [{"ssz": shown(data, recipe), "bytes": (varint(len(data)) + frames(data)).hex()} for data, recipe in zip(plain[1:5], recipes[1:5])],
    "messages": [{"name": name, "ssz": value.encode_bytes().hex()} for name, value in values],
}
folder = ROOT / "Tests/BeaconWireTests/Vectors"
folder.mkdir(parents=True, exist_ok=True)
(folder / "wire.json").write_text(json.dumps(output, indent=1) + "\n")
