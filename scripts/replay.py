#!/usr/bin/env python3
"""Replays a running node's chain with the executable specification and compares state roots block by block.

Fetches genesis, blocks and states from the node's REST API. The specification is the official Electra one of the package
eth-consensus-specs with the pol fork's delta of scripts/vectors/pol; execution engine and proof-of-work seal are mocked,
the node's own execution layer judges those. Needs Python >= 3.12 with eth-consensus-specs==1.7.0b4.

Usage: replay.py [URL] [--to SLOT] [--signatures] [--every N]
  URL           the node (default http://127.0.0.1:3500)
  --to SLOT     last slot (default: the head's)
  --signatures  verify every BLS signature too, in Python: seconds a block (else only those that evidence and deposits hang on)
  --every N     compare whole states, byte for byte, every N slots besides the root of each (default 16)
Exit status 0: all equal; 1: a difference; 3: the specification is not installed.
"""
import argparse
import json
import pathlib
import sys
import time
import urllib.error
import urllib.request

sys.dont_write_bytecode = True


def skip(reason):
    print(f"SKIPPED replay: {reason}", file=sys.stderr)
    print("        install Python >= 3.12 and: pip install eth-consensus-specs==1.7.0b4", file=sys.stderr)
    sys.exit(3)


class Node:
    def __init__(self, url):
        self.url = url.rstrip("/")

    def get(self, path, kind):
        request = urllib.request.Request(self.url + path, headers={"Accept": kind})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read()

    def data(self, path):
        return json.loads(self.get(path, "application/json"))["data"]

    def ssz(self, path):
        """The bytes at `path`, or None where there is nothing."""
        try:
            return self.get(path, "application/octet-stream")
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise


def load_specification(config):
    """The specification with the node's slot length."""
    if sys.version_info < (3, 12):
        skip(f"Python {sys.version_info.major}.{sys.version_info.minor} is too old")
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "vectors/pol"))
    try:
        import spec
        spec.CONFIG["SLOT_DURATION_MS"] = int(config["SLOT_DURATION_MS"])
        for name, value in config.items():
            if name in spec.CONFIG:
                spec.CONFIG[name] = int(value)
        return spec.load()
    except ModuleNotFoundError as error:
        skip(str(error))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url", nargs="?", default="http://127.0.0.1:3500")
    parser.add_argument("--to", type=int)
    parser.add_argument("--signatures", action="store_true")
    parser.add_argument("--every", type=int, default=16)
    options = parser.parse_args()
    node = Node(options.url)
    try:
        config = node.data("/eth/v1/config/spec")
    except OSError as error:
        sys.exit(f"replay: no node answers at {options.url}: {error}")
    s = load_specification(config)
    s.bls.bls_active = options.signatures

    state = s.ssz_deserialize(s.BeaconState, node.ssz("/eth/v2/debug/beacon/states/genesis"))
    last = int(node.data("/eth/v1/beacon/headers/head")["header"]["message"]["slot"])
    last = min(last, options.to) if options.to else last
    blocks = updates = 0
    began = time.monotonic()
    for slot in range(1, last + 1):
        encoded = node.ssz(f"/eth/v2/beacon/blocks/{slot}")
        if encoded is None:
            s.process_slots(state, s.Slot(slot))
        else:
            signed = s.ssz_deserialize(s.SignedBeaconBlock, encoded)
            if signed.message.slot != slot:
                sys.exit(f"replay: slot {slot}: the node gave the block of slot {signed.message.slot}")
            # Where validity or the state itself hangs on a signature, it is verified in any case.
            body = signed.message.body
            s.bls.bls_active = options.signatures or any(
                len(items) > 0 for items in (
                    body.ack_quorum_slashings, body.ack_contradictions, body.execution_requests.deposits, state.pending_deposits))
            try:
                s.state_transition(state, signed, validate_result=False)
            except AssertionError as error:
                sys.exit(f"DIFFERENCE at slot {slot}: the specification refuses the block: {error or type(error).__name__}")
            blocks += 1
            updates += bytes(signed.message.body.execution_payload.extra_data)[32:] != bytes(32)
            root = s.hash_tree_root(state)
            if root != signed.message.state_root:
                sys.exit(f"DIFFERENCE at slot {slot}: state root {root.hex()}, the block has {signed.message.state_root.hex()}")
        theirs = node.data(f"/eth/v1/beacon/states/{slot}/root")["root"]
        ours = "0x" + bytes(s.hash_tree_root(state)).hex()
        if theirs != ours:
            sys.exit(f"DIFFERENCE at slot {slot}: state root {ours}, the node says {theirs}")
        if slot % options.every == 0 or slot == last:
            if node.ssz(f"/eth/v2/debug/beacon/states/{slot}") != s.ssz_serialize(state):
                sys.exit(f"DIFFERENCE at slot {slot}: equal roots, but another serialisation")
    seconds = time.monotonic() - began
    checked = "with" if options.signatures else "without"
    print(f"replay: {last} slots, {blocks} blocks, {updates} with an update, {checked} signatures: every state root equal ({seconds:.1f} s)")


try:
    main()
except urllib.error.URLError as error:
    sys.exit(f"replay: the node no longer answers: {error.reason}")
