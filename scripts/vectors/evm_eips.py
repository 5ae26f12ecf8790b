#!/usr/bin/env python3
"""State tests for the EIPs of Cancun, Prague and Osaka, filled by the executable specification.

    python3 scripts/vectors/evm_eips.py [NAME...]

Needs `pip install ethereum-execution coincurve`. Writes Tests/ExecutionVectorsTests/Vectors/eips/NAME.json, at least fifty
cases each. Every case comes from a seed, so the files are the same on every run."""
import json
import pathlib
import random
import sys

root = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(root / "scripts"))
import evm_cases
from evm_cases import Code, COINBASE, CONTRACTS, EDGES, KEY, SENDER
from py_ecc.bls.g2_primitives import G1_to_pubkey
from py_ecc.optimized_bls12_381 import G1, G2, Z1, Z2, add, curve_order, field_modulus, multiply, neg, normalize

A, B, C = CONTRACTS[:3]
CASES = 50


def account(code=b"", balance=0, storage=None):
    return {"balance": hex(balance), "code": "0x" + bytes(code).hex(), "nonce": "0x1", "storage": storage or {}}


def case(fork, code, others=None, data=b"", gas=1_000_000, value=0, storage=None, **extra):
    """A transaction to contract A, which has `code`."""
    pre = {SENDER: {"balance": "0xffffffffffffffff", "code": "0x", "nonce": "0x0", "storage": {}},
           A: account(code, 10**6, storage), **(others or {})}
    env = {"currentCoinbase": COINBASE, "currentDifficulty": "0x0", "currentGasLimit": "0x1c9c380", "currentNumber": "0x1",
           "currentTimestamp": "0x3e8", "currentBaseFee": "0x7", "currentRandom": "0x" + "0b" * 32,
           "currentExcessBlobGas": hex(extra.pop("excess", 0))}
    transaction = {"data": ["0x" + data.hex()], "gasLimit": [hex(gas)], "nonce": "0x0", "to": extra.pop("to", A),
                   "value": [hex(value)], "secretKey": KEY, "sender": SENDER}
    if "gasPrice" in extra or not extra:
        transaction["gasPrice"] = "0xa"
    transaction.update(extra)
    return {"env": env, "pre": pre, "transaction": transaction, "fork": fork}


class Assembler(Code):
    def op(self, *codes):
        self.bytes += bytes(codes)
        return self

    def put(self, *values):
        for value in values:
            self.push(value)
        return self

    def store(self, slot):
        """Stores the top of the stack."""
        return self.put(slot).op(0x55)

    def memory(self, data, offset=0):
        for start in range(0, len(data), 32):
            self.put(int.from_bytes(data[start:start + 32].ljust(32, b"\0"), "big"), offset + start).op(0x52)
        return self

    def call(self, kind, target, input_size=0, output=0, output_size=0, gas=500_000, value=0):
        self.put(output_size, output, input_size, 0)
        if kind in (0xf1, 0xf2):
            self.put(value)
        return self.put(target, gas).op(kind)


def assembler(rng, fork="Prague"):
    return Assembler(rng, fork)


def eip1153(rng):
    code = assembler(rng, "Cancun")
    for index in range(rng.randrange(1, 6)):
        choice = rng.randrange(4)
        if choice == 0:
            code.put(rng.choice(EDGES), rng.randrange(3)).op(0x5d)
        elif choice == 1:
            code.put(rng.randrange(3)).op(0x5c).store(index)
        else:
            code.call(rng.choice([0xf1, 0xf2, 0xf4, 0xfa]), int(B, 16), gas=rng.choice([50, 5000, 90000])).store(16 + index)
    inner = assembler(rng, "Cancun").put(rng.choice([0, 1, 7]), rng.randrange(3)).op(0x5d)
    inner.put(rng.randrange(3)).op(0x5c).store(32)
    if rng.random() < 0.4:
        inner.put(0, 0).op(rng.choice([0xfd, 0xfe]))
    return case("Cancun", code.bytes, {B: account(inner.bytes)})


