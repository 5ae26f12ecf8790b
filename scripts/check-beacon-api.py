#!/usr/bin/env python3
"""Checks a running node's REST interface against the OpenAPI files of Ethereum's beacon API.

    check-beacon-api.py http://localhost:3500 [FOLDER]

FOLDER holds beacon-node-oapi.yaml and the files it refers to; by default ../shared/specs/beacon-apis beside the
repository. Every path is called with every method that only asks: the status must be one that the API names, and an
answer must fit its schema. Paths that take a message are offered rubbish, which must be refused as the API says. Needs
PyYAML; the schemas are checked by this script itself. Without the folder nothing is checked, and the script says so.
"""

import hashlib
import json
import pathlib
import re
import sys
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
DEFAULT_FOLDER = HERE.parent.parent / "shared/specs/beacon-apis"
SSZ = "application/octet-stream"

# Blobs and external builders do not exist on this chain.
LEFT_OUT = ("/blinded_blocks", "/execution_payload_bids")
# The registry of client codes knows only the clients of Ethereum's mainnet.
FREE_VALUES = ("ClientCode",)
# Our blocks carry 64 bytes of extra data, twice Ethereum's limit.
EXTRA_DATA = re.compile("^0x[a-fA-F0-9]{0,128}$")


class Schemas:
    """Loads the files once each and follows their references."""

    def __init__(self, folder):
        import yaml

        self.folder = folder
        self.yaml = yaml
        self.files = {}

    def load(self, path):
        path = path.resolve()
        if path not in self.files:
            loader = getattr(self.yaml, "CSafeLoader", self.yaml.SafeLoader)
            self.files[path] = self.yaml.load(path.read_text(), loader)
        return self.files[path]

    def follow(self, node, path):
        """The node behind a reference, the file it stands in, and the reference's last name."""
        name = ""
        while isinstance(node, dict) and "$ref" in node:
            target, _, pointer = node["$ref"].partition("#")
            path = (path.parent / target).resolve() if target else path
            node = self.load(path)
            for part in [p for p in pointer.split("/") if p]:
                node = node[part]
                name = part
        return node, path, name


class Mismatch(Exception):
    pass


def check(schemas, node, path, value, place, is_mainnet):
    """Raises Mismatch where `value` does not fit the schema `node`."""
    node, path, name = schemas.follow(node, path)
    if name in FREE_VALUES:
        return
    for key in ("anyOf", "oneOf"):
        if key in node:
            reasons = []
            for choice in node[key]:
                try:
                    check(schemas, choice, path, value, place, is_mainnet)
                    break
                except Mismatch as error:
                    reasons.append(str(error))
            else:
                raise Mismatch(f"{place}: none of the choices fits: " + " | ".join(reasons[:3]))
    for choice in node.get("allOf", []):
        check(schemas, choice, path, value, place, is_mainnet)
    if "enum" in node and value not in node["enum"]:
        raise Mismatch(f"{place}: {value!r} is none of {node['enum']}")
    kinds = node.get("type")
    if kinds is not None:
        kinds = kinds if isinstance(kinds, list) else [kinds]
        known = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None), "number": (int, float), "integer": int}
        if not any(isinstance(value, known[kind]) and not (kind in ("number", "integer") and isinstance(value, bool)) for kind in kinds):
            raise Mismatch(f"{place}: expected {kinds}, found {json.dumps(value)[:60]}")
    is_extra_data = place.endswith(".extra_data") and isinstance(value, str) and EXTRA_DATA.search(value)
    if isinstance(value, str) and "pattern" in node and not re.search(node["pattern"], value) and not is_extra_data:
        raise Mismatch(f"{place}: {value[:80]!r} does not match {node['pattern']}")
    if isinstance(value, list):
        if is_mainnet and not node.get("minItems", 0) <= len(value) <= node.get("maxItems", len(value)):
            raise Mismatch(f"{place}: {len(value)} elements")
        for index, element in enumerate(value):
            if "items" in node:
                check(schemas, node["items"], path, element, f"{place}[{index}]", is_mainnet)
    if isinstance(value, dict):
        for member in node.get("required", []):
            if member not in value:
                raise Mismatch(f"{place}: lacks {member}")
        for member, schema in node.get("properties", {}).items():
            if member in value:
                check(schemas, schema, path, value[member], f"{place}.{member}", is_mainnet)


