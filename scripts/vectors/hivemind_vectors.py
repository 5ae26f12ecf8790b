#!/usr/bin/env python3
"""Writes Tests/MessagePackTests/Vectors/msgpack-python.jsonl, and with hivemind installed hivemind.json of
Tests/HivemindWireTests and Tests/RSASignaturesTests and averaging.json of Tests/HivemindAveragingTests: bytes as msgpack-python and Hivemind write them. RSA keys and salts are new
at each run.

Needs: pip install msgpack; hivemind==1.1.12 with torch for the second (pip install hivemind)."""
import base64
import json
import math
import pathlib
import random

import msgpack

ROOT = pathlib.Path(__file__).resolve().parents[2]


def tagged(value):
    """A value with its type, as JSON can say it."""
    if value is None:
        return {"null": True}
    if isinstance(value, bool):
        return {"bool": value}
    if isinstance(value, int):
        return {"int": str(value)}
    if isinstance(value, float):
        return {"float": msgpack.packb(value)[1:].hex()}
    if isinstance(value, str):
        return {"text": value}
    if isinstance(value, bytes):
        return {"bin": value.hex()}
    if isinstance(value, msgpack.ExtType):
        return {"ext": value.code, "data": value.data.hex()}
    if isinstance(value, list):
        return {"array": [tagged(v) for v in value]}
    return {"map": [[tagged(k), tagged(v)] for k, v in value.items()]}


def values():
    yield from [None, True, False]
    for power in (5, 7, 8, 15, 16, 31, 32, 63, 64):
        for n in (2**power - 1, 2**power, -(2**power) + 1, -(2**power), -(2**power) - 1):
            if -(2**63) <= n < 2**64:
                yield n
    yield from [0.0, -0.0, 1.5, 1e300, 5e-324, math.inf, -math.inf, 1700000000.25]
    for n in (0, 1, 31, 32, 255, 256, 65535, 65536):
        yield "x" * n
        yield bytes(n)
    for n in (0, 15, 16, 70):
        yield list(range(n))
        yield {str(i): i for i in range(n)}
    yield "é\U0001F600"
    for n in (0, 1, 2, 3, 4, 5, 8, 16, 17, 255, 256):
        yield msgpack.ExtType(n % 128, bytes(range(n % 256)) * (1 if n < 256 else 0) or b"\x07" * n)
    yield {"a": [1, {"b": b"\x00", "c": [None, [True]]}], 7: "seven", b"k": 1.25}
    rng = random.Random(15)

    def some(depth):
        kind = rng.randrange(9 if depth else 7)
        if kind == 0:
            return None
        if kind == 1:
            return rng.random() < 0.5
        if kind == 2:
            return rng.choice([1, -1]) * rng.getrandbits(rng.randrange(1, 63))
        if kind == 3:
            return rng.uniform(-1e6, 1e6)
        if kind == 4:
            return "".join(rng.choice("abcé☃") for _ in range(rng.randrange(40)))
        if kind == 5:
            return rng.randbytes(rng.randrange(40))
        if kind == 6:
            return msgpack.ExtType(rng.randrange(128), rng.randbytes(rng.randrange(20)))
        if kind == 7:
            return [some(depth - 1) for _ in range(rng.randrange(20))]
        return {rng.choice("abcdefghij") * rng.randrange(1, 40): some(depth - 1) for _ in range(rng.randrange(20))}

    for _ in range(40):
        yield some(3)


def write_msgpack():
    lines = []
    for value in values():
        packed = msgpack.packb(value, use_bin_type=True)
        # Long runs are said by their length: the file stays small.
        if isinstance(value, (str, bytes)) and len(value) > 64:
            lines.append({"run": "text" if isinstance(value, str) else "bin", "count": len(value), "head": packed[: len(packed) - len(value)].hex()})
        else:
            lines.append({"hex": packed.hex(), "value": tagged(value)})
    path = ROOT / "Tests/MessagePackTests/Vectors/msgpack-python.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(line, ensure_ascii=True, separators=(",", ":")) + "\n" for line in lines))


