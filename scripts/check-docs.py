#!/usr/bin/env python3
"""Fails when the documents say what is not there: relative links and their anchors, `polai` subcommands and options,
`make` targets, and paths under Sources, Tests, scripts and docs that a document names."""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parent.parent
documents = sorted(root.glob("*.md")) + sorted((root / "docs").rglob("*.md"))
commands = "\n".join(path.read_text() for path in sorted((root / "Sources/polai").rglob("*.swift")))
subcommands = set(re.findall(r'commandName: "([a-z0-9-]+)"', commands))
options = {"help", "version"} | {re.sub(r"(?<!^)([A-Z])", lambda m: "-" + m[1].lower(), name)
                      for name in re.findall(r"^\s*var (\w+)\b", commands, re.M) + re.findall(r"@Flag\b.*?var (\w+)", commands, re.S)
                      + re.findall(r"@Option\b[^\n]*\n?[^\n]*?\bvar (\w+)", commands)}
options |= set(re.findall(r'\.customLong\("([a-z.-]+)"', commands))
targets = set(re.findall(r"^([a-z-]+):", (root / "Makefile").read_text(), re.M))


def anchors(text):
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in re.findall(r"^#+ (.+?)\s*$", text, re.M)}


faults = []
for document in documents:
    text = document.read_text()
    where = document.relative_to(root)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        if not target.exists():
            faults.append(f"{where}: the link {link} leads nowhere")
        elif anchor and target.suffix == ".md" and anchor not in anchors(target.read_text()):
            faults.append(f"{where}: {path or 'this page'} has no heading #{anchor}")
    shown = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.S))
    for line in re.findall(r"(?:^|`|release/)polai ([a-z][^\n`|]*)", shown, re.M):
        words = line.split()
        if words[0] not in subcommands:
            faults.append(f"{where}: there is no command 'polai {words[0]}'")
        for option in re.findall(r"(?<!\S)--([a-z][a-z.-]*[a-z])", line):
            if option.removeprefix("no-") not in options and option not in options:
                faults.append(f"{where}: no polai command has --{option}")
    for target in re.findall(r"`make ([a-z-]+)", text):
        if target not in targets:
            faults.append(f"{where}: the Makefile has no target '{target}'")
    for path in re.findall(r"`((?:Sources|Tests|scripts|docs|Benchmarks|Fuzz)/[\w./+-]*\w)`", text):
        if not (root / path).exists():
            faults.append(f"{where}: {path} is not there")

# Comments cite the protocol by heading, and nothing that is not in this repository.
for source in sorted(list((root / "Sources").rglob("*.swift")) + list((root / "Tests").rglob("*.swift"))):
    text = source.read_text()
    where = source.relative_to(root)
    for path, anchor in re.findall(r"\b(docs/[\w/-]+\.md)(?:#([\w-]+))?", text):
        if not (root / path).exists():
            faults.append(f"{where}: {path} is not there")
        elif anchor and anchor not in anchors((root / path).read_text()):
            faults.append(f"{where}: {path} has no heading #{anchor}")
    for decision in re.findall(r"docs/decisions/(\d{4})\b", text):
        if not list((root / "docs/decisions").glob(f"{decision}-*.md")):
            faults.append(f"{where}: there is no decision {decision}")
    if re.search(r"\bDESIGN\b", text):
        faults.append(f"{where}: cite docs/protocol.md, not DESIGN")

# The page on conformance names each message of eth.
named = set(re.findall(r"\b[A-Z]\w+", (root / "docs/conformance.md").read_text()))
for message in re.findall(r"^    case (\w+)\(", (root / "Sources/Execution/EthProtocol/EthMessage.swift").read_text(), re.M):
    if message[0].upper() + message[1:] not in named:
        faults.append(f"docs/conformance.md: the message {message} of eth is not named")

print("\n".join(sorted(set(faults))) if faults else f"docs: {len(documents)} pages, every link, command and path is there")
sys.exit(1 if faults else 0)
