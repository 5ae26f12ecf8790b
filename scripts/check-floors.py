#!/usr/bin/env python3
"""Fails when a target imports upward: reads the package's own description and each source file's imports.

The order of targets in Package.swift is the order of the floors: a target may depend only on targets listed
before it, and declares exactly what its files import, no more and no less."""
import json
import pathlib
import re
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parent.parent
manifest = (root / "Package.swift").read_text()
order = re.findall(r'^\s*(?:room\(\s*"\w+", |\.(?:target|systemLibrary|executableTarget)\(\s*name: )"(\w+)"', manifest, re.M)
rank = {name: index for index, name in enumerate(order)}
targets = json.loads(subprocess.check_output(["swift", "package", "dump-package", "--package-path", str(root)]))["targets"]

# Modules that come with the toolchain.
system = {"Dispatch", "Foundation", "FoundationEssentials", "FoundationNetworking", "Glibc", "Synchronization", "Testing", "XCTest"}
importing = re.compile(
    r"^(?:(?:public|internal|package|private|@testable|@_exported|@preconcurrency)\s+)*import\s+"
    r"(?:(?:struct|class|enum|protocol|func|typealias)\s+)?(\w+)", re.M)

faults = [f"Package.swift:{number}: {len(line)} characters, at most 140"
          for number, line in enumerate(manifest.splitlines(), 1) if len(line) > 140]
for target in targets:
    name = target["name"]
    declared = set()
    for dependency in target["dependencies"]:
        if "byName" in dependency:
            declared.add(dependency["byName"][0])
        elif "product" in dependency:
            declared.add(dependency["product"][0])
    if name in rank:
        for other in sorted(declared & rank.keys()):
            if rank[other] >= rank[name]:
                faults.append(f"{name} depends on {other}, which stands on a higher floor")
    sources = sorted((root / target["path"]).rglob("*.swift")) if target.get("path") else []
    if not sources:
        continue
    seen = set()
    for source in sources:
        for imported in sorted(set(importing.findall(source.read_text())) - system - {name}):
            seen.add(imported)
            if imported not in declared:
                faults.append(f"{source.relative_to(root)} imports {imported}, which {name} does not declare")
    for other in sorted(declared - seen):
        faults.append(f"{name} declares {other}, but none of its files imports it")

# What decides whether a block is valid can reach no network, clock, randomness or file: the closure of the state transition
# and the fork choice imports nothing but itself (and a lock for the cache of parsed keys), and names none of these types.
declared = {t["name"]: {d["byName"][0] for d in t["dependencies"] if "byName" in d} for t in targets}
pure, open_names = set(), ["StateTransition", "ForkChoice", "AckQuorum"]
while open_names:
    name = open_names.pop()
    if name not in pure:
        pure.add(name)
        open_names += declared.get(name, ())
impure = re.compile(r"\b(ContinuousClock|SuspendingClock|Date\(|URLSession|SystemRandomNumberGenerator|FileManager|FileHandle|Logger\(|Task\s*\{|await)")
paths = {t["name"]: t["path"] for t in targets if t.get("path")}
for name in sorted(pure):
    for source in sorted((root / paths[name]).rglob("*.swift")):
        text = re.sub(r"//.*", "", source.read_text())
        imports = set(re.findall(r"^(?:(?:public|internal|package|private)\s+)*import\s+(?:struct\s+|func\s+)?(\w+)", text, re.M))
        for other in sorted(imports - pure - {"Synchronization"}):
            faults.append(f"{source.relative_to(root)} imports {other}: block validity must depend on block and state alone")
        for found in sorted(set(impure.findall(text))):
            faults.append(f"{source.relative_to(root)} uses {found}: block validity must depend on block and state alone")

for name in ("Utils", "Helpers", "Manager", "Common"):
    for source in (root / "Sources").rglob(f"*{name}*"):
        if "upstream" not in source.parts:
            faults.append(f"{source.relative_to(root)}: no {name} in this house")

print("\n".join(faults) if faults else f"floors: {len(order)} targets, every import points down; {len(pure)} pure ones decide validity")
sys.exit(1 if faults else 0)
