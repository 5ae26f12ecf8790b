"""Runs a scenario: makes the network, starts the nodes, lets happen what its events say, and hands on what was seen."""
import pathlib
import shutil
import subprocess
import sys
import time

from . import namespaces
from .doors import Door
from .events import Events
from .network import Network
from .node import REST, Node
from .observer import Observer

READY_SECONDS = 600


class Failed(Exception):
    """The scenario could not be run to its end."""


class Record:
    """All that a run left: samples, events as they happened, counts of the switch, and the nodes' folders."""

    def __init__(self):
        self.samples, self.events, self.statuses = [], [], {}
        self.traffic = self.traffic_at_base = None
        self.genesis_time = self.base_slot = self.end_slot = None
        self.blocks, self.slashed, self.extra = [], 0, {}


class Laboratory:
    def __init__(self, scenario, folder, polai, niceness=0):
        self.scenario, self.folder = scenario, pathlib.Path(folder)
        self.polai = str(pathlib.Path(polai).resolve())
        self.niceness = niceness
        self.record = Record()
        self.network, self.doors, self.nodes, self.observer = None, {}, {}, None

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

    def open(self):
        scenario = self.scenario
        model = self.make_model()
        self.network = Network(len(scenario.shares), scenario.seed, self.folder, scenario.network)
        for index in scenario.nodes:
            signing = ",".join(map(str, scenario.validators_of(index)))
            options = ["--model", str(model), *scenario.options, *scenario.node_options.get(index, [])]
            options += ["--signing-validators", signing] if signing else ["--no-validator"]
            if index not in scenario.trainers:
                options.append("--no-trainer")
            if index == 1:
                # A chain is resumed with the options that it was begun with.
                options += ["--seconds-per-slot", str(scenario.slot_seconds), "--validators", str(sum(scenario.shares)), "--solo"]
            self.nodes[index] = Node(index, self.folder, self.polai, options, scenario.offsets.get(index, 0.0))
            self.doors[index] = Door(index)
        self.observer = Observer(self.nodes, self.doors, self.folder / "samples.jsonl", scenario.data.get("period", 1.0))
        self.observer.start()

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

    def invite(self):
        def ask():
            try:
                return self.nodes[1].invite()
            except RuntimeError:
                return None
        return self.until("an invite", ask)

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
        from .chain import read_chain
        self.record.end_slot = int(self.slot)
        self.record.traffic = self.network.counts()
        self.record.samples = self.observer.stop()
        witness = next((index for index in self.scenario.nodes if self.nodes[index].is_running), None)
        if witness is None:
            raise Failed("no node runs at the end")
        work = self.doors[witness].submit(read_chain, self.record.base_slot, self.record.end_slot)
        self.record.blocks, self.record.slashed, self.record.validators = work.result()
        for index, node in self.nodes.items():
            if node.is_running:
                self.record.statuses[index] = node.stop()

    def close(self):
        for node in self.nodes.values():
            node.kill()
        if self.observer and not self.observer.is_over.is_set():
            self.observer.stop()
        for door in self.doors.values():
            door.close()
        if self.network:
            self.network.close()
        shutil.rmtree(self.folder / "model", ignore_errors=True)
