"""Noise as libp2p speaks it (Noise_XX_25519_ChaChaPoly_SHA256), the dialer's side: for peers that a laboratory invents.

Slow, and its times tell the keys: nothing but attackers uses it."""
import hashlib
import hmac
import os
import struct

from .filling import G, multiply, sign

NAME = b"Noise_XX_25519_ChaChaPoly_SHA256"
P = 2**255 - 19


def x25519(scalar, point):
    k = bytearray(scalar)
    k[0] &= 248
    k[31] = k[31] & 127 | 64
    k = int.from_bytes(k, "little")
    x1 = int.from_bytes(point, "little") & (2**255 - 1)
    x2, z2, x3, z3, swap = 1, 0, x1, 1, 0
    for bit in range(254, -1, -1):
        now = k >> bit & 1
        if swap != now:
            x2, x3, z2, z3 = x3, x2, z3, z2
        swap = now
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        aa, bb, da, cb = a * a % P, b * b % P, d * a % P, c * b % P
        e = aa - bb
        x3, z3 = (da + cb) ** 2 % P, x1 * (da - cb) ** 2 % P
        x2, z2 = aa * bb % P, e * (aa + 121665 * e) % P
    if swap:
        x2, z2 = x3, z3
    return (x2 * pow(z2, P - 2, P) % P).to_bytes(32, "little")


BASE = (9).to_bytes(32, "little")


def chacha_block(key, counter, nonce):
    start = [0x61707865, 0x3320646E, 0x79622D32, 0x6B206574, *struct.unpack("<8I", key), counter, *struct.unpack("<3I", nonce)]
    x = list(start)

    def quarter(a, b, c, d):
        for to, of, mixed, left in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            x[to] = x[to] + x[of] & 0xFFFFFFFF
            x[mixed] ^= x[to]
            x[mixed] = (x[mixed] << left | x[mixed] >> 32 - left) & 0xFFFFFFFF

    for _ in range(10):
        for column in range(4):
            quarter(column, column + 4, column + 8, column + 12)
        for column in range(4):
            quarter(column, (column + 1) % 4 + 4, (column + 2) % 4 + 8, (column + 3) % 4 + 12)
    return struct.pack("<16I", *(one + other & 0xFFFFFFFF for one, other in zip(x, start)))


def chacha(key, nonce, data):
    stream = b"".join(chacha_block(key, 1 + place, nonce) for place in range(-(-len(data) // 64)))
    return (int.from_bytes(data, "big") ^ int.from_bytes(stream[:len(data)], "big")).to_bytes(len(data), "big")


def poly(key, nonce, additional, cipher):
    once = chacha_block(key, 0, nonce)
    r = int.from_bytes(once[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    s, total = int.from_bytes(once[16:32], "little"), 0
    padded = additional + bytes(-len(additional) % 16) + cipher + bytes(-len(cipher) % 16) + struct.pack("<QQ", len(additional), len(cipher))
    for start in range(0, len(padded), 16):
        total = (total + int.from_bytes(padded[start:start + 16] + b"\x01", "little")) * r % (2**130 - 5)
    return (total + s & (1 << 128) - 1).to_bytes(16, "little")


class Cipher:
    def __init__(self, key):
        self.key, self.count = key, 0

    def nonce(self):
        self.count += 1
        return struct.pack("<IQ", 0, self.count - 1)

    def seal(self, data, additional=b""):
        nonce = self.nonce()
        cipher = chacha(self.key, nonce, data)
        return cipher + poly(self.key, nonce, additional, cipher)

    def open(self, sealed, additional=b""):
        nonce = self.nonce()
        cipher, tag = sealed[:-16], sealed[-16:]
        if poly(self.key, nonce, additional, cipher) != tag:
            raise ValueError("the tag does not fit")
        return chacha(self.key, nonce, cipher)


def expand(chaining, material, count):
    temporary, result, last = hmac.digest(chaining, material, "sha256"), [], b""
    for place in range(1, count + 1):
        last = hmac.digest(temporary, last + bytes([place]), "sha256")
        result.append(last)
    return result


def field(number, value):
    """A protobuf field of bytes, or of a number."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def varint(number):
    result = b""
    while number > 127:
        result, number = result + bytes([number & 127 | 128]), number >> 7
    return result + bytes([number])


class Identity:
    """A secp256k1 key and what libp2p says of it."""

    def __init__(self, secret):
        self.secret = secret
        x, y = multiply(secret, G)
        self.public = field(1, 2) + field(2, bytes([2 + (y & 1)]) + x.to_bytes(32, "big"))

    def sign(self, message):
        r, s, _ = sign(hashlib.sha256(message).digest(), self.secret)
        parts = b"".join(b"\x02" + bytes([len(part)]) + part for part in map(self.integer, (r, s)))
        return b"\x30" + bytes([len(parts)]) + parts

    @staticmethod
    def integer(number):
        return number.to_bytes(number.bit_length() // 8 + 1, "big")


class Handshake:
    """The dialer's three messages."""

    def __init__(self, identity):
        self.identity = identity
        self.hash = self.chaining = NAME
        self.cipher = None
        self.mix_hash(b"")
        self.static, self.ephemeral = os.urandom(32), os.urandom(32)

    def mix_hash(self, data):
        self.hash = hashlib.sha256(self.hash + data).digest()

    def mix_key(self, material):
        self.chaining, key = expand(self.chaining, material, 2)
        self.cipher = Cipher(key)

    def seal(self, data):
        sealed = self.cipher.seal(data, self.hash)
        self.mix_hash(sealed)
        return sealed

    def unseal(self, sealed):
        opened = self.cipher.open(sealed, self.hash)
        self.mix_hash(sealed)
        return opened

    def first(self):
        public = x25519(self.ephemeral, BASE)
        self.mix_hash(public)
        self.mix_hash(b"")
        return public

    def second(self, message):
        theirs = message[:32]
        self.mix_hash(theirs)
        self.mix_key(x25519(self.ephemeral, theirs))
        static = self.unseal(message[32:80])
        self.mix_key(x25519(self.ephemeral, static))
        self.unseal(message[80:])
        self.theirs = theirs

    def third(self):
        """Returns: the message, and the ciphers for sending and for receiving."""
        public = x25519(self.static, BASE)
        sealed = self.seal(public)
        self.mix_key(x25519(self.static, self.theirs))
        signature = self.identity.sign(b"noise-libp2p-static-key:" + public)
        sealed += self.seal(field(1, self.identity.public) + field(2, signature))
        sending, receiving = expand(self.chaining, b"", 2)
        return sealed, Cipher(sending), Cipher(receiving)