def eip5656(rng):
    code = assembler(rng, "Cancun").memory(rng.randbytes(96))
    for _ in range(rng.randrange(1, 4)):
        size = lambda: rng.choice([0, 1, 31, 32, 33, 64, 100, rng.randrange(200), rng.choice(EDGES)])
        code.put(size(), rng.randrange(0, 120) if rng.random() < 0.9 else rng.choice(EDGES),
                 rng.randrange(0, 120) if rng.random() < 0.9 else rng.choice(EDGES)).op(0x5e)
    code.op(0x59).store(0)
    code.put(160, 0).op(0x20).store(1)
    return case("Cancun", code.bytes, gas=rng.choice([60000, 200000, 1_000_000]))


def eip4844(rng):
    code = assembler(rng, "Cancun")
    for index in range(4):
        code.put(rng.choice([0, 1, 2, 5, 6, 2**64, 2**256 - 1])).op(0x49).store(index)
    code.op(0x4a).store(9)
    version = rng.choice(["0x01"] * 14 + ["0x02"])
    blobs = [version + rng.randbytes(31).hex() for _ in range(rng.choice([0, 1, 1, 2, 2, 3, 3, 4, 5, 6, 7]))]
    return case("Cancun", code.bytes, excess=rng.choice([0, 0x20000, 20_000_000, 60_000_000]), maxFeePerGas="0xa",
                maxPriorityFeePerGas=rng.choice(["0x0", "0x2"]), accessLists=[[]],
                maxFeePerBlobGas=rng.choice(["0x1", "0xffffffff", "0xffffffff", "0xffffffffff"]), blobVersionedHashes=blobs)


def eip7516(rng):
    code = assembler(rng, "Cancun").op(0x4a).store(0)
    fork = rng.choice(["Cancun", "Cancun", "Prague", "Shanghai"])
    return case(fork, code.bytes, excess=rng.randrange(0, 2**rng.randrange(1, 30)))


def kzg(rng):
    """Commitments to constants: the proof is the point at infinity. Some are made wrong."""
    import hashlib
    y = rng.choice([0, 1, rng.randrange(curve_order)])
    z = rng.choice([0, 1, curve_order - 1, rng.randrange(curve_order)])
    commitment = G1_to_pubkey(multiply(G1, y) if y else Z1)
    proof = G1_to_pubkey(Z1)
    data = bytearray(b"\x01" + hashlib.sha256(commitment).digest()[1:] + z.to_bytes(32, "big") + y.to_bytes(32, "big")
                     + commitment + proof)
    kind = rng.randrange(6)
    if kind == 0:
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    elif kind == 1:
        data[32:64] = (curve_order + rng.randrange(2)).to_bytes(32, "big")
    elif kind == 2:
        data = data[:-1] if rng.random() < 0.5 else data + b"\0"
    elif kind == 3:
        data[144:192] = G1_to_pubkey(G1)
    code = assembler(rng, "Cancun").memory(data)
    code.call(rng.choice([0xf1, 0xfa]), 10, len(data), 512, 64, gas=rng.choice([49999, 50000, 60000])).store(0)
    code.put(512).op(0x51).store(1).put(544).op(0x51).store(2).op(0x3d).store(3)
    return case("Cancun", code.bytes)


def eip6780(rng):
    heir = rng.choice([A, B, C, COINBASE, "0x" + "77" * 20])
    inner = assembler(rng, "Cancun").put(int(heir, 16)).op(0xff)
    code = assembler(rng, "Cancun")
    if rng.random() < 0.6:
        # A contract that is created and destroyed in one transaction.
        runtime = bytes(inner.bytes)
        init = assembler(rng, "Cancun").memory(runtime)
        if rng.random() < 0.3:
            init.put(int(heir, 16)).op(0xff)
        init.put(len(runtime), 0).op(0xf3)
        initcode = bytes(init.bytes)
        code.memory(initcode).put(len(initcode), 0, rng.choice([0, 5])).op(0xf0).store(0)
        for _ in range(rng.randrange(0, 3)):
            code.put(0, 0, 0, 0, rng.choice([0, 3]), 0).op(0x54).put(100000).op(0xf1).store(5)
    for _ in range(rng.randrange(1, 3)):
        code.call(rng.choice([0xf1, 0xf2, 0xf4]), int(B, 16), value=rng.choice([0, 1])).store(6)
    return case(rng.choice(["Cancun", "Prague", "Shanghai"]), code.bytes, {B: account(inner.bytes, 9), C: account(b"\0", 1)})


