#!/usr/bin/env python3
"""Runs the public execution suites and writes docs/conformance.md from what came out.

    scripts/conformance.py [--polai .build/release/polai] [--vectors ../shared/vectors/execution]

A suite is a subcommand of polai over one folder. Fails when a case fails."""
import argparse
import json
import pathlib
import re
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parent.parent
parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--polai", default=str(root / ".build/release/polai"))
parser.add_argument("--vectors", default=str(root.parent / "shared/vectors/execution"))
arguments = parser.parse_args()
vectors = pathlib.Path(arguments.vectors)

# Suite, the subcommand that runs it, its folder.
suites = [
    ("GeneralStateTests", "statetest", "GeneralStateTests"),
    ("TransactionTests", "transactiontest", "TransactionTests"),
    ("BlockchainTests/ValidBlocks", "blocktest", "BlockchainTests/ValidBlocks"),
    ("DifficultyTests", "difficultytest", "DifficultyTests"),
]
# Cases that the project fills itself with the executable specification.
own = [
    ("EIPs of Cancun and Prague, filled by the executable specification", "statetest",
     root / "Tests/ExecutionVectorsTests/Vectors/eips"),
]
exclusions = json.loads((root / "Tests/ExecutionVectorsTests/Vectors/exclusions.json").read_text())["exclusions"]


def run(command, location):
    result = subprocess.run([arguments.polai, command, str(location)], capture_output=True, text=True)
    counts = re.search(r"(\d+) passed, (\d+) failed, (\d+) skipped\s*$", result.stdout)
    if not counts:
        sys.exit(f"{command} {location}: {result.stdout[-500:]}{result.stderr[-500:]}")
    sys.stdout.write("".join(line + "\n" for line in result.stdout.splitlines() if line.startswith("FAILED")))
    return [int(count) for count in counts.groups()]


rows, failed = [], 0
for name, command, location in [(n, c, vectors / f) for n, c, f in suites] + own:
    if not pathlib.Path(location).exists():
        sys.exit(f"{name}: {location} is not there; docs/conformance.md stays as it is")
    passed, failures, skipped = run(command, location)
    failed += failures
    rows.append(f"| {name} | `polai {command}` | {passed + failures + skipped} | {passed} | {failures} | {skipped} |")
    print(f"{name}: {passed} passed, {failures} failed, {skipped} skipped")

lines = [
    "# Conformance of the execution layer",
    "",
    "Written by `scripts/conformance.py`; do not edit. A case is one fork and one choice of data, gas and value (state tests),",
    "one fork (transaction tests), one chain (blockchain tests) or one header (difficulty tests).",
    "",
    "| suite | run by | cases | passed | failed | skipped |",
    "| --- | --- | ---: | ---: | ---: | ---: |",
    *rows,
    "",
    "The tests run the trie, RLP and proof-of-work suites: `StateTrieTests`, `RLPTests`, `ProofOfWorkTests`.",
    "",
    "## Left out",
    "",
]
lines += [f"- `{e['path']}`: {e['reason']}" for e in exclusions] or ["Nothing of these suites."]
(root / "docs/conformance.md").write_text("\n".join(lines) + "\n")
sys.exit(1 if failed else 0)
