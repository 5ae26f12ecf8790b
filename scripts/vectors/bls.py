#!/usr/bin/env python3
"""Writes Tests/BLSTests/Vectors/bls.json: signatures, aggregates and bad encodings made with py_ecc,
an implementation of BLS12-381 in plain Python that shares no code with blst. Needs: pip install py_ecc."""
import hashlib
import json
import pathlib

from py_ecc.bls import G2ProofOfPossession as bls
from py_ecc.bls.g2_primitives import pubkey_to_G1
from py_ecc.bls.point_compression import compress_G1, compress_G2
from py_ecc.fields import optimized_bls12_381_FQ as FQ, optimized_bls12_381_FQ2 as FQ2
from py_ecc.optimized_bls12_381 import add, b, b2, curve_order, field_modulus, is_inf, multiply
from py_ecc.bls.point_compression import modular_squareroot_in_FQ2

ROOT = pathlib.Path(__file__).resolve().parents[2]


def digest(text):
    return hashlib.sha256(text.encode()).digest()


def h(data):
    return "0x" + data.hex()


keys = [int.from_bytes(digest(f"polai bls key {i}"), "big") % curve_order for i in range(6)] + [1, curve_order - 1]
messages = [digest(f"polai bls message {i}") for i in range(4)] + [bytes(32), b"\xff" * 32]
pubkeys = [bls.SkToPk(k) for k in keys]

sign = []
for i, key in enumerate(keys):
    message = messages[i % len(messages)]
    sign.append({"secret": h(key.to_bytes(32, "big")), "public": h(pubkeys[i]), "message": h(message),
                 "signature": h(bls.Sign(key, message))})

fast = []
for count in (1, 2, 5):
    message = messages[count % len(messages)]
    signature = bls.Aggregate([bls.Sign(k, message) for k in keys[:count]])
    for name, members, text, sig in (
        ("valid", pubkeys[:count], message, signature),
        ("one key more", pubkeys[: count + 1], message, signature),
        ("other message", pubkeys[:count], messages[(count + 1) % len(messages)], signature),
    ):
        fast.append({"name": f"{name}, {count} signers", "keys": [h(k) for k in members], "message": h(text),
                     "signature": h(sig), "valid": bls.FastAggregateVerify(members, text, sig)})
# Keys that cancel: their sum is infinity, which is no key, whatever the signature says.
opposite = [pubkeys[6], pubkeys[7]]
assert is_inf(add(pubkey_to_G1(opposite[0]), pubkey_to_G1(opposite[1])))
infinity = b"\xc0" + bytes(95)
fast.append({"name": "keys that cancel, infinite signature", "keys": [h(k) for k in opposite], "message": h(messages[0]),
             "signature": h(infinity), "valid": False})

several = []
for count in (1, 3):
    signature = bls.Aggregate([bls.Sign(k, m) for k, m in zip(keys[:count], messages)])
    several.append({"keys": [h(k) for k in pubkeys[:count]], "messages": [h(m) for m in messages[:count]],
                    "signature": h(signature), "valid": True})
    swapped = [messages[3]] + messages[1:count]
    several.append({"keys": [h(k) for k in pubkeys[:count]], "messages": [h(m) for m in swapped],
                    "signature": h(signature), "valid": False})


def g1_outside():
    x = 1
    while True:
        y2 = (FQ(x) ** 3 + b).n
        y = pow(y2, (field_modulus + 1) // 4, field_modulus)
        if y * y % field_modulus == y2:
            point = (FQ(x), FQ(y), FQ(1))
            if not is_inf(multiply(point, curve_order)):
                return compress_G1(point).to_bytes(48, "big")
        x += 1


def g2_outside():
    x = 1
    while True:
        candidate = FQ2([x, 0])
        y = modular_squareroot_in_FQ2(candidate**3 + b2)
        if y is not None:
            point = (candidate, y, FQ2.one())
            if not is_inf(multiply(point, curve_order)):
                z1, z2 = compress_G2(point)
                return z1.to_bytes(48, "big") + z2.to_bytes(48, "big")
        x += 1


def g1_off_curve():
    x = 1
    while pow((FQ(x) ** 3 + b).n, (field_modulus - 1) // 2, field_modulus) == 1:
        x += 1
    return (x | 1 << 383).to_bytes(48, "big")


good, signature = pubkeys[0], bls.Sign(keys[0], messages[0])
bad_keys = {
    "infinity": b"\xc0" + bytes(47),
    "outside the subgroup": g1_outside(),
    "not on the curve": g1_off_curve(),
    "x is the modulus": (field_modulus | 1 << 383).to_bytes(48, "big"),
    "no compression flag": bytes([good[0] & 0x7F]) + good[1:],
    "infinity flag on a finite point": bytes([good[0] | 0x40]) + good[1:],
    "infinity with sign flag": b"\xe0" + bytes(47),
    "all zero": bytes(48),
    "all ones": b"\xff" * 48,
}
bad_signatures = {
    "outside the subgroup": g2_outside(),
    "no compression flag": bytes([signature[0] & 0x7F]) + signature[1:],
    "infinity with sign flag": b"\xe0" + bytes(95),
    "infinity with a tail": infinity[:-1] + b"\x01",
    "all zero": bytes(96),
    "all ones": b"\xff" * 96,
}

document = {
    "sign": sign,
    "sums": [{"keys": [h(k) for k in pubkeys[:n]],
              "aggregate": h(bls._AggregatePKs(pubkeys[:n]))} for n in (1, 2, 6)],
    "aggregates": [{"signatures": [s["signature"] for s in sign[:n]],
                    "aggregate": h(bls.Aggregate([bytes.fromhex(s["signature"][2:]) for s in sign[:n]]))} for n in (1, 4, 8)],
    "fastAggregateVerify": fast,
    "aggregateVerify": several,
    "badKeys": [{"name": n, "bytes": h(v)} for n, v in bad_keys.items()],
    "badSignatures": [{"name": n, "bytes": h(v)} for n, v in bad_signatures.items()],
}
path = ROOT / "Tests/BLSTests/Vectors/bls.json"
path.parent.mkdir(parents=True, exist_ok=True)
path.write_text(json.dumps(document, indent=1) + "\n")
print(path.relative_to(ROOT))