def fp(value):
    return int(value).to_bytes(64, "big")


def g1(point):
    if point[2] == Z1[2]:
        return bytes(128)
    x, y = normalize(point)
    return fp(x.n) + fp(y.n)


def g2(point):
    if point[2] == Z2[2]:
        return bytes(256)
    x, y = normalize(point)
    return b"".join(fp(c) for c in (*x.coeffs, *y.coeffs))


def eip2537(rng):
    scalar = lambda: rng.choice([0, 1, 2, curve_order - 1, curve_order, 2**256 - 1, rng.randrange(curve_order)])
    p1 = lambda: rng.choice([Z1, G1, neg(G1), multiply(G1, rng.randrange(1, curve_order))])
    p2 = lambda: rng.choice([Z2, G2, neg(G2), multiply(G2, rng.randrange(1, curve_order))])
    kind = rng.randrange(7)
    if kind == 0:
        data = g1(p1()) + g1(p1())
    elif kind == 1:
        data = b"".join(g1(p1()) + scalar().to_bytes(32, "big") for _ in range(rng.randrange(1, 4)))
    elif kind == 2:
        data = g2(p2()) + g2(p2())
    elif kind == 3:
        data = b"".join(g2(p2()) + scalar().to_bytes(32, "big") for _ in range(rng.randrange(1, 3)))
    elif kind == 4:
        s = rng.randrange(1, curve_order)
        data = g1(multiply(G1, s)) + g2(G2) + g1(neg(G1)) + g2(multiply(G2, s if rng.random() < 0.6 else 3))
    elif kind == 5:
        data = fp(rng.randrange(field_modulus))
    else:
        data = fp(rng.randrange(field_modulus)) + fp(rng.randrange(field_modulus))
    data = bytearray(data)
    wrong = rng.randrange(8)
    if wrong == 0:
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    elif wrong == 1:
        data = data[:-1]
    elif wrong == 2:
        data[0:64] = fp(field_modulus + rng.randrange(3))
    output = 256 if kind in (2, 3, 6) else 128 if kind != 4 else 32
    code = assembler(rng).memory(data)
    code.call(0xfa, 11 + kind, len(data), 1024, output, gas=rng.choice([2_000_000, 200_000, 500])).store(0)
    code.put(output, 1024).op(0x20).store(1).op(0x3d).store(2)
    return case("Prague", code.bytes, gas=3_000_000)


def eip7623(rng):
    data = bytes(rng.choice([0, 0, 1, 255]) for _ in range(rng.choice([0, 1, 100, 1000, 3000])))
    zeros = data.count(0)
    tokens = zeros + 4 * (len(data) - zeros)
    floor = 21000 + 10 * tokens
    code = assembler(rng)
    if rng.random() < 0.5:
        code.put(0, 1).op(0x55)
    for _ in range(rng.randrange(0, 40)):
        code.put(0).op(0x54, 0x50)
    return case("Prague", code.bytes, data=data, gas=max(21000, floor + rng.choice([-1, 0, 0, 1, 5000, 50000])),
                storage={"0x1": "0x5"})


def eip7702(rng):
    code = assembler(rng)
    for index in range(rng.randrange(1, 4)):
        choice = rng.randrange(5)
        authority = int(rng.choice([SENDER, "0x19e7e376e7c213b7e7e7e46cc70a5dd086daff2a", B]), 16)
        if choice == 0:
            code.put(authority).op(0x3b).store(index)
        elif choice == 1:
            code.put(authority).op(0x3f).store(index)
        elif choice == 2:
            code.put(40, 0, 0, authority).op(0x3c).put(0).op(0x51).store(index)
        else:
            code.call(rng.choice([0xf1, 0xf2, 0xf4, 0xfa]), authority, output_size=32, gas=60000).store(index)
    inner = assembler(rng).op(0x30).store(7).op(0x33).store(8)
    other = bytes.fromhex("ef0100") + bytes.fromhex(rng.choice([A, C, "0x" + "00" * 19 + "02"])[2:])
    return case("Prague", code.bytes, {B: account(other), C: account(inner.bytes)}, to=rng.choice([A, A, B, SENDER]),
                maxFeePerGas="0xa", maxPriorityFeePerGas="0x1", accessLists=[[]],
                authorizationList=[evm_cases.authorization(rng) for _ in range(rng.randrange(1, 4))])


