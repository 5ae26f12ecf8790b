#!/usr/bin/env python3
"""Runs the public execution suites and writes docs/conformance.md from what came out.

    scripts/conformance.py [--polai .build/release/polai] [--vectors ../shared/vectors/execution] [--rpc FOLDER]

A suite is a subcommand of polai over one folder. Fails when a case fails."""
import argparse
import collections
import json
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

root = pathlib.Path(__file__).resolve().parent.parent
parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--polai", default=str(root / ".build/release/polai"))
parser.add_argument("--vectors", default=str(root.parent / "shared/vectors/execution"))
parser.add_argument("--rpc", help="folder of the JSON-RPC suite with chain.rlp and genesis.json (default: VECTORS/rpc)")
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
    ("EIPs of Cancun, Prague and Osaka, filled by the executable specification", "statetest",
     root / "Tests/ExecutionVectorsTests/Vectors/eips"),
]
rpc = pathlib.Path(arguments.rpc) if arguments.rpc else vectors / "rpc"
rpc_exclusions = root / "Tests/JSONRPCTests/Vectors/exclusions.json"
exclusions = json.loads((root / "Tests/ExecutionVectorsTests/Vectors/exclusions.json").read_text())["exclusions"]


def run(command, location):
    result = subprocess.run([arguments.polai, command, str(location)], capture_output=True, text=True)
    counts = re.search(r"(\d+) passed, (\d+) failed, (\d+) skipped\s*$", result.stdout)
    if not counts:
        sys.exit(f"{command} {location}: {result.stdout[-500:]}{result.stderr[-500:]}")
    sys.stdout.write("".join(line + "\n" for line in result.stdout.splitlines() if line.startswith("FAILED")))
    return [int(count) for count in counts.groups()]


def run_rpc(folder):
    """Imports the suite's chain, serves it, and asks what the suite asks: counts by namespace."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as datadir:
        subprocess.run([arguments.polai, "import", "--datadir", datadir, "--genesis", folder / "genesis.json", "--fakepow",
                        folder / "chain.rlp"], check=True, capture_output=True)
        node = subprocess.Popen([arguments.polai, "serve", "--datadir", datadir, "--http.port", str(port), "--testing"],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for _ in range(200):
                try:
                    urllib.request.urlopen(url, timeout=1).read()
                    break
                except OSError:
                    time.sleep(0.1)
            result = subprocess.run([arguments.polai, "rpctest", url, str(folder), "--exclusions", str(rpc_exclusions)],
                                    capture_output=True, text=True)
        finally:
            node.terminate()
            node.wait()
    if not re.search(r"\d+ passed, \d+ failed, \d+ skipped\s*$", result.stdout):
        sys.exit(f"rpctest: {result.stdout[-500:]}{result.stderr[-500:]}")
    sys.stdout.write("".join(line + "\n" for line in result.stdout.splitlines() if line.startswith("FAILED")))
    wrong = {line.split()[1].rstrip(":") for line in result.stdout.splitlines() if line.startswith("FAILED")}
    left_out = {entry["path"] for entry in json.loads(rpc_exclusions.read_text())["exclusions"]}
    counts = collections.defaultdict(lambda: [0, 0, 0])
    for file in sorted(folder.rglob("*.io")):
        name = str(file.relative_to(folder))
        space = name.split("_")[0] if not name.startswith("eth_simulate") else "eth_simulateV1"
        counts[space][2 if name in left_out else 1 if name in wrong else 0] += 1
    return counts


rows, failed = [], 0
for name, command, location in [(n, c, vectors / f) for n, c, f in suites] + own:
    if not pathlib.Path(location).exists():
        sys.exit(f"{name}: {location} is not there; docs/conformance.md stays as it is")
    passed, failures, skipped = run(command, location)
    failed += failures
    rows.append(f"| {name} | `polai {command}` | {passed + failures + skipped} | {passed} | {failures} | {skipped} |")
    print(f"{name}: {passed} passed, {failures} failed, {skipped} skipped")

spaces = run_rpc(rpc)
total = [sum(counts[index] for counts in spaces.values()) for index in range(3)]
failed += total[1]
rows.append(f"| rpc-compat, {sum(total)} files | `polai rpctest` | {sum(total)} | {total[0]} | {total[1]} | {total[2]} |")
print(f"rpc-compat: {total[0]} passed, {total[1]} failed, {total[2]} skipped")

page = root / "docs/conformance.md"
# What is said of messages is no figure of these suites: it stays as it is written there.
messages = re.search(r"^## Messages of the execution network\n.*?\n(?=## )", page.read_text(), re.M | re.S)
if not messages:
    sys.exit("docs/conformance.md has no section on messages")

lines = [
    "# Conformance of the execution layer",
    "",
    "Written by `scripts/conformance.py`, which leaves the section on messages as it is; do not edit the rest. A case is one fork and one",
    "choice of data, gas and value (state tests), one fork (transaction tests), one chain (blockchain tests) or one header (difficulty tests).",
    "",
    "| suite | run by | cases | passed | failed | skipped |",
    "| --- | --- | ---: | ---: | ---: | ---: |",
    *rows,
    "",
    "The JSON-RPC suite by namespace:",
    "",
    "| namespace | files | passed | failed | skipped |",
    "| --- | ---: | ---: | ---: | ---: |",
    *[f"| {space} | {sum(c)} | {c[0]} | {c[1]} | {c[2]} |" for space, c in sorted(spaces.items())],
    "",
    "The tests run the trie, RLP and proof-of-work suites: `StateTrieTests`, `RLPTests`, `ProofOfWorkTests`.",
    "",
    *messages[0].rstrip("\n").split("\n"),
    "",
    "## Left out",
    "",
]
exclusions += [dict(e, path=f"rpc/{e['path']}") for e in json.loads(rpc_exclusions.read_text())["exclusions"]]
lines += [f"- `{e['path']}`: {e['reason']}" for e in exclusions] or ["Nothing of these suites."]
page.write_text("\n".join(lines) + "\n")
sys.exit(1 if failed else 0)
