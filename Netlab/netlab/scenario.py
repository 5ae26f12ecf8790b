"""Reads a scenario's file: what is common, and over it what its form says."""
import hashlib
import pathlib
import random
import tomllib

FOLDER = pathlib.Path(__file__).parent.parent / "scenarios"
FORMS = ("short", "long")


def names():
    return sorted((path.stem for path in FOLDER.glob("*.toml")), key=lambda name: (len(name), name))


class Scenario:
    def __init__(self, name, form, overrides=None):
        path = FOLDER / f"{name}.toml"
        if not path.exists():
            raise SystemExit(f"no scenario {name}; there are: {' '.join(names())}")
        data = tomllib.loads(path.read_text())
        if form not in data:
            raise SystemExit(f"{name} has no form {form}")
        merged = {key: value for key, value in data.items() if key not in FORMS}
        for layer in (data[form], overrides or {}):
            for key, value in layer.items():
                both_tables = isinstance(value, dict) and isinstance(merged.get(key), dict)
                merged[key] = {**merged[key], **value} if both_tables else value
        self.name, self.form, self.data = name, form, merged
        self.title = merged["title"]
        # How many validators each node signs for; as many nodes as there are figures.
        self.shares = merged["shares"]
        self.slot_seconds = merged["slot_seconds"]
        self.slots = merged["slots"]
        self.seed = merged.get("seed", 1)
        self.network = merged.get("network", {})
        self.trainers = merged.get("trainers", [1])
        self.late = merged.get("late", [])
        # How many validators of a seed of its own a node signs for: they come by deposit.
        self.deposits = {int(node): count for node, count in merged.get("deposits", {}).items()}
        # Namespaces beyond the nodes', from which they are flooded.
        self.attackers = merged.get("attackers", 0)
        # Values of the chain's configuration, by their official names.
        self.chain = merged.get("chain", {})
        self.offsets = {int(node): seconds for node, seconds in merged.get("clock_offsets", {}).items()}
        self.model = merged.get("model", {})
        self.options = merged.get("options", [])
        self.node_options = {int(node): words for node, words in merged.get("node_options", {}).items()}
        self.thresholds = merged.get("must", [])
        self.reach = merged.get("reach", {})
        self.events = expand(merged.get("events", []), len(self.shares), self.slots, random.Random(self.seed))

    @property
    def nodes(self):
        return range(1, len(self.shares) + 1)

    def seed_of(self, node):
        """The GENESIS_SEED of a node that deposits, drawn by the scenario's seed; None for the others, who share the sample one."""
        if node not in self.deposits:
            return None
        return hashlib.sha256(f"{self.name} {self.seed} {node}".encode()).hexdigest()

    def signed_by(self, node):
        """The validators of its seed that a node signs for."""
        return list(range(self.deposits[node])) if node in self.deposits else self.validators_of(node)

    def validators_of(self, node):
        first = sum(self.shares[:node - 1])
        return list(range(first, first + self.shares[node - 1]))


def expand(events, nodes, slots, rng):
    """Writes out what happens again and again, by slot: `every` so many slots from `slot` until `until`, each kill with its
    start `down` slots later. The node `random` is drawn by the scenario's seed."""
    result = []
    for event in events:
        event = dict(event)
        every, until = event.pop("every", None), event.pop("until", slots)
        slot = event["slot"]
        while True:
            one = {**event, "slot": slot}
            if one.get("node") == "random":
                one["node"] = rng.randint(1, nodes)
            result.append(one)
            if one["do"] == "kill" and "down" in one:
                result.append({"slot": slot + one["down"], "do": "start", "node": one["node"]})
            if not every or slot + every > until:
                break
            slot += every
    return sorted(result, key=lambda event: event["slot"])
