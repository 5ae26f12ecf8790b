"""Random state tests, filled by the executable specification (`pip install ethereum-execution`).

A case is a member of a GeneralStateTests file with one post-state under one fork."""
import io
import json
import logging
import random

from ethereum_spec_tools.evm_tools import create_parser
from ethereum_spec_tools.evm_tools.t8n import T8N, ForkCache

logging.disable(logging.CRITICAL)

FORKS = ["Frontier", "Homestead", "EIP150", "EIP158", "Byzantium", "ConstantinopleFix", "Istanbul", "Berlin",
         "London", "Paris", "Shanghai", "Cancun", "Prague", "Osaka"]
KEY = "0x45a915e4d060149eb4365960e6a7a45f334393093061116b197e3240065ff2d8"
SENDER = "0xa94f5374fce5edbc8e2a8697c15331677e6ebf0b"
COINBASE = "0x2adc25665018aa1fe0e6bc666dac8fc2697ff9ba"
CONTRACTS = ["0x" + f"{0x1000 + i:040x}" for i in range(4)]
EDGES = [0, 1, 2, 3, 31, 32, 33, 0x40, 0xff, 0x100, 0x1000, 2**31, 2**32 - 1, 2**32, 2**63, 2**64 - 1, 2**64, 2**128,
         2**255, 2**256 - 1, 2**256 - 2]


def fork_index(fork):
    return FORKS.index(fork)


