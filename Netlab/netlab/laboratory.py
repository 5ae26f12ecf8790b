"""Runs a scenario: makes the network, starts the nodes, lets happen what its events say, and hands on what was seen."""
import fcntl
import pathlib
import shutil
import subprocess
import sys
import time

from . import committee, registry
from .chain import read_chain
from .doors import Door
from .events import Events
from .network import Network
from .node import REST, Node
from .observer import Observer

READY_SECONDS = 600
CLAIM = "/run/polai-netlab.lock"


class Failed(Exception):
    """The scenario could not be run to its end."""


class Record:
    """All that a run left: samples, events as they happened, counts of the switch, and the nodes' folders."""

    def __init__(self):
        self.samples, self.events, self.statuses = [], [], {}
        self.traffic = self.traffic_at_base = None
        self.genesis_time = self.base_slot = self.end_slot = None
        self.blocks, self.registry, self.extra = [], [], {}
        # By node, at the end: who is slashed, and of each slot the ACK committee's members and quorum.
        self.slashed, self.committees = {}, {}


class Laboratory:
    def __init__(self, scenario, folder, polai, niceness=0):
        self.scenario, self.folder = scenario, pathlib.Path(folder)
        self.polai = str(pathlib.Path(polai).resolve())
        self.niceness = niceness
        self.record = Record()
        self.network, self.doors, self.nodes, self.observer = None, {}, {}, None
        # Processes that flood nodes.
        self.floods = []

    def say(self, text):
        slot = f" slot {self.slot:7.2f}" if self.record.genesis_time else ""
        print(f"[{time.strftime('%H:%M:%S')}{slot}] {text}", flush=True)

    @property
    def slot(self):
        """Slots since genesis, with the fraction."""
        return (time.time() - self.record.genesis_time) / self.scenario.slot_seconds

    def run(self):
        try:
            self.open()
            self.begin()
            Events(self).play()
            self.finish()
        finally:
            self.close()
        return self.record

    def claim(self):
        """There is one laboratory at a time: the namespaces have fixed names."""
        self.claimed = open(CLAIM, "w", encoding="utf-8")
        try:
            fcntl.flock(self.claimed, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failed("another laboratory runs on this machine") from None

    def open(self):
        self.claim()
        scenario = self.scenario
        model = self.make_model()
        self.network = Network(len(scenario.shares) + scenario.attackers, scenario.seed, self.folder, scenario.network)
        for index in scenario.nodes:
            signing = ",".join(map(str, scenario.signed_by(index)))
            options = ["--model", str(model), *scenario.options, *scenario.node_options.get(index, [])]
            options += ["--signing-validators", signing] if signing else ["--no-validator"]
            if index not in scenario.trainers:
                options.append("--no-trainer")
            if index == 1:
                # A chain is resumed with the options that it was begun with.
                options += ["--seconds-per-slot", str(scenario.slot_seconds), "--validators", str(sum(scenario.shares)), "--solo"]
                options += self.chain_options()
            self.nodes[index] = Node(
                index, self.folder, self.polai, options, scenario.offsets.get(index, 0.0), scenario.seed_of(index))
            self.doors[index] = Door(index)
        self.observer = Observer(
            self.nodes, self.doors, self.folder / "samples.jsonl", scenario.data.get("period", 1.0), scenario.data.get("committees"))
        self.observer.start()

    def chain_options(self):
        """Names the file of the chain's configuration, where the scenario changes it."""
        if not self.scenario.chain:
            return []
        file = (self.folder / "chain.yaml").resolve()
        file.write_text("".join(f"{name}: {value}\n" for name, value in self.scenario.chain.items()))
        return ["--chain-config-file", str(file)]

    def make_model(self):
        """The base model: a folder that the scenario names, else a random one of its sizes."""
        if "path" in self.scenario.model:
            return pathlib.Path(self.scenario.model["path"]).resolve()
        model = self.folder / "model"
        script = pathlib.Path(__file__).parents[2] / "scripts" / "random-model.py"
        words = [word for key, value in self.scenario.model.items() for word in (f"--{key}", str(value))]
        subprocess.run([sys.executable, str(script), str(model), *words], check=True)
        return model

    def begin(self):
        """Starts the first node, then those that join it at once, and waits until all are at one head."""
        first = self.nodes[1]
        first.start()
        genesis = self.until("the first node", lambda: self.doors[1].get(REST, "/eth/v1/beacon/genesis"))
        self.record.genesis_time = int(genesis["data"]["genesis_time"])
        early = [index for index in self.scenario.nodes if index != 1 and index not in self.scenario.late]
        if early:
            invite = self.invite()
            for index in early:
                self.nodes[index].start(["--join", invite])
        self.until("all nodes at one head, and finality", lambda: self.are_level([1, *early]))
        self.record.traffic_at_base = self.network.counts()
        self.record.base_slot = int(self.slot) + 2
        self.say(f"all are level; slot 0 of the scenario is {self.record.base_slot}")

    def invite(self, by=1):
        def ask():
            try:
                return self.nodes[by].invite()
            except RuntimeError:
                return None
        return self.until(f"an invite of node {by}", ask)

    def are_level(self, nodes):
        latest = self.observer.now()
        heads = [latest[node]["head"] for node in nodes
                 if node in latest and not latest[node]["syncing"] and latest[node].get("finalized", 0) > 0]
        return len(heads) == len(nodes) and max(heads) - min(heads) <= 1 and max(heads) >= self.slot - 4

    def until(self, what, ask):
        limit = time.monotonic() + READY_SECONDS
        while time.monotonic() < limit:
            answer = ask()
            if answer:
                return answer
            for node in self.nodes.values():
                if node.process is not None and not node.is_running:
                    raise Failed(f"{what}: node {node.index} has ended: {self.last_words(node)}")
            time.sleep(0.3)
        raise Failed(f"{what}: not within {READY_SECONDS} s")

    @staticmethod
    def last_words(node):
        return " | ".join(node.log.read_text(errors="replace").splitlines()[-3:])

    def finish(self):
        """Asks for what only running nodes tell, then stops them in order."""
        self.record.end_slot = int(self.slot)
        self.record.traffic = self.network.counts()
        self.record.samples = self.observer.stop()
        witness = next((index for index in self.scenario.nodes if self.nodes[index].is_running), None)
        if witness is None:
            raise Failed("no node runs at the end")
        self.record.blocks = self.ask(witness, read_chain, self.record.base_slot, self.record.end_slot)
        self.record.registry = self.ask(witness, registry.read) or []
        for index in self.scenario.nodes:
            if self.nodes[index].is_running:
                self.record.slashed[index] = registry.slashed(self.ask(index, registry.read) or [])
                if self.scenario.data.get("committees"):
                    self.record.committees[index] = self.ask(index, committee.read, self.record.base_slot, self.record.end_slot - 1)
        for index, node in self.nodes.items():
            if node.is_running:
                self.record.statuses[index] = node.stop()

    def ask(self, node, work, *arguments):
        """What `work` finds in a node's namespace."""
        return self.doors[node].submit(work, *arguments).result()

    def close(self):
        for flood in self.floods:
            flood.kill()
        for node in self.nodes.values():
            node.kill()
        if self.observer and not self.observer.is_over.is_set():
            self.observer.stop()
        for door in self.doors.values():
            door.close()
        if self.network:
            self.network.close()
        shutil.rmtree(self.folder / "model", ignore_errors=True)
