#!/usr/bin/env python3
"""Differential fuzzing of the EVM against the executable specification, with shrinking.

    scripts/fuzz-evm.py --polai .build/release/polai --seconds 3600 [--seed 0] [--fork Prague] [--out DIR]

Needs `pip install ethereum-execution coincurve`. Random transactions over random contracts are filled by the
specification and run by `polai statetest`. A case that differs is made smaller and written to DIR as a state test, to be
kept in Tests/ExecutionVectorsTests/Vectors/fuzz."""
import argparse
import copy
import json
import pathlib
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import evm_cases

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--polai", default=".build/release/polai")
parser.add_argument("--seconds", type=float, default=60)
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--batch", type=int, default=50)
parser.add_argument("--fork", choices=evm_cases.FORKS)
parser.add_argument("--out", default="fuzz-evm")
arguments = parser.parse_args()
folder = pathlib.Path(tempfile.mkdtemp())


def run(members):
    """The names of the cases that differ."""
    file = folder / "batch.json"
    file.write_text(json.dumps(members))
    result = subprocess.run([arguments.polai, "statetest", str(file)], capture_output=True, text=True)
    failed = {line[7:].split(": ", 1)[-1].split("[")[0]: line for line in result.stdout.splitlines() if line.startswith("FAILED ")}
    # A crash names no case: find it one by one.
    if not result.stdout.rstrip().endswith("skipped"):
        if len(members) == 1:
            return {name: "crash: " + result.stderr[-300:] for name in members}
        failed = {}
        for name, value in members.items():
            failed.update(run({name: value}))
    return failed


def differs(case, cache):
    try:
        post = evm_cases.fill(case, cache)
    except Exception:
        return False
    return bool(run({"case": evm_cases.member(case, post)}))


def shrink(case, cache):
    """Removes accounts, slots and code from the end and the middle while the case still differs."""
    changed = True
    while changed:
        changed = False
        for address in list(case["pre"]):
            smaller = copy.deepcopy(case)
            if address != evm_cases.SENDER:
                del smaller["pre"][address]
                if differs(smaller, cache):
                    case, changed = smaller, True
                    continue
            code = bytes.fromhex(case["pre"][address]["code"][2:])
            length = len(code) // 2
            while length:
                start = 0
                while start < len(code):
                    cut = code[:start] + code[start + length:]
                    smaller = copy.deepcopy(case)
                    smaller["pre"][address]["code"] = "0x" + cut.hex()
                    if differs(smaller, cache):
                        case, code, changed = smaller, cut, True
                    else:
                        start += length
                length //= 2
    return case


end, seed, total, found = time.time() + arguments.seconds, arguments.seed, 0, 0
with evm_cases.new_cache() as cache:
    while time.time() < end:
        members, cases = {}, {}
        for _ in range(arguments.batch):
            name = f"seed{seed}"
            case = evm_cases.random_case(seed, arguments.fork)
            seed += 1
            try:
                members[name] = evm_cases.member(case, evm_cases.fill(case, cache))
                cases[name] = case
            except Exception as error:
                print(f"{name}: the specification failed: {error!r}"[:200])
        total += len(members)
        for name, line in run(members).items():
            found += 1
            print(line)
            case = shrink(cases[name], cache)
            out = pathlib.Path(arguments.out)
            out.mkdir(parents=True, exist_ok=True)
            post = evm_cases.fill(case, cache)
            (out / f"{name}.json").write_text(json.dumps({name: evm_cases.member(case, post)}, indent=1))
print(f"{total} cases, {found} differ, next seed {seed}")
sys.exit(1 if found else 0)
