#!/usr/bin/env python3
"""Differential fuzzing of whole blocks: `polai t8n` against the executable specification's t8n.

    scripts/fuzz-blocks.py --polai .build/release/polai --seconds 600 [--seed 0] [--fork Prague]

Needs `pip install ethereum-execution coincurve`. A block has several random transactions of one sender, withdrawals, and
under Cancun and Prague the system contracts; roots, receipts' root, bloom, gas, requests and refused positions must agree."""
import argparse
import io
import json
import random
import subprocess
import sys
import time
import pathlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import evm_cases
from ethereum_spec_tools.evm_tools.t8n import T8N

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--polai", default=".build/release/polai")
parser.add_argument("--seconds", type=float, default=60)
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--fork", choices=evm_cases.FORKS)
arguments = parser.parse_args()

SYSTEM = {
    # EIP-4788 and EIP-2935, with their deployed code.
    "0x000f3df6d732807ef1319fb7b8bb8522d0beac02":
        "3373fffffffffffffffffffffffffffffffffffffffe14604d57602036146024575f5ffd5b5f35801560495762001fff810690815414603c57"
        "5f5ffd5b62001fff01545f5260205ff35b5f5ffd5b62001fff42064281555f359062001fff015500",
    "0x0000f90827f1c53a10cb7a02335b175320002935":
        "3373fffffffffffffffffffffffffffffffffffffffe14604657602036036042575f35600143038111604257611fff8143031160425761"
        "1fff9006545f5260205ff35b5f5ffd5b5f35611fff60014303065500",
    # In place of EIP-7002 and EIP-7251: what they return is what was called for last.
    "0x00000961ef480eb55e80d19ad83579a64c007002": "5f545f5260205ff3",
    "0x0000bbddc7ce488642fb579f8b00f3a590007251": "365f5500",
}


def block(seed):
    rng = random.Random(f"block {seed}")
    first = evm_cases.random_case(rng.getrandbits(32), arguments.fork)
    fork, level = first["fork"], evm_cases.fork_index(first["fork"])
    alloc = first["pre"]
    alloc[evm_cases.SENDER]["balance"] = hex(10**24)
    if level >= 11:
        for address, code in SYSTEM.items():
            alloc[address] = {"balance": "0x0", "nonce": "0x1", "code": "0x" + code, "storage": {"0x0": hex(rng.randrange(9))}}
    transactions, nonce = [], 0
    for _ in range(rng.randrange(1, 5)):
        made = evm_cases.random_case(rng.getrandbits(32), fork)["transaction"]
        transaction = {"input": made["data"][0], "gas": made["gasLimit"][0], "value": made["value"][0], "to": made["to"] or None,
                       "nonce": hex(nonce + (rng.random() < 0.05)), "secretKey": evm_cases.KEY, "v": "0x0", "r": "0x0", "s": "0x0"}
        kind = 0
        for field, number in [("gasPrice", 0), ("maxFeePerGas", 2), ("maxFeePerBlobGas", 3), ("authorizationList", 4)]:
            if field in made:
                transaction[field], kind = made[field], max(kind, number)
        for field in ("maxPriorityFeePerGas", "blobVersionedHashes"):
            if field in made:
                transaction[field] = made[field]
        if "accessLists" in made:
            transaction["accessList"], kind = made["accessLists"][0], max(kind, 1)
        elif kind:
            transaction["accessList"] = []
        transaction["type"] = hex(kind)
        if kind:
            transaction["chainId"] = "0x1"
        else:
            transaction["protected"] = False
        transactions.append(transaction)
        nonce += 1
    parent = "0x" + rng.randbytes(32).hex()
    env = dict(first["env"], currentNumber="0x2", blockHashes={"0": "0x" + rng.randbytes(32).hex(), "1": parent},
               parentBeaconBlockRoot="0x" + rng.randbytes(32).hex(), ommers=[],
               withdrawals=[{"index": hex(i), "validatorIndex": hex(i), "amount": hex(rng.choice([0, 1, 10**9])),
                             "address": rng.choice(evm_cases.CONTRACTS + ["0x" + "99" * 20])} for i in range(rng.randrange(3))])
    return fork, {"alloc": alloc, "env": env, "txs": transactions}


def specification(fork, text, cache):
    options = evm_cases._parser.parse_args(["t8n", "--input.alloc", "stdin", "--input.env", "stdin", "--input.txs", "stdin",
                                            "--state.fork", fork, "--state.reward", "-1"])
    run = T8N(options, io.StringIO(), io.StringIO(text), cache)
    run.run_blockchain_test()
    return run.result.to_json()


def ours(fork, text):
    result = subprocess.run(
        [arguments.polai, "t8n", "--input.alloc", "stdin", "--input.env", "stdin", "--input.txs", "stdin", "--output.alloc",
         "stdout", "--output.result", "stdout", "--output.body", "stdout", "--state.fork", fork, "--state.reward", "-1"],
        input=text, capture_output=True, text=True)
    return json.loads(result.stdout)["result"] if result.returncode == 0 else {"failed": result.stderr[-300:]}


end, seed, differing = time.time() + arguments.seconds, arguments.seed, 0
with evm_cases.new_cache() as cache:
    while time.time() < end:
        fork, inputs = block(seed)
        text = json.dumps(inputs)
        expected, got = specification(fork, text, cache), ours(fork, text)
        fields = ["stateRoot", "txRoot", "receiptsRoot", "logsHash", "logsBloom", "gasUsed", "withdrawalsRoot", "blobGasUsed",
                  "requestsHash", "requests"]
        wrong = {name: (expected.get(name), got.get(name)) for name in fields
                 if name in expected and expected[name] is not None and expected[name] != got.get(name)}
        if "requests" in wrong and not expected["requests"] and not got.get("requests"):
            del wrong["requests"]
        # The specification counts refused transactions into the first root, and their positions into the second.
        if expected.get("rejected"):
            wrong.pop("txRoot", None)
            wrong.pop("receiptsRoot", None)
        refused = [[item["index"] for item in side.get("rejected", [])] for side in (expected, got)]
        if wrong or refused[0] != refused[1] or "failed" in got:
            differing += 1
            print(f"seed {seed} {fork}: {str(wrong)[:400]} refused {refused} {got.get('failed', '')}")
        seed += 1
print(f"{seed - arguments.seed} blocks, {differing} differ, next seed {seed}")
sys.exit(1 if differing else 0)