class Code:
    """Bytecode that mostly keeps its stack in order."""

    def __init__(self, rng, fork):
        self.rng, self.level, self.bytes = rng, fork_index(fork), bytearray()

    def push(self, value):
        value %= 2**256
        size = max(1, (value.bit_length() + 7) // 8)
        self.bytes += bytes([0x5f + size]) + value.to_bytes(size, "big")

    def number(self):
        kind = self.rng.random()
        if kind < 0.4:
            return self.rng.choice(EDGES)
        if kind < 0.7:
            return self.rng.randrange(0, 300)
        return self.rng.getrandbits(self.rng.choice([8, 16, 64, 128, 160, 256]))

    def address(self):
        kind = self.rng.random()
        if kind < 0.55:
            return int(self.rng.choice(CONTRACTS), 16)
        if kind < 0.85:
            return self.rng.randrange(0, 20)
        return int(self.rng.choice([SENDER, COINBASE, "0x" + f"{self.rng.randrange(0x2000, 0x2010):x}"]), 16)

    def offset(self):
        return self.rng.randrange(0, 200) if self.rng.random() < 0.93 else self.number()

    def size(self):
        return self.rng.randrange(0, 150) if self.rng.random() < 0.93 else self.number()

    def step(self):
        r = self.rng
        kind = r.random()
        if kind < 0.28:
            for _ in range(3):
                self.push(self.number())
            self.bytes.append(r.choice([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0x10, 0x11, 0x12, 0x13, 0x14, 0x16, 0x17, 0x18,
                                        0x19, 0x15, 0x1a, 0x1b, 0x1c, 0x1d]))
        elif kind < 0.36:
            self.push(self.number())
            self.push(self.offset())
            self.bytes.append(r.choice([0x52, 0x53]))
        elif kind < 0.46:
            if r.random() < 0.6:
                self.push(r.choice([0, 0, 1, 2, self.number()]))
                self.push(r.randrange(0, 4))
                self.bytes.append(0x55 if r.random() < 0.75 or self.level < 11 else 0x5d)
            else:
                self.push(r.randrange(0, 5))
                self.bytes.append(0x54 if r.random() < 0.75 or self.level < 11 else 0x5c)
        elif kind < 0.52:
            self.push(self.size())
            self.push(self.offset())
            self.bytes.append(0x20)
        elif kind < 0.60:
            self.bytes.append(r.choice([0x30, 0x32, 0x33, 0x34, 0x36, 0x38, 0x3a, 0x3d, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46,
                                        0x47, 0x48, 0x4a, 0x58, 0x59, 0x5a, 0x5f]))
        elif kind < 0.66:
            self.push(self.size())
            self.push(r.choice([0, 0, 1, self.offset()]))
            self.push(self.offset())
            self.bytes.append(r.choice([0x37, 0x39, 0x3e, 0x5e]))
        elif kind < 0.70:
            self.push(self.address())
            self.bytes.append(r.choice([0x31, 0x3b, 0x3f]))
        elif kind < 0.72:
            self.push(self.size())
            self.push(self.offset())
            self.push(self.offset())
            self.push(self.address())
            self.bytes.append(0x3c)
        elif kind < 0.86:
            self.call()
        elif kind < 0.90:
            self.create()
        elif kind < 0.92:
            for _ in range(4):
                self.push(self.number())
            self.push(self.size())
            self.push(self.offset())
            self.bytes.append(0xa0 + r.randrange(0, 5))
        elif kind < 0.95:
            self.bytes.append(r.choice([0x80 + r.randrange(16), 0x90 + r.randrange(16), 0x50]))
        elif kind < 0.965:
            self.push(self.number())
            self.bytes.append(r.choice([0x35, 0x40, 0x49, 0x51]))
        elif kind < 0.975:
            self.push(self.size())
            self.push(self.offset())
            self.bytes.append(r.choice([0xf3, 0xfd]))
        elif kind < 0.982:
            self.push(self.address())
            self.bytes.append(0xff)
        else:
            self.bytes.append(r.getrandbits(8))

    def call(self):
        r = self.rng
        kind = r.choice([0xf1, 0xf1, 0xf2, 0xf4, 0xfa])
        target = self.address()
        if 1 <= target <= 18 and r.random() < 0.6:
            for i in range(6):
                self.push(self.number() if r.random() < 0.7 else 1)
                self.push(32 * i)
                self.bytes.append(0x52)
        self.push(self.size())
        self.push(self.offset())
        self.push(self.size())
        self.push(self.offset())
        if kind in (0xf1, 0xf2):
            self.push(r.choice([0, 0, 0, 1, self.number()]))
        self.push(target)
        self.push(r.choice([0xffff, 0x30000, 2**256 - 1, r.randrange(0, 5000)]))
        self.bytes.append(kind)

    def create(self):
        r = self.rng
        inner = Code(r, FORKS[self.level])
        for _ in range(r.randrange(0, 4)):
            inner.plain_step()
        if r.random() < 0.7:
            inner.push(r.randrange(0, 64))
            inner.push(0)
            inner.bytes.append(0xf3)
        code = bytes(inner.bytes)[:128]
        for start in range(0, len(code), 32):
            self.push(int.from_bytes(code[start:start + 32].ljust(32, b"\0"), "big"))
            self.push(start)
            self.bytes.append(0x52)
        salted = r.random() < 0.5
        if salted:
            self.push(r.randrange(0, 3))
        self.push(len(code) if r.random() < 0.95 else r.choice([49152, 49153, 2**64]))
        self.push(0)
        self.push(r.choice([0, 0, 1, 2**200]))
        self.bytes.append(0xf5 if salted else 0xf0)

    def plain_step(self):
        self.push(self.number())
        self.push(self.rng.randrange(0, 3))
        self.bytes.append(self.rng.choice([0x55, 0x01, 0x52]))

    def build(self, steps):
        for _ in range(steps):
            self.step()
        # A loop now and then: JUMPDEST at the beginning, a jump back while there is gas.
        if self.rng.random() < 0.15:
            body = bytes(self.bytes)
            self.bytes = bytearray([0x5b]) + body + bytes([0x60, 0x00, 0x56])
        return bytes(self.bytes)


def random_case(seed, fork=None):
    """The case of a seed: its pre-state, block, transaction and fork."""
    rng = random.Random(seed)
    fork = fork or rng.choice(FORKS)
    level = fork_index(fork)
    pre = {SENDER: {"balance": "0xffffffffffffffff", "code": "0x", "nonce": "0x0", "storage": {}}}
    for address in CONTRACTS:
        if rng.random() < 0.85:
            storage = {hex(k): hex(rng.choice([1, 2, 2**256 - 1])) for k in range(4) if rng.random() < 0.4}
            code = Code(rng, fork).build(rng.randrange(1, 14))
            if level >= 12 and rng.random() < 0.15:
                code = bytes.fromhex("ef0100") + bytes.fromhex(rng.choice(CONTRACTS)[2:])
            pre[address] = {"balance": hex(rng.choice([0, 1, 10**9])), "code": "0x" + code.hex(), "nonce": "0x1",
                            "storage": storage}
    env = {"currentCoinbase": COINBASE, "currentDifficulty": "0x20000", "currentGasLimit": "0x1c9c380",
           "currentNumber": "0x1", "currentTimestamp": "0x3e8", "currentBaseFee": "0xa", "currentRandom": "0x" + "0b" * 32,
           "currentExcessBlobGas": hex(rng.choice([0, 0, 0x20000, 50_000_000]))}
    to = rng.choice(CONTRACTS) if rng.random() < 0.85 else ""
    data = Code(rng, fork).build(rng.randrange(1, 8)) if not to else rng.randbytes(rng.choice([0, 4, 36, 100]))
    transaction = {"data": ["0x" + data.hex()], "gasLimit": [hex(rng.choice([21000, 60000, 200000, 1000000, 3000000]))],
                   "nonce": "0x0", "to": to, "value": [hex(rng.choice([0, 0, 1, 10**6]))], "secretKey": KEY,
                   "sender": SENDER}
    kinds = ["legacy"] + (["access"] if level >= 7 else []) + (["fee"] if level >= 8 else [])
    if to:
        kinds += (["blob"] if level >= 11 else []) + (["setcode"] * 2 if level >= 12 else [])
    kind = rng.choice(kinds)
    if kind in ("legacy", "access"):
        transaction["gasPrice"] = hex(rng.choice([10, 11, 1000]))
    else:
        transaction["maxFeePerGas"] = hex(rng.choice([10, 12, 1000]))
        transaction["maxPriorityFeePerGas"] = hex(rng.choice([0, 1, 10]))
    if kind != "legacy":
        transaction["accessLists"] = [[
            {"address": address, "storageKeys": ["0x" + f"{rng.randrange(5):064x}" for _ in range(rng.randrange(3))]}
            for address in rng.sample(CONTRACTS, rng.randrange(3))]]
    if kind == "blob":
        transaction["maxFeePerBlobGas"] = hex(rng.choice([1, 10**9]))
        transaction["blobVersionedHashes"] = ["0x01" + rng.randbytes(31).hex() for _ in range(rng.randrange(1, 7))]
    if kind == "setcode":
        transaction["authorizationList"] = [authorization(rng) for _ in range(rng.randrange(1, 4))]
    return {"env": env, "pre": pre, "transaction": transaction, "fork": fork}


def authorization(rng):
    """A consent (EIP-7702) that is right most of the time."""
    from coincurve import PrivateKey
    from ethereum_rlp import rlp
    from ethereum.crypto.hash import keccak256
    from ethereum_types.numeric import U256, U64
    from ethereum_types.bytes import Bytes20
    secret = rng.choice([KEY[2:], "11" * 32, "22" * 32])
    chain, nonce = rng.choice([0, 1, 1, 2]), rng.choice([0, 0, 0, 1])
    target = bytes.fromhex(rng.choice(CONTRACTS + ["0x" + "00" * 20, "0x" + "00" * 19 + "04"])[2:])
    digest = keccak256(b"\x05" + rlp.encode([U256(chain), Bytes20(target), U64(nonce)]))
    signature = PrivateKey(bytes.fromhex(secret)).sign_recoverable(bytes(digest), hasher=None)
    r, s, parity = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:64], "big"), signature[64]
    return {"chainId": hex(chain), "address": "0x" + target.hex(), "nonce": hex(nonce), "v": hex(parity),
            "yParity": hex(parity), "r": hex(r), "s": hex(s)}