def write_hivemind():
    from cryptography.hazmat.primitives import serialization

    import hivemind
    from hivemind.dht.crypto import DHTRecord, RSASignatureValidator
    from hivemind.dht.routing import DHTID
    from hivemind.dht.storage import DictionaryDHTValue
    from hivemind.proto import dht_pb2, p2pd_pb2
    from hivemind.utils import MSGPackSerializer
    from hivemind.utils.crypto import RSAPrivateKey

    keys = ["a", "run_x.0b", b"\x00\x01", 7, ("pair", 1.5), True, "ключ", ["l", 2]]
    ids = [{"packed": MSGPackSerializer.dumps(k).hex(), "id": DHTID.generate(source=k).to_bytes().hex()} for k in keys]

    node = dht_pb2.NodeInfo(node_id=bytes(range(20)))
    ping = dht_pb2.PingRequest(peer=node, validate=True)
    pong = dht_pb2.PingResponse(peer=node, dht_time=1700000000.25, available=True)
    store = dht_pb2.StoreRequest(
        keys=[bytes([i] * 20) for i in range(3)], subkeys=[b"\xc0", b"", b"\xa1s"], values=[b"v", b"", b"w" * 200],
        expiration_time=[1700000000.25, 1.0, 2e9], in_cache=[False, True, False], peer=node)
    stored = dht_pb2.StoreResponse(store_ok=[True, False, True], peer=node)
    find = dht_pb2.FindRequest(keys=[bytes([9] * 20), bytes(20)], peer=node)
    found = dht_pb2.FindResponse(
        results=[
            dht_pb2.FindResult(type=dht_pb2.FOUND_REGULAR, value=b"value", expiration_time=1700000001.5,
                               nearest_node_ids=[bytes([1] * 20)], nearest_peer_ids=[b"\x00\x24" + bytes(36)]),
            dht_pb2.FindResult(type=dht_pb2.NOT_FOUND),
            dht_pb2.FindResult(type=dht_pb2.FOUND_DICTIONARY, value=b"d", expiration_time=3.0),
        ], peer=node)
    messages = {n: m.SerializeToString().hex() for n, m in dict(
        ping=ping, pong=pong, store=store, stored=stored, find=find, found=found, emptyPing=dht_pb2.PingRequest(peer=dht_pb2.NodeInfo())).items()}

    call = bytes(range(16))
    frames = {
        "call": p2pd_pb2.PersistentConnectionRequest(
            callId=call, callUnary=p2pd_pb2.CallUnaryRequest(peer=b"\x12\x20" + bytes(32), proto="DHTProtocol.rpc_ping", data=b"data")),
        "response": p2pd_pb2.PersistentConnectionRequest(callId=call, unaryResponse=p2pd_pb2.CallUnaryResponse(response=b"answer")),
        "emptyResponse": p2pd_pb2.PersistentConnectionRequest(callId=call, unaryResponse=p2pd_pb2.CallUnaryResponse(response=b"")),
        "error": p2pd_pb2.PersistentConnectionRequest(callId=call, unaryResponse=p2pd_pb2.CallUnaryResponse(error=b"no")),
        "cancel": p2pd_pb2.PersistentConnectionRequest(callId=call, cancel=p2pd_pb2.Cancel()),
        "rpcError": p2pd_pb2.RPCError(message="it failed"),
    }
    frames = {n: m.SerializeToString().hex() for n, m in frames.items()}

    dictionary = DictionaryDHTValue()
    with dictionary.freeze():
        dictionary.store("p1", MSGPackSerializer.dumps((1, 2.5)), 1700000000.0)
        dictionary.store(b"\x07", MSGPackSerializer.dumps({"k": None}), 1700000005.5)
        dictionary.store(("t", 1), MSGPackSerializer.dumps(None), 1600000000.0)
        packed = MSGPackSerializer.dumps(dictionary)

    private = RSAPrivateKey()
    public = private.get_public_key().to_bytes()
    validator = RSASignatureValidator(private)
    records = []
    for key, subkey, value, expiration in [
        (bytes(range(20)), MSGPackSerializer.dumps(b"peer" + validator.local_public_key), MSGPackSerializer.dumps({"loss": 1.5}), 1700000000.5),
        (bytes(20), MSGPackSerializer.dumps(validator.local_public_key), MSGPackSerializer.dumps("x" * 300), 2e9),
        (bytes(20), MSGPackSerializer.dumps("free"), MSGPackSerializer.dumps(1), 2e9),
    ]:
        record = DHTRecord(key, subkey, value, expiration)
        signed = validator.sign_value(record)
        assert validator.validate(DHTRecord(key, subkey, signed, expiration))
        records.append({
            "key": key.hex(), "subkey": subkey.hex(), "value": value.hex(), "expiration": expiration, "signed": signed.hex(),
            "serialised": MSGPackSerializer.dumps((key, subkey, value, expiration)).hex()})
    der = private._private_key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    message = b"what is signed"
    signature = private.sign(message)
    out = {
        "hivemind": hivemind.__version__, "ids": ids, "messages": messages, "frames": frames, "dictionary": packed.hex(),
        "privateKey": der.hex(), "records": records}
    key = {
        "hivemind": hivemind.__version__, "privateKey": der.hex(), "publicKey": public.decode(), "message": message.hex(),
        "signature": base64.b64decode(signature).hex()}
    for room, vectors in [("HivemindWire", out), ("RSASignatures", key)]:
        path = ROOT / f"Tests/{room}Tests/Vectors/hivemind.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(vectors, indent=1) + "\n")


