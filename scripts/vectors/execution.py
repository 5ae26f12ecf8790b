#!/usr/bin/env python3
"""Writes Tests/StateTrieTests/Vectors/tries.json and Tests/ExecutionChainTests/Vectors/blocks.json with the official
executable specification of the execution layer. Needs Python 3.11 and: pip install ethereum-execution"""
import json
import pathlib
import random
import types

from ethereum.crypto.hash import keccak256
from ethereum.forks.cancun import blocks as cancun
from ethereum.forks.frontier import blocks as frontier
from ethereum.forks.london import blocks as london
from ethereum.forks.prague import blocks as prague, fork as prague_fork, state as prague_state, trie as prague_trie
from ethereum.forks.prague.fork_types import Account, Address, Bloom
from ethereum.forks.prague.requests import compute_requests_hash
from ethereum.forks.shanghai import blocks as shanghai
from ethereum_rlp import rlp
from ethereum_types.bytes import Bytes, Bytes8, Bytes32
from ethereum_types.numeric import U64, U256, Uint

ROOT = pathlib.Path(__file__).resolve().parents[2]
rng = random.Random(13337)


def some(count):
    return rng.randbytes(count)


def hexed(value):
    return "0x" + bytes(value).hex()


def write(path, content):
    path = ROOT / path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1) + "\n")


# Tries: the same entries plain and with hashed keys.
def trie_vector(count, key_length, value_length):
    entries = {}
    while len(entries) < count:
        # Few byte values, so that keys share beginnings; equal lengths, as the specification's tries have.
        entries[bytes(rng.choice(b"\x00\x01\x10\x1f\xf0\xff") for _ in range(key_length))] = some(rng.randint(1, value_length))
    roots = []
    for secured in (False, True):
        trie = prague_trie.Trie(secured=secured, default=b"")
        for key, value in entries.items():
            prague_trie.trie_set(trie, Bytes(key), Bytes(value))
        roots.append(hexed(prague_trie.root(trie)))
    return {"entries": [[hexed(k), hexed(v)] for k, v in entries.items()], "root": roots[0], "secureRoot": roots[1]}


def ordered_root(values):
    trie = prague_trie.Trie(secured=False, default=b"")
    for index, value in enumerate(values):
        prague_trie.trie_set(trie, rlp.encode(Uint(index)), Bytes(value))
    return hexed(prague_trie.root(trie))


def state_vector(accounts):
    state = prague_state.State()
    listed = []
    for _ in range(accounts):
        address = Address(some(20))
        code = some(rng.choice([0, 0, 40]))
        nonce, balance = rng.randint(0, 3), rng.randint(1, 10**24)
        slots = {some(32): rng.choice([1, 2**255, rng.getrandbits(64) + 1]) for _ in range(rng.choice([0, 0, 1, 20]))}
        prague_state.set_account(state, address, Account(nonce=Uint(nonce), balance=U256(balance), code=Bytes(code)))
        for slot, value in slots.items():
            prague_state.set_storage(state, address, Bytes32(slot), U256(value))
        listed.append({
            "address": hexed(address), "nonce": nonce, "balance": hex(balance), "code": hexed(code),
            "storage": [[hexed(k), hex(v)] for k, v in slots.items()]})
    return {"accounts": listed, "root": hexed(prague_state.state_root(state))}


orders = []
for count in (0, 1, 2, 16, 127, 128, 129, 300):
    values = [some(rng.choice([1, 20, 40, 200])) for _ in range(count)]
    orders.append({"seed": [hexed(v) for v in values] if count < 20 else None, "count": count})
    # Long lists are made by a rule, to keep the file small: value i is i + 1 bytes of i mod 256, at most 60.
    if count >= 20:
        values = [bytes([i % 256]) * min(i + 1, 60) for i in range(count)]
    orders[-1]["root"] = ordered_root(values)

write("Tests/StateTrieTests/Vectors/tries.json", {
    "tries": [trie_vector(*shape) for shape in ((1, 4, 40), (2, 4, 3), (20, 2, 40), (20, 8, 3), (60, 3, 70), (40, 32, 40))],
    "ordered": orders,
    "states": [state_vector(n) for n in (1, 2, 20)],
})