_parser = create_parser()


def fill(case, cache):
    """Runs a case by the specification: the post entry of a state test."""
    transaction = {}
    for name, value in case["transaction"].items():
        if name == "data":
            transaction["input"] = value[0]
        elif name == "gasLimit":
            transaction["gas"] = value[0]
        elif name == "accessLists":
            transaction["accessList"] = value[0]
        elif name == "value":
            transaction["value"] = value[0]
        else:
            transaction[name] = value
    if "accessLists" in case["transaction"] and "gasPrice" in case["transaction"]:
        transaction["type"] = "0x1"
    for field, kind in [("maxFeePerGas", "0x2"), ("maxFeePerBlobGas", "0x3"), ("authorizationList", "0x4")]:
        if field in transaction:
            transaction["type"] = kind
    if transaction.get("type", "0x0") != "0x0":
        transaction["chainId"] = "0x1"
        transaction.setdefault("accessList", [])
    transaction.setdefault("type", "0x0")
    if not transaction["to"]:
        transaction["to"] = None
    env = dict(case["env"], blockHashes={}, withdrawals=[], parentBeaconBlockRoot="0x" + "00" * 32)
    text = json.dumps({"env": env, "alloc": case["pre"], "txs": [dict(transaction, v="0x0", r="0x0", s="0x0")]})
    options = _parser.parse_args(["t8n", "--input.alloc", "stdin", "--input.env", "stdin", "--input.txs", "stdin",
                                  "--state.fork", case["fork"], "--state-test"])
    run = T8N(options, io.StringIO(), io.StringIO(text), cache)
    run.run_state_test()
    result = run.result
    post = {"hash": "0x" + result.state_root.hex(), "logs": "0x" + result.logs_hash.hex(),
            "indexes": {"data": 0, "gas": 0, "value": 0}}
    if run.txs.rejected_txs:
        post["expectException"] = str(list(run.txs.rejected_txs.values())[0])[:200]
    return post


def member(case, post):
    """A case as a state test's value."""
    return {"env": case["env"], "pre": case["pre"], "transaction": case["transaction"], "post": {case["fork"]: [post]}}


def new_cache():
    return ForkCache()
