#!/usr/bin/env python3
"""Fails when a target imports upward: reads the package's own description and each source file's imports.

The order of targets in Package.swift is the order of the floors: a target may depend only on targets listed
before it, and a source file may import only what its target declares."""
import json
import pathlib
import re
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parent.parent
manifest = (root / "Package.swift").read_text()
order = re.findall(r'^\s*(?:room\("\w+", |\.(?:target|systemLibrary|executableTarget)\(\s*name: )"(\w+)"', manifest, re.M)
rank = {name: index for index, name in enumerate(order)}
targets = json.loads(subprocess.check_output(["swift", "package", "dump-package", "--package-path", str(root)]))["targets"]

faults = []
for target in targets:
    name = target["name"]
    if target["type"] == "test" or name not in rank:
        continue
    declared = set()
    for dependency in target["dependencies"]:
        if "byName" in dependency:
            declared.add(dependency["byName"][0])
        elif "product" in dependency:
            declared.add(dependency["product"][0])
    for other in sorted(declared & rank.keys()):
        if rank[other] >= rank[name]:
            faults.append(f"{name} depends on {other}, which stands on a higher floor")
    for source in sorted((root / target["path"]).rglob("*.swift")) if target.get("path") else []:
        for imported in re.findall(r"^(?:(?:public|internal|package|private|@testable|@_exported)\s+)*import\s+(?:\w+\s+)?(\w+)", source.read_text(), re.M):
            if imported in rank and imported not in declared:
                faults.append(f"{source.relative_to(root)} imports {imported}, which {name} does not declare")

for name in ("Utils", "Helpers", "Manager", "Common"):
    for source in (root / "Sources").rglob(f"*{name}*"):
        if "upstream" not in source.parts:
            faults.append(f"{source.relative_to(root)}: no {name} in this house")

print("\n".join(faults) if faults else f"floors: {len(order)} targets, every import points down")
sys.exit(1 if faults else 0)