def eip2935(rng):
    """The history contract's code, asked for what it has and what it has not."""
    history = "0x0000f90827f1c53a10cb7a02335b175320002935"
    code = bytes.fromhex(
        "3373fffffffffffffffffffffffffffffffffffffffe14604657602036036042575f35600143038111604257611fff8143031160425761"
        "1fff9006545f5260205ff35b5f5ffd5b5f35611fff60014303065500")
    asked = rng.choice([0, 1, 2, 8190, 8191, 8192, 2**64, 2**256 - 1])
    caller = assembler(rng).memory(asked.to_bytes(32, "big"))
    caller.call(0xf1, int(history, 16), rng.choice([32, 32, 31, 0]), 64, 32, gas=100000).store(0).put(64).op(0x51).store(1)
    made = case("Prague", caller.bytes, {history: account(code, storage={hex(k): hex(0x1000 + k) for k in (0, 1, 2, 8190)})})
    made["env"]["currentNumber"] = hex(rng.choice([1, 2, 3, 8191, 8192, 8193, 10000]))
    return made


def eip4788(rng):
    roots = "0x000f3df6d732807ef1319fb7b8bb8522d0beac02"
    code = bytes.fromhex(
        "3373fffffffffffffffffffffffffffffffffffffffe14604d57602036146024575f5ffd5b5f35801560495762001fff810690815414603c57"
        "5f5ffd5b62001fff01545f5260205ff35b5f5ffd5b62001fff42064281555f359062001fff015500")
    asked = rng.choice([0, 1, 1000, 9191, 2**64])
    caller = assembler(rng, "Cancun").memory(asked.to_bytes(32, "big"))
    caller.call(rng.choice([0xf1, 0xfa]), int(roots, 16), rng.choice([32, 32, 31, 33]), 64, 32, gas=100000).store(0)
    caller.put(64).op(0x51).store(1)
    return case("Cancun", caller.bytes, {roots: account(code, storage={hex(1000): hex(1000), hex(1000 + 8191): "0xabc"})})


def modexp(rng, lengths, gas):
    """Calls modexp with operands of the given lengths, and stores what it gives and costs."""
    base, exponent, modulus = lengths
    part = lambda count: b"" if count > 1500 else rng.choice([bytes(count), b"\xff" * count, rng.randbytes(count)])
    head = b"".join(min(n, 2**256 - 1).to_bytes(32, "big") for n in lengths)
    data = head + part(base) + part(exponent) + part(modulus)
    code = assembler(rng, "Osaka").memory(data)
    output = min(modulus, 1024)
    code.op(0x5a).call(rng.choice([0xf1, 0xfa]), 5, len(data), 8192, output, gas=gas).store(0)
    code.op(0x5a, 0x90, 0x03).store(1).op(0x3d).store(2).put(output, 8192).op(0x20).store(3)
    return case("Osaka", code.bytes, gas=rng.choice([3_000_000, 14_000_000]))


def eip7823(rng):
    length = lambda: rng.choice([0, 1, 32, 33, 1023, 1024, 1024, 1025, 1025, 2048, 2**64, 2**256 - 1])
    return modexp(rng, (length(), length(), length()), rng.choice([500, 100_000, 10_000_000]))


def eip7883(rng):
    length = lambda: rng.choice([0, 1, 8, 31, 32, 33, 40, 64, 100, 128, 256])
    return modexp(rng, (length(), rng.choice([0, 1, 2, 31, 32, 33, 40, 64]), length()), rng.choice([499, 500, 5000, 2_000_000]))


def eip7825(rng):
    code = assembler(rng, "Osaka").op(0x5a).store(0)
    gas = rng.choice([2**24 - 1, 2**24, 2**24, 2**24 + 1, 2**24 + 2, 20_000_000, 30_000_000, 1_000_000])
    extra = rng.choice([{}, {"maxFeePerGas": "0xa", "maxPriorityFeePerGas": "0x1", "accessLists": [[]]}])
    made = case(rng.choice(["Osaka", "Osaka", "Osaka", "Prague"]), code.bytes, gas=gas, **extra)
    made["pre"][SENDER]["balance"] = "0xffffffffffffffffffff"
    return made