# Headers of five forks.
def header(blocks, fork):
    fields = dict(
        parent_hash=Bytes32(some(32)), ommers_hash=Bytes32(some(32)), coinbase=Address(some(20)), state_root=Bytes32(some(32)),
        transactions_root=Bytes32(some(32)), receipt_root=Bytes32(some(32)), bloom=Bloom(some(256)),
        difficulty=Uint(rng.choice([0, 1, 127, 128, rng.getrandbits(64), rng.getrandbits(200)])),
        number=Uint(rng.choice([0, 1, 255, rng.getrandbits(40)])), gas_limit=Uint(rng.getrandbits(40)),
        gas_used=Uint(rng.choice([0, rng.getrandbits(30)])), timestamp=U256(rng.getrandbits(34)),
        extra_data=Bytes(some(rng.choice([0, 1, 32, 64]))), nonce=Bytes8(some(8)))
    fields["prev_randao" if fork in ("shanghai", "cancun", "prague") else "mix_digest"] = Bytes32(some(32))
    if fork != "frontier":
        fields["base_fee_per_gas"] = Uint(rng.choice([0, 7, rng.getrandbits(80)]))
    if fork in ("shanghai", "cancun", "prague"):
        fields["withdrawals_root"] = Bytes32(some(32))
    if fork in ("cancun", "prague"):
        fields |= dict(
            blob_gas_used=U64(rng.choice([0, 131072])), excess_blob_gas=U64(rng.getrandbits(20)),
            parent_beacon_block_root=Bytes32(some(32)))
    if fork == "prague":
        fields["requests_hash"] = Bytes32(some(32))
    return blocks.Header(**fields)


def header_vector(blocks, fork):
    value = header(blocks, fork)
    encoded = rlp.encode(value)
    items = list(rlp.decode(encoded))
    return {
        "fork": fork, "rlp": hexed(encoded), "hash": hexed(keccak256(encoded)),
        "sealHash": hexed(keccak256(rlp.encode(items[:14] + items[15:]))),
        "ethashSealHash": hexed(keccak256(rlp.encode(items[:13] + items[15:])))}


def withdrawal(address=None, amount=None):
    return prague.Withdrawal(
        index=U64(rng.getrandbits(rng.choice([0, 8, 40]))), validator_index=U64(rng.choice([0, 5, 2**64 - 1])),
        address=Address(address or some(20)), amount=U256(rng.randint(1, 10**11) if amount is None else amount))


def block_vector(withdrawals):
    listed = tuple(withdrawal() for _ in range(withdrawals))
    # A legacy transaction is a list of nine items, a typed one a byte string.
    legacy = [some(2), some(5), some(2), some(20), some(8), b"", b"\x1b", some(32), some(32)]
    typed = b"\x02" + some(50)
    value = [list(rlp.decode(rlp.encode(header(prague, "prague")))), [legacy, typed], [],
             [list(rlp.decode(rlp.encode(w))) for w in listed]]
    return {
        "rlp": hexed(rlp.encode(value)), "transactions": [hexed(rlp.encode(legacy)), hexed(typed)],
        "transactionsRoot": ordered_root([rlp.encode(legacy), typed]),
        "withdrawalsRoot": ordered_root([rlp.encode(w) for w in listed])}


def withdrawals_vector():
    state = prague_state.State()
    before = {some(20): rng.randint(1, 10**20) for _ in range(6)}
    for address, balance in before.items():
        prague_state.set_account(state, Address(address), Account(nonce=Uint(0), balance=U256(balance), code=Bytes()))
    known = list(before)
    listed = tuple(
        [withdrawal(known[0]), withdrawal(known[0]), withdrawal(known[1], 2**64 - 1), withdrawal(amount=0)]
        + [withdrawal() for _ in range(5)])
    pre = hexed(prague_state.state_root(state))
    output = types.SimpleNamespace(withdrawals_trie=prague_trie.Trie(secured=False, default=None))
    prague_fork.process_withdrawals(types.SimpleNamespace(state=state), output, listed)
    return {
        "balances": [[hexed(a), hex(b)] for a, b in before.items()], "preRoot": pre,
        "withdrawals": [hexed(rlp.encode(w)) for w in listed], "withdrawalsRoot": hexed(prague_trie.root(output.withdrawals_trie)),
        "postRoot": hexed(prague_state.state_root(state))}


def base_fee_vector():
    limit = rng.choice([5000, 30_000_000, rng.randint(5000, 2**40)])
    used = rng.choice([0, limit, limit // 2, rng.randint(0, limit)])
    fee = rng.choice([0, 7, 10**9, rng.getrandbits(100)])
    result = prague_fork.calculate_base_fee_per_gas(Uint(limit), Uint(limit), Uint(used), Uint(fee))
    return [limit, used, str(fee), str(int(result))]


def requests_vector():
    requests = [bytes([kind]) + some(rng.choice([1, 76, 192])) for kind in range(3) if rng.random() < 0.7]
    return {"requests": [hexed(r) for r in requests], "hash": hexed(compute_requests_hash([Bytes(r) for r in requests]))}


forks = (("frontier", frontier), ("london", london), ("shanghai", shanghai), ("cancun", cancun), ("prague", prague))
write("Tests/ExecutionChainTests/Vectors/blocks.json", {
    "headers": [header_vector(blocks, fork) for fork, blocks in forks for _ in range(3)],
    "blocks": [block_vector(n) for n in (0, 1, 17)],
    "withdrawals": [withdrawals_vector() for _ in range(2)],
    "baseFees": [base_fee_vector() for _ in range(40)],
    "requests": [requests_vector() for _ in range(4)],
})
