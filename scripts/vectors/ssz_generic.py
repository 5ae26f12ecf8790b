#!/usr/bin/env python3
"""Writes Tests/StateTransitionTests/Vectors/general: SSZ types by themselves, valid and invalid serialisations, in the layout of
the official `ssz_generic` vectors. The oracle is the SSZ library of the executable specification.

Needs Python >= 3.12 with eth-consensus-specs==1.7.0b4 python-snappy ruamel.yaml.

Usage: ssz_generic.py [--full FOLDER]. With --full every case goes to FOLDER; without, a selection goes to the repository.
"""
import pathlib
import random
import shutil
import sys

import ruamel.yaml
import snappy
from eth_consensus_specs.debug.encode import encode
from eth_consensus_specs.debug.random_value import RandomizationMode as Mode
from eth_consensus_specs.debug.random_value import get_random_ssz_object
from ssz.bitfields import BitList, BitVector
from ssz.boolean import Boolean
from ssz.byte_arrays import ByteList
from ssz.collections import List, Vector
from ssz.container import Container
from ssz.uint import Uint8, Uint16, Uint32, Uint64, Uint128, Uint256

OUTPUT = pathlib.Path(__file__).resolve().parents[2] / "Tests/StateTransitionTests/Vectors/general"
UINTS = {8: Uint8, 16: Uint16, 32: Uint32, 64: Uint64, 128: Uint128, 256: Uint256}
BASIC = {"bool": Boolean} | {f"uint{bits}": kind for bits, kind in UINTS.items()}
LENGTHS = [1, 2, 3, 4, 5, 8, 16, 31, 512, 513]
BITS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 32, 33, 511, 512, 513]


def sized(base, name, **fields):
    return type(base)(name, (base,), {"__module__": __name__, **fields})


def vector_of(kind, length):
    return sized(Vector[kind], f"Vector{length}{kind.__name__}", LENGTH=length)


def list_of(kind, limit):
    return sized(List[kind], f"List{limit}{kind.__name__}", LIMIT=limit)


def bits_of(length):
    return sized(BitVector, f"BitVector{length}", LENGTH=length)


def bit_list_of(limit):
    return sized(BitList, f"BitList{limit}", LIMIT=limit)


class SingleFieldTestStruct(Container):
    A: Uint8


class SmallTestStruct(Container):
    A: Uint16
    B: Uint16


class FixedTestStruct(Container):
    A: Uint8
    B: Uint64
    C: Uint32


Uint16List1024 = list_of(Uint16, 1024)


class VarTestStruct(Container):
    A: Uint16
    B: Uint16List1024
    C: Uint8


Uint16List128 = list_of(Uint16, 128)
FixedVector4 = vector_of(FixedTestStruct, 4)
VarVector2 = vector_of(VarTestStruct, 2)


class ByteList256(ByteList):
    LIMIT = 256


class ComplexTestStruct(Container):
    A: Uint16
    B: Uint16List128
    C: Uint8
    D: ByteList256
    E: VarTestStruct
    F: FixedVector4
    G: VarVector2


BitList5, BitVector2, BitVector1, BitList6, BitVector8 = bit_list_of(5), bits_of(2), bits_of(1), bit_list_of(6), bits_of(8)


class BitsStruct(Container):
    A: BitList5
    B: BitVector2
    C: BitVector1
    D: BitList6
    E: BitVector8


# With the places of their offsets.
CONTAINERS = {
    SingleFieldTestStruct: [], SmallTestStruct: [], FixedTestStruct: [], VarTestStruct: [2], ComplexTestStruct: [2, 7, 11, 67],
    BitsStruct: [0, 6],
}


def value(kind, mode, rng, count=512):
    return get_random_ssz_object(rng, kind, max_bytes_length=count, max_list_length=count, mode=mode, chaos=False)


def modes(kind):
    return [Mode.mode_zero, Mode.mode_max] + ([] if kind is Boolean else [Mode.mode_random])