def eip7939(rng):
    code = assembler(rng, "Osaka")
    for index in range(rng.randrange(1, 6)):
        value = rng.choice([0, 1, 2**255, 2**256 - 1, rng.getrandbits(256), 1 << rng.randrange(256), (1 << rng.randrange(1, 256)) - 1])
        code.put(value).op(0x1e).store(index)
    if rng.random() < 0.2:
        code.op(0x1e)
    code.op(0x5a).store(9)
    return case(rng.choice(["Osaka", "Osaka", "Osaka", "Prague"]), code.bytes, gas=rng.choice([60000, 1_000_000]))


class P256:
    """ECDSA over secp256r1 with plain numbers."""
    p = 2**256 - 2**224 + 2**192 + 2**96 - 1
    n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551
    g = (0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296,
         0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5)

    @classmethod
    def add(cls, a, b):
        if a is None or b is None:
            return a or b
        if a[0] == b[0]:
            if (a[1] + b[1]) % cls.p == 0:
                return None
            slope = (3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, cls.p)
        else:
            slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, cls.p)
        x = (slope * slope - a[0] - b[0]) % cls.p
        return x, (slope * (a[0] - x) - a[1]) % cls.p

    @classmethod
    def multiply(cls, k, point):
        result = None
        while k:
            if k & 1:
                result = cls.add(result, point)
            point, k = cls.add(point, point), k >> 1
        return result

    @classmethod
    def sign(cls, rng, digest):
        secret, nonce = rng.randrange(1, cls.n), rng.randrange(1, cls.n)
        r = cls.multiply(nonce, cls.g)[0] % cls.n
        s = pow(nonce, -1, cls.n) * (digest + r * secret) % cls.n
        return r, s, *cls.multiply(secret, cls.g)


def eip7951(rng):
    digest = rng.choice([0, P256.n, 2**256 - 1, rng.getrandbits(256)])
    r, s, x, y = P256.sign(rng, digest)
    kind = rng.randrange(10)
    if kind == 0:
        s = P256.n - s
    elif kind == 1:
        r, s = rng.choice([(0, s), (r, 0), (P256.n, s), (r, P256.n), (r + P256.n if r + P256.n < 2**256 else r, s)])
    elif kind == 2:
        x, y = rng.choice([(0, 0), (x, P256.p - y), (x, y ^ 1), (x + P256.p if x + P256.p < 2**256 else P256.p, y)])
    elif kind == 3:
        digest ^= 1 << rng.randrange(256)
    data = b"".join(value.to_bytes(32, "big") for value in (digest, r, s, x, y))
    if kind == 4:
        data = rng.choice([data[:-1], data + b"\0", b""])
    code = assembler(rng, "Osaka").memory(data)
    code.op(0x5a).call(rng.choice([0xf1, 0xf4, 0xfa]), 0x100, len(data), 512, 32, gas=rng.choice([6899, 6900, 20000])).store(0)
    code.op(0x5a, 0x90, 0x03).store(1).op(0x3d).store(2).put(512).op(0x51).store(3)
    return case(rng.choice(["Osaka", "Osaka", "Osaka", "Osaka", "Prague"]), code.bytes)


generators = {name: value for name, value in globals().items() if name.startswith("eip")} | {"eip4844_kzg": kzg}
folder = root / "Tests/ExecutionVectorsTests/Vectors/eips"
folder.mkdir(parents=True, exist_ok=True)
with evm_cases.new_cache() as cache:
    for name in sys.argv[1:] or sorted(generators):
        members = {}
        for seed in range(CASES):
            made = generators[name](random.Random(f"{name} {seed}"))
            members[f"{name}_{seed}"] = evm_cases.member(made, evm_cases.fill(made, cache))
        text = json.dumps(members, separators=(",", ":"), sort_keys=True)
        (folder / f"{name}.json").write_text(text + "\n")
        refused = sum("expectException" in m["post"][f][0] for m in members.values() for f in m["post"])
        print(f"{name}: {len(members)} cases, {refused} refused, {len(text)} bytes")
