#!/usr/bin/env python3
"""Compares the EVM with revm (`pip install pyrevm`) on the public benchmark contracts, in turns on one machine.

    scripts/bench-evm.py [--polai .build/release/polai] [--vectors ../shared/vectors/bench] [--rounds 5]

Both run every choice of a test; the least processor time of all rounds counts, and ratios are printed."""
import argparse
import json
import pathlib
import subprocess
import time

from pyrevm import EVM, AccountInfo, BlockEnv

root = pathlib.Path(__file__).resolve().parent.parent
parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--polai", default=str(root / ".build/release/polai"))
parser.add_argument("--vectors", default=str(root.parent / "shared/vectors/bench"))
parser.add_argument("--rounds", type=int, default=5)
parser.add_argument("--repeats", type=int, default=5)
arguments = parser.parse_args()


def number(text):
    return int(text, 16)


def revm(test, repeats):
    """Milliseconds of processor time for all choices of a test."""
    total, transaction = 0.0, test["transaction"]
    for choice in next(iter(test["post"].values())):
        best = float("inf")
        index = choice["indexes"]
        for _ in range(repeats):
            evm = EVM(spec_id="LONDON")
            evm.set_block_env(BlockEnv(number=1, timestamp=number(test["env"]["currentTimestamp"]), gas_limit=2**63))
            for address, account in test["pre"].items():
                evm.insert_account_info(address, AccountInfo(
                    nonce=number(account["nonce"]), balance=10**30, code=bytes.fromhex(account["code"][2:])))
                for slot, value in account["storage"].items():
                    evm.insert_account_storage(address, number(slot), number(value))
            data = bytes.fromhex(transaction["data"][index["data"]][2:])
            gas = number(transaction["gasLimit"][index["gas"]])
            start = time.process_time()
            evm.message_call(caller=transaction["sender"], to=transaction["to"], calldata=data, gas=gas)
            best = min(best, time.process_time() - start)
        total += best * 1000
    return total


ours, theirs = {}, {}
for _ in range(arguments.rounds):
    for file in sorted(pathlib.Path(arguments.vectors).glob("*.json")):
        for name, test in json.loads(file.read_text()).items():
            theirs[name] = min(theirs.get(name, float("inf")), revm(test, arguments.repeats))
    output = subprocess.run(
        [arguments.polai, "statetest", "--bench", str(arguments.repeats), arguments.vectors],
        capture_output=True, text=True, check=True).stdout
    for line in output.splitlines():
        name, milliseconds, _ = line.split()
        ours[name] = min(ours.get(name, float("inf")), float(milliseconds))
for name in ours:
    print(f"{name}: {ours[name]:.3f} ms, revm {theirs[name]:.3f} ms, ratio {ours[name] / theirs[name]:.2f}")
