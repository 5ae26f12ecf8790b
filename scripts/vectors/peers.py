#!/usr/bin/env python3
"""Writes Tests/PeerIdentityTests/Vectors/peers.json: libp2p peer ids and signed envelopes put together here from the
specifications (peer-ids, RFC 0002) with pycryptodome's Ed25519. Needs: pip install pycryptodome."""
import base64
import hashlib
import json
import pathlib

from Crypto.PublicKey import ECC
from Crypto.Signature import eddsa

ROOT = pathlib.Path(__file__).resolve().parents[2]
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def base58(data):
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = ALPHABET[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def varint(value):
    output = b""
    while value >= 128:
        output, value = output + bytes([value & 127 | 128]), value >> 7
    return output + bytes([value])


def field(number, data):
    return bytes([number << 3 | 2]) + varint(len(data)) + data


peers = []
for name, domain, payload_type, payload in (
    ("first", "polai-update-ack", b"/polai/update-ack", b"\x01" + bytes(range(225))),
    ("second", "libp2p-peer-record", b"\x03\x01", b""),
    ("third", "", b"", b"x" * 300),
):
    seed = hashlib.sha256(f"polai peer {name}".encode()).digest()
    key = ECC.construct(curve="Ed25519", seed=seed)
    public = key.public_key().export_key(format="raw")
    message = b"\x08\x01" + b"\x12" + varint(len(public)) + public
    multihash = b"\x00" + varint(len(message)) + message
    signed = b"".join(varint(len(part)) + part for part in (domain.encode(), payload_type, payload))
    signature = eddsa.new(key, "rfc8032").sign(signed)
    peers.append({
        "seed": seed.hex(),
        "publicKeyMessage": message.hex(),
        "base58": base58(multihash),
        "cid": "b" + base64.b32encode(b"\x01\x72" + multihash).decode().lower().rstrip("="),
        "domain": domain,
        "payloadType": payload_type.hex(),
        "payload": payload.hex(),
        "envelope": (field(1, message) + field(2, payload_type) + field(3, payload) + field(5, signature)).hex(),
    })

path = ROOT / "Tests/PeerIdentityTests/Vectors/peers.json"
path.parent.mkdir(parents=True, exist_ok=True)
path.write_text(json.dumps(peers, indent=1) + "\n")
print(path.relative_to(ROOT))
