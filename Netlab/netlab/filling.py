"""Fills blocks: signed transactions with random calldata, from the account whose private key is 1. For development chains alone."""
import hashlib
import json
import random
import urllib.request

from .keccak import keccak256
from .node import RPC

P = 2**256 - 2**32 - 977
N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
G = (0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
     0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8)
KEY = 1
CHAIN_ID = 13337
# Of a random byte, by the floor of EIP-7623.
GAS_A_BYTE = 40


def add(a, b):
    if a is None or b is None:
        return a or b
    if a[0] == b[0]:
        if (a[1] + b[1]) % P == 0:
            return None
        slope = 3 * a[0] * a[0] * pow(2 * a[1], -1, P)
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def multiply(scalar, point):
    result = None
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point, scalar = add(point, point), scalar >> 1
    return result


def sign(digest, key=KEY):
    """r, s and the parity, with the smaller s (EIP-2)."""
    nonce = int.from_bytes(hashlib.sha256(digest + key.to_bytes(32, "big")).digest(), "big") % N
    x, y = multiply(nonce, G)
    r = x % N
    s = pow(nonce, -1, N) * (int.from_bytes(digest, "big") + r * key) % N
    return (r, N - s, 1 - (y & 1)) if s > N // 2 else (r, s, y & 1)


def rlp(item):
    if isinstance(item, int):
        item = item.to_bytes((item.bit_length() + 7) // 8, "big")
    if isinstance(item, list):
        return _prefixed(b"".join(map(rlp, item)), 0xC0)
    return item if len(item) == 1 and item[0] < 0x80 else _prefixed(item, 0x80)


def _prefixed(body, base):
    if len(body) < 56:
        return bytes([base + len(body)]) + body
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([base + 55 + len(length)]) + length + body


def transaction(nonce, gas_price, data):
    """A transfer of nothing to the account 0x01…01 (EIP-155)."""
    fields = [nonce, gas_price, 21_000 + GAS_A_BYTE * len(data), b"\x01" * 20, 0, data]
    r, s, parity = sign(keccak256(rlp([*fields, CHAIN_ID, 0, 0])))
    return rlp([*fields, CHAIN_ID * 2 + 35 + parity, r, s])


def prepare(count, size, seed):
    rng = random.Random(seed)
    return [transaction(nonce, 100 * 10**9, rng.randbytes(size)) for nonce in range(count)]


def send(transactions):
    """Hands them to the node's pool. Only from inside its namespace.

    Returns: how many were taken, and what was said of the first that was not.
    """
    taken, complaint = 0, None
    for one in transactions:
        call = {"jsonrpc": "2.0", "id": 1, "method": "eth_sendRawTransaction", "params": ["0x" + one.hex()]}
        request = urllib.request.Request(
            f"http://127.0.0.1:{RPC}/", json.dumps(call).encode(), {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                said = json.load(answer)
        except OSError as error:
            said = {"error": str(error)}
        if "result" in said:
            taken += 1
        else:
            complaint = complaint or said["error"]
    return {"sent": len(transactions), "taken": taken, "first_complaint": complaint}