def write_averaging():
    import numpy as np
    import torch

    import hivemind
    from hivemind.averaging.averager import compute_schema_hash
    from hivemind.averaging.load_balancing import load_balance_peers
    from hivemind.averaging.partition import TensorPartContainer
    from hivemind.compression import CompressionInfo, Float16Compression, NoCompression, Quantile8BitQuantization, Uniform8BitQuantization
    from hivemind.compression import deserialize_torch_tensor
    from hivemind.proto import averaging_pb2, runtime_pb2

    torch.manual_seed(15)
    schemes = {"none": NoCompression(), "float16": Float16Compression(), "uniform8Bit": Uniform8BitQuantization(), "quantile8Bit": Quantile8BitQuantization()}
    numbers = torch.cat([torch.randn(60) * 3, torch.tensor([0.0, -0.0, 1e-8, 7e4, -7e4, 65504.0, 1 / 3, 2048.5, 2049.5])])

    def read(packed):
        if packed.compression not in (runtime_pb2.UNIFORM_8BIT, runtime_pb2.QUANTILE_8BIT):
            return deserialize_torch_tensor(packed).flatten().tolist()
        # Quantization.extract, which NumPy 2.4 breaks
        (length,) = np.frombuffer(packed.buffer, count=1, dtype=np.int64)
        codebook = np.frombuffer(packed.buffer, offset=8, count=length, dtype=np.float32)
        return codebook[np.frombuffer(packed.buffer, offset=8 + 4 * length, dtype=np.uint8)].tolist()

    tensors = []
    for name, scheme in schemes.items():
        for values in (numbers.reshape(3, 23), torch.full((5,), 2.5)):
            packed = scheme.compress(values, CompressionInfo.from_tensor(values))
            tensors.append({
                "compression": name, "bytes": packed.SerializeToString().hex(), "numbers": values.flatten().tolist(), "shape": list(values.shape),
                "read": read(packed)})
    schemas = [{"shapes": shapes, "hash": compute_schema_hash([torch.zeros(s) for s in shapes]).hex()}
               for shapes in ([[5]], [[1000], [64, 3]], [[2, 3, 4], [1]])]
    splits = []
    for counts in ([1000, 64], [10], [600_000, 5, 300_000], [131_072] * 5, [1, 1, 1], [262_145, 262_143, 7]):
        for modes in ([0, 0], [1, 0], [0, 1, 0, 0], [0] * 5, [2, 0, 0]):
            for name in ("none", "float16", "uniform8Bit"):
                fractions = load_balance_peers(sum(counts), [0.0 if m == 1 else None for m in modes])
                container = TensorPartContainer([torch.zeros(c) for c in counts], fractions, compression=schemes[name])
                lengths = [[len(part) for part, _ in parts] for parts in container._input_parts_by_peer]
                splits.append({"counts": counts, "modes": modes, "compression": name, "parts": lengths})
    part = runtime_pb2.Tensor(buffer=b"\x00\x00\x80\x3f", size=[1], dtype="float32")
    messages = {
        "join": averaging_pb2.JoinRequest(schema_hash=bytes(20), expiration=1700000000.5, gather=b"g", client_mode=True, group_key="p.0b01"),
        "begin": averaging_pb2.MessageFromLeader(code=averaging_pb2.BEGIN_ALLREDUCE, group_id=b"id", ordered_peer_ids=[b"a", b"b"], gathered=[b"", b"y"]),
        "disbanded": averaging_pb2.MessageFromLeader(code=averaging_pb2.GROUP_DISBANDED, suggested_leader=b"l"),
        "part": averaging_pb2.AveragingData(code=averaging_pb2.PART_FOR_AVERAGING, group_id=b"id", tensor_part=part, weight=2.5),
        "error": averaging_pb2.AveragingData(code=averaging_pb2.INTERNAL_ERROR),
    }
    out = {"hivemind": hivemind.__version__, "tensors": tensors, "schemas": schemas, "splits": splits,
           "messages": {name: message.SerializeToString().hex() for name, message in messages.items()}}
    path = ROOT / "Tests/HivemindAveragingTests/Vectors/averaging.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(out, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    write_msgpack()
    try:
        import hivemind  # noqa: F401
    except ImportError as error:
        print(f"hivemind's vectors are left as they are: {error}")
    else:
        write_hivemind()
        write_averaging()