def cases():
    """(handler, name, type, value or None, bytes or None)"""
    rng = random.Random(1234)
    for flag in (True, False):
        yield "boolean", str(flag).lower(), Boolean, Boolean(flag), None
    for byte in (2, 0x10, 0x80, 0xFF):
        yield "boolean", f"byte_{byte:x}", Boolean, None, bytes([byte])
    yield "boolean", "nothing", Boolean, None, b""
    yield "boolean", "two_bytes", Boolean, None, b"\1\0"
    for bits, kind in UINTS.items():
        size = bits // 8
        yield "uints", f"uint_{bits}_last_byte_empty", kind, kind(2 ** (bits - 8) - 1), None
        for mode in modes(kind):
            for variation in range(5 if mode == Mode.mode_random else 1):
                yield "uints", f"uint_{bits}_{mode.to_name()}_{variation}", kind, value(kind, mode, rng), None
        yield "uints", f"uint_{bits}_one_too_high", kind, None, (2**bits).to_bytes(size + 1, "little")
        yield "uints", f"uint_{bits}_one_byte_longer", kind, None, (2**bits - 1).to_bytes(size + 1, "little")
        yield "uints", f"uint_{bits}_one_byte_shorter", kind, None, b"\xff" * (size - 1)
    for name, kind in BASIC.items():
        yield "basic_vector", f"vec_{name}_0", None, None, b""
        for length in LENGTHS:
            typ = vector_of(kind, length)
            yield "basic_vector", f"vec_{name}_{length}_nil", typ, None, b""
            for mode in modes(kind):
                prefix = f"vec_{name}_{length}_{mode.to_name()}"
                filled = value(typ, mode, rng)
                data = filled.encode_bytes()
                size = len(data) // length
                yield "basic_vector", prefix, typ, filled, None
                yield "basic_vector", f"{prefix}_one_less", typ, None, data[:-size]
                yield "basic_vector", f"{prefix}_one_more", typ, None, data + data[:size]
                yield "basic_vector", f"{prefix}_one_byte_less", typ, None, data[:-1]
                yield "basic_vector", f"{prefix}_one_byte_more", typ, None, data + b"\1"
                if kind is Boolean:
                    yield "basic_vector", f"{prefix}_byte_2", typ, None, data[:-1] + b"\2"
                    yield "basic_vector", f"{prefix}_byte_ff", typ, None, data[:-1] + b"\xff"
    yield "bitvector", "bitvec_0", None, None, b""
    for length in BITS:
        typ = bits_of(length)
        for mode in (Mode.mode_zero, Mode.mode_max, Mode.mode_random):
            filled = value(typ, mode, rng)
            data = filled.encode_bytes()
            prefix = f"bitvec_{length}_{mode.to_name()}"
            yield "bitvector", prefix, typ, filled, None
            yield "bitvector", f"{prefix}_one_byte_less", typ, None, data[:-1]
            yield "bitvector", f"{prefix}_one_byte_more", typ, None, data + b"\0"
            if length % 8:
                yield "bitvector", f"{prefix}_bit_beyond", typ, None, data[:-1] + bytes([data[-1] | 1 << length % 8])
    for limit in BITS:
        typ = bit_list_of(limit)
        for mode in (Mode.mode_nil_count, Mode.mode_max_count, Mode.mode_random, Mode.mode_zero, Mode.mode_max):
            for variation in range(3):
                yield "bitlist", f"bitlist_{limit}_{mode.to_name()}_{variation}", typ, value(typ, mode, rng, limit), None
        for more in (limit + 1, limit + 8):
            data = value(bit_list_of(more), Mode.mode_max_count, rng, more).encode_bytes()
            yield "bitlist", f"bitlist_{limit}_but_{more}", typ, None, data
        for name, data in (("empty", b""), ("zero_byte", b"\0"), ("zeroes", b"\0\0\0")):
            yield "bitlist", f"bitlist_{limit}_no_delimiter_{name}", typ, None, data
    for kind, offsets in CONTAINERS.items():
        every = [Mode.mode_zero, Mode.mode_max, Mode.mode_random, Mode.mode_nil_count, Mode.mode_one_count, Mode.mode_max_count]
        for mode in every:
            for variation in range(5 if mode == Mode.mode_random else 1):
                prefix = f"{kind.__name__}_{mode.to_name()}_{variation}"
                filled = value(kind, mode, rng, 64)
                data = filled.encode_bytes()
                yield "containers", prefix, kind, filled, None
                yield "containers", f"{prefix}_extra_byte", kind, None, data + b"\xff"
                yield "containers", f"{prefix}_no_last_byte", kind, None, data[:-1]
                for place in offsets:
                    offset = int.from_bytes(data[place : place + 4], "little")
                    for name, wrong in (("zeroed", 0), ("plus_one", offset + 1), ("minus_one", offset - 1), ("huge", 2**32 - 1)):
                        changed = data[:place] + wrong.to_bytes(4, "little") + data[place + 4 :]
                        yield "containers", f"{prefix}_offset_{place}_{name}", kind, None, changed


def is_refused(kind, data):
    """The library's own verdict: a change that happens to give another valid serialisation is no case."""
    if kind is None:
        return True
    try:
        kind.decode_bytes(data)
    except Exception:
        return True
    return False


def is_kept(name):
    """One random case of a kind, and few sizes."""
    if any(f"random_{variation}" in name for variation in (1, 2, 3, 4)):
        return False
    words = name.split("_")
    if words[0] == "vec":
        return words[2] in ("0", "5") and not ("max" in words and len(words) > 4)
    if words[0] in ("bitvec", "bitlist"):
        return words[1] in ("0", "1", "9", "512") and words[-1] not in ("1", "2")
    return True


def main():
    full = sys.argv[1] == "--full" if len(sys.argv) > 1 else False
    output = pathlib.Path(sys.argv[2]) / "general" if full else OUTPUT
    shutil.rmtree(output, ignore_errors=True)
    yaml = ruamel.yaml.YAML(pure=True)
    yaml.default_flow_style = None
    yaml.width = 10**6
    written = total = 0
    for handler, name, kind, filled, data in cases():
        if not full and not is_kept(name):
            continue
        if filled is None and not is_refused(kind, data):
            continue
        folder = output / "phase0/ssz_generic" / handler / ("valid" if filled is not None else "invalid") / name
        folder.mkdir(parents=True)
        (folder / "serialized.ssz_snappy").write_bytes(snappy.compress(filled.encode_bytes() if filled is not None else data))
        if filled is not None:
            with (folder / "value.yaml").open("w") as file:
                yaml.dump(encode(filled), file)
            (folder / "meta.yaml").write_text("{root: '0x" + filled.hash_tree_root().hex() + "'}\n")
        written += 1
        total += sum(file.stat().st_size for file in folder.iterdir())
    print(f"{written} cases, {total} bytes, in {output}")


main()
