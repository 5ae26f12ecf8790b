#!/usr/bin/env python3
"""Writes Tests/LibP2PProtocolsTests/Vectors/libp2p.json: Noise XX transcripts by the Python package `noiseprotocol`, and
public keys of every kind with a signature by `cryptography` and the peer id by `libp2p`. Fixed seeds where the library
takes one; the RSA and ECDSA keys and signatures are random and therefore new in every run.

    python3 -m pip install libp2p==0.8.1 && python3 scripts/vectors/noise_and_peer_keys.py
"""
import hashlib
import json
import pathlib

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from noise.connection import Keypair, NoiseConnection

from libp2p.crypto.pb import crypto_pb2
from libp2p.peer.id import ID


def transcript(index: int) -> dict:
    seed = lambda name: hashlib.sha256(f"polai noise {index} {name}".encode()).digest()
    prologue = b"" if index == 0 else f"prologue {index}".encode()
    sides = []
    for name, initiator in (("initiator", True), ("responder", False)):
        side = NoiseConnection.from_name(b"Noise_XX_25519_ChaChaPoly_SHA256")
        side.set_as_initiator() if initiator else side.set_as_responder()
        side.set_keypair_from_private_bytes(Keypair.STATIC, seed(f"{name} static"))
        side.set_keypair_from_private_bytes(Keypair.EPHEMERAL, seed(f"{name} ephemeral"))
        side.set_prologue(prologue)
        side.start_handshake()
        sides.append(side)
    messages = []
    for turn in range(5):
        sender, receiver = sides[turn % 2], sides[1 - turn % 2]
        payload = b"" if index == 0 and turn == 0 else seed(f"payload {turn}")[: 7 * turn + index]
        message = bytes(sender.write_message(payload) if turn < 3 else sender.encrypt(payload))
        assert bytes(receiver.read_message(message) if turn < 3 else receiver.decrypt(message)) == payload
        messages.append({"payload": payload.hex(), "message": message.hex()})
    return {
        "prologue": prologue.hex(),
        "initiatorStatic": seed("initiator static").hex(), "initiatorEphemeral": seed("initiator ephemeral").hex(),
        "responderStatic": seed("responder static").hex(), "responderEphemeral": seed("responder ephemeral").hex(),
        "hash": sides[0].get_handshake_hash().hex(), "messages": messages,
    }


def key(kind: int, data: bytes, message: bytes, signature: bytes) -> dict:
    public = crypto_pb2.PublicKey(key_type=kind, data=data).SerializeToString()
    code = b"\x00" + bytes([len(public)]) + public if len(public) <= 42 else b"\x12\x20" + hashlib.sha256(public).digest()
    return {"kind": kind, "publicKey": public.hex(), "peerID": str(ID(code)), "message": message.hex(), "signature": signature.hex()}


def keys() -> list:
    der = lambda public: public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    message = b"signed by a libp2p identity"
    out = []
    for bits in (2048, 4096):
        private = rsa.generate_private_key(65537, bits)
        out.append(key(0, der(private.public_key()), message, private.sign(message, padding.PKCS1v15(), hashes.SHA256())))
    private = ed25519.Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"polai ed25519").digest())
    out.append(key(1, private.public_key().public_bytes_raw(), message, private.sign(message)))
    private = ec.derive_private_key(int.from_bytes(hashlib.sha256(b"polai secp256k1").digest(), "big"), ec.SECP256K1())
    point = private.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint)
    out.append(key(2, point, message, private.sign(message, ec.ECDSA(hashes.SHA256()))))
    for curve in (ec.SECP256R1(), ec.SECP384R1()):
        private = ec.generate_private_key(curve)
        out.append(key(3, der(private.public_key()), message, private.sign(message, ec.ECDSA(hashes.SHA256()))))
    return out


path = pathlib.Path(__file__).resolve().parents[2] / "Tests/LibP2PProtocolsTests/Vectors/libp2p.json"
path.parent.mkdir(parents=True, exist_ok=True)
path.write_text(json.dumps({"noise": [transcript(i) for i in range(3)], "keys": keys()}, indent=1) + "\n")