def call(url, method="GET", body=None, headers=None):
    request = urllib.request.Request(url, data=body, method=method, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read()


def ask(node, path, **options):
    status, _, body = call(node + path, **options)
    assert status == 200, f"{path}: {status} {body[:200]}"
    return json.loads(body)


def attestation_data_root(data):
    def number(text):
        return int(text).to_bytes(32, "little")

    def root(text):
        return bytes.fromhex(text[2:])

    def node(left, right):
        return hashlib.sha256(left + right).digest()

    def checkpoint(value):
        return node(number(value["epoch"]), root(value["root"]))

    zero = bytes(32)
    leaves = [number(data["slot"]), number(data["index"]), root(data["beacon_block_root"]), checkpoint(data["source"]),
              checkpoint(data["target"]), zero, zero, zero]
    while len(leaves) > 1:
        leaves = [node(left, right) for left, right in zip(leaves[::2], leaves[1::2])]
    return "0x" + leaves[0].hex()


class Situation:
    """What the node is asked about: values for the parameters of paths and queries."""

    def __init__(self, node):
        spec = ask(node, "/eth/v1/config/spec")["data"]
        self.is_mainnet = spec.get("PRESET_BASE") == "mainnet"
        self.slots_per_epoch = int(spec["SLOTS_PER_EPOCH"])
        self.node = node
        self.peers = [peer["peer_id"] for peer in ask(node, "/eth/v1/node/peers")["data"]]
        self.finalized = ask(node, "/eth/v1/beacon/blocks/finalized/root")["data"]["root"]

    def head_slot(self):
        return int(ask(self.node, "/eth/v1/node/syncing")["data"]["head_slot"])

    def path(self, template):
        slot = self.head_slot()
        epoch = slot // self.slots_per_epoch
        values = {
            "state_id": "head", "block_id": "head", "validator_id": "0", "peer_id": (self.peers or ["nobody"])[0], "epoch": str(epoch),
            "block_root": self.finalized, "slot": str(slot + 1), "builder_index": "0", "beacon_block_root": self.finalized,
        }
        if "rewards/attestations" in template:
            values["epoch"] = str(max(0, epoch - 3))
        if "validator_id" in template or "states" in template:
            values["slot"] = str(slot)
        return re.sub(r"\{(\w+)\}", lambda match: values[match.group(1)], template)

    def query(self, template):
        slot = self.head_slot()
        if template.endswith("/validator/blocks/{slot}"):
            return "?randao_reveal=0xc0" + "00" * 95 + "&skip_randao_verification"
        if template.endswith("attestation_data"):
            return f"?slot={slot}&committee_index=0"
        if template.endswith("aggregate_attestation"):
            data = ask(self.node, f"/eth/v1/validator/attestation_data?slot={slot}&committee_index=0")["data"]
            return f"?slot={slot}&committee_index=0&attestation_data_root={attestation_data_root(data)}"
        if template.endswith("sync_committee_contribution"):
            root = ask(self.node, "/eth/v1/beacon/blocks/head/root")["data"]["root"]
            return f"?slot={slot}&subcommittee_index=0&beacon_block_root={root}"
        if template.endswith("light_client/updates"):
            return "?start_period=0&count=4"
        return ""

    # What the asking POST paths are asked.
    QUESTIONS = {
        "validators": {"ids": ["0"]}, "validator_balances": ["0"], "validator_identities": ["0"], "attester": ["0"], "sync": ["0", "1"],
        "sync_committee": [], "attestations": [], "liveness": ["0"],
    }

    def question(self, template):
        parts = [part for part in template.split("/") if not part.startswith("{")]
        if parts[-1] == "attestations" and "rewards" not in parts:
            return None
        return self.QUESTIONS.get(parts[-1])


class Check:
    def __init__(self, node, folder):
        self.node = node
        self.schemas = Schemas(folder)
        self.root = folder / "beacon-node-oapi.yaml"
        self.situation = Situation(node)
        self.passed = []
        self.failed = []
        self.notes = []

    def run(self):
        for template, reference in self.schemas.load(self.root)["paths"].items():
            if any(part in template for part in LEFT_OUT):
                continue
            operations, path, _ = self.schemas.follow(reference, self.root)
            for method in ("get", "post"):
                if method not in operations:
                    continue
                name = f"{method.upper()} {template}"
                try:
                    note = self.operation(method, template, operations[method], path)
                    self.passed.append(name)
                    if note:
                        self.notes.append(f"{name}: {note}")
                except (Mismatch, AssertionError, ValueError) as error:
                    self.failed.append(f"{name}: {error}")
            self.wrong_method(template, operations)

    def operation(self, method, template, operation, path):
        if template == "/eth/v1/events":
            return self.events()
        if method == "get":
            return self.answer("GET", template, operation, path, None)
        question = self.situation.question(template)
        if question is not None:
            return self.answer("POST", template, operation, path, question)
        return self.rubbish(template, operation)

    def answer(self, method, template, operation, path, question):
        url = self.node + self.situation.path(template) + (self.situation.query(template) if method == "GET" else "")
        body = None if question is None else json.dumps(question).encode()
        headers = {"Accept": "application/json"} | ({"Content-Type": "application/json"} if body is not None else {})
        status, answered, data = call(url, method, body, headers)
        responses = operation["responses"]
        assert str(status) in responses, f"status {status}: {data[:200]!r}"
        response, path, _ = self.schemas.follow(responses[str(status)], path)
        content = response.get("content", {})
        if "application/json" in content:
            assert answered.get("Content-Type", answered.get("content-type", "")).startswith("application/json"), answered
            check(self.schemas, content["application/json"]["schema"], path, json.loads(data), "", self.situation.is_mainnet)
        if status != 200:
            return f"{status} {json.loads(data)['message'][:100]}" if data else str(status)
        if "Eth-Consensus-Version" in response.get("headers", {}):
            assert any(name.lower() == "eth-consensus-version" for name in answered), "no Eth-Consensus-Version header"
        if SSZ in content and not template.endswith("/validator/blocks/{slot}"):
            status, answered, _ = call(url, method, body, headers | {"Accept": SSZ})
            kind = {name.lower(): text for name, text in answered.items()}.get("content-type")
            assert (status, kind) == (200, SSZ) or "blinded_blocks" in template, f"SSZ: {status} {kind}"
        if "application/json" in content:
            status, _, data = call(url, method, body, headers | {"Accept": "text/html"})
            assert status == 406 and json.loads(data)["code"] == 406, f"Accept: text/html gives {status}"
        return None

    def rubbish(self, template, operation):
        """A message that is none must be refused, and one of the wrong kind with 415."""
        url = self.node + self.situation.path(template)
        status, _, data = call(url, "POST", b'{"not": "it"}', {"Content-Type": "application/json"})
        assert status in (400, 501), f"rubbish gives {status} {data[:200]!r}"
        error = json.loads(data)
        assert error["code"] == status and isinstance(error["message"], str), error
        if status == 501 or "begins with the" in error["message"]:
            return f"{status} {error['message'][:100]}"
        status, _, data = call(url, "POST", b"<a/>", {"Content-Type": "text/xml"})
        assert status == 415 and json.loads(data)["code"] == 415, f"text/xml gives {status} {data[:200]!r}"
        return None

    def wrong_method(self, template, operations):
        known = [method.upper() for method in operations]
        method = next(m for m in ("DELETE", "PUT") if m not in known)
        status, headers, _ = call(self.node + self.situation.path(template), method)
        if status != 405 or not any(name.lower() == "allow" for name in headers):
            self.failed.append(f"{method} {template}: {status}, expected 405 with Allow")

    def events(self):
        status, _, data = call(self.node + "/eth/v1/events?topics=head,weather")
        assert status == 400 and json.loads(data)["code"] == 400, f"an unknown topic gives {status}"
        seen = set()
        with urllib.request.urlopen(self.node + "/eth/v1/events?topics=head,block,finalized_checkpoint,attestation", timeout=60) as stream:
            assert stream.headers["Content-Type"].startswith("text/event-stream")
            topic = None
            for line in stream:
                line = line.decode().rstrip("\n")
                if line.startswith("event: "):
                    topic = line[7:]
                if line.startswith("data: "):
                    data = json.loads(line[6:])
                    wanted = {
                        "head": {"slot", "block", "state", "epoch_transition", "previous_duty_dependent_root", "current_duty_dependent_root",
                                 "execution_optimistic"},
                        "block": {"slot", "block", "execution_optimistic"},
                        "finalized_checkpoint": {"block", "state", "epoch", "execution_optimistic"},
                        "attestation": {"aggregation_bits", "data", "signature", "committee_bits"},
                    }[topic]
                    assert wanted == set(data), f"{topic}: {sorted(data)}"
                    seen.add(topic)
                if len(seen) == 4:
                    return None
        raise Mismatch(f"the stream ended after {sorted(seen)}")


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[2]) if len(sys.argv) == 3 else DEFAULT_FOLDER
    if not (folder / "beacon-node-oapi.yaml").exists():
        print(f"SKIPPED: no OpenAPI files in {folder}; nothing was checked")
        return
    run = Check(sys.argv[1].rstrip("/"), folder)
    run.run()
    for note in run.notes:
        print(f"note: {note}")
    for failure in run.failed:
        print(f"FAILED {failure}")
    print(f"{len(run.passed)} operations passed, {len(run.failed)} failed")
    sys.exit(1 if run.failed else 0)


if __name__ == "__main__":
    main()
