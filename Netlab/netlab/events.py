"""What happens in a scenario, slot by slot. An event's slot counts from when all nodes were level."""
import signal
import threading
import time

from . import filling, flood, protection, registry, stake, transfer
from .node import REST


class Events:
    def __init__(self, laboratory):
        self.lab = laboratory
        self.record = laboratory.record
        self.threads = []

    def play(self):
        scenario, lab = self.lab.scenario, self.lab
        for event in scenario.events:
            if event["slot"] >= scenario.slots:
                break
            self.wait(event["slot"])
            self.happen(event)
        self.wait(scenario.slots)
        for thread in self.threads:
            thread.join(300)
        lab.say("the scenario is over")

    def wait(self, slot):
        """Until a fraction into the slot, so that a proposal is under way and not at its border."""
        scenario = self.lab.scenario
        moment = self.record.genesis_time + (self.record.base_slot + slot + 0.1) * scenario.slot_seconds
        told = 0.0
        while (left := moment - time.time()) > 0:
            if time.time() - told > 60:
                told = time.time()
                self.lab.say(self.summary())
            time.sleep(min(left, 1))
            for node in self.lab.nodes.values():
                if node.process is not None and not node.is_running:
                    from .laboratory import Failed
                    raise Failed(f"node {node.index} has ended by itself: {self.lab.last_words(node)}")

    def summary(self):
        latest = self.lab.observer.now()
        words = [f"{node}: {s['head']}/{s.get('finalized', '-')} p{s.get('peers', '-')}" for node, s in sorted(latest.items())]
        return "head/finalised peers  " + "  ".join(words)

    def happen(self, event):
        what = event["do"]
        words = {key: value for key, value in event.items() if key not in ("do", "slot")}
        self.lab.say(f"{what} {words or ''}")
        self.record.events.append({"time": round(time.time(), 3), "slot": round(self.lab.slot, 2), "do": what, **words})
        reached = getattr(self, "do_" + what.replace("-", "_"))(**words)
        if reached is not None:
            self.record.events[-1]["reached"] = reached

    def nodes(self, node):
        return [self.lab.nodes[index] for index in (node if isinstance(node, list) else [node])]

    def do_kill(self, node, down=None):
        for one in self.nodes(node):
            one.kill()

    def do_stop(self, node):
        for one in self.nodes(node):
            self.record.statuses[one.index] = one.stop()

    def do_start(self, node, by=1):
        for one in self.nodes(node):
            # A late one joins now.
            one.start([] if one.has_run else ["--join", self.lab.invite(by)])

    def do_pause(self, node):
        for one in self.nodes(node):
            one.send(signal.SIGSTOP)

    def do_resume(self, node):
        for one in self.nodes(node):
            one.send(signal.SIGCONT)

    def do_split(self, groups):
        self.lab.network.say("split", *(",".join(map(str, group)) for group in groups))

    def do_heal(self):
        self.lab.network.say("heal")

    def do_cut(self, node):
        self.lab.network.say("cut", node)

    def do_join(self, node):
        self.lab.network.say("join", node)

    def do_loss(self, percent):
        self.lab.network.say("loss", percent)

    def do_line(self, node, up, down):
        self.lab.network.say("line", node, up, down)

    def do_transfer(self, bytes, key="transfer"):
        """The rival: the same bytes from node 1 to every other over one plain TCP connection each."""
        self.record.extra[key] = transfer.run(self.lab.doors, bytes)

    def do_transactions(self, count, bytes):
        made = filling.prepare(count, bytes, self.lab.scenario.seed)
        self.record.extra["transactions"] = self.lab.doors[1].submit(filling.send, made).result()

    def do_await(self, node, most, active=None, updates=None, finalised=None, level=None):
        """Until a node's chain has so many active validators, updates, or slots that became final from now on, and the nodes named
        by `level` are at one head; at most `most` slots."""
        began = (self.lab.observer.now().get(node) or {}).get("finalized", 0)
        limit = time.time() + most * self.lab.scenario.slot_seconds
        while time.time() < limit:
            seen = self.lab.observer.now().get(node) or {}
            entries = (self.lab.ask(node, registry.read) or []) if active is not None else []
            if ((active is None or len(registry.active(entries, seen.get("head", 0))) == active)
                    and (level is None or self.lab.are_level(level))
                    and (updates is None or seen.get("updates", 0) >= updates)
                    and (finalised is None or seen.get("finalized", 0) >= began + finalised)):
                self.lab.say("it is so")
                return True
            time.sleep(1)
        self.lab.say("it did not come")
        return False

    def do_deposit(self, node, count, payer=1, first=0, paid=None):
        """The payer's account pays the node's, which deposits 32 POL a validator; beside all else that happens."""
        def work():
            stake.pay(self.lab.nodes[payer], self.lab.nodes[node], paid or 33 * count)
            stake.deposit(self.lab.nodes[node], count, first)
        self.beside("deposit", node, work)

    def do_status(self, node, count):
        self.beside("status", node, lambda: stake.status(self.lab.nodes[node], count))

    def do_exit(self, node, validator):
        self.beside("exit", node, lambda: stake.leave(self.lab.nodes[node], validator))

    def beside(self, what, node, work):
        """Does it on a thread of its own, and notes when it was done, or why it was not."""
        step = {"do": what, "node": node, "slot": round(self.lab.slot, 2)}
        self.record.extra.setdefault("stake", []).append(step)

        def run():
            try:
                said = work()
                step["done_slot"] = round(self.lab.slot, 2)
                if said:
                    step["said"] = said
            except stake.Refused as refusal:
                step["refused"] = str(refusal)
            self.lab.say(f"{what} of node {node}: {step.get('refused') or step.get('said') or 'done'}")
        self.threads.append(threading.Thread(target=run, daemon=True))
        self.threads[-1].start()

    def do_twin(self, node, of):
        """The node begins to sign for validators of another as well, which does not know of it. Its slashing protection does not sign
        with keys that the chain shows at work while the record is empty: the record is made up."""
        twin = self.lab.nodes[node]
        root = self.lab.doors[node].get(REST, "/eth/v1/beacon/genesis")["data"]["genesis_validators_root"]
        keys = [entry["pubkey"] for entry in self.lab.ask(node, registry.read) if entry["index"] in of]
        self.record.statuses[node] = twin.stop()
        twin.import_protection(protection.invented(root, keys, int(self.lab.slot)))
        place = twin.options.index("--signing-validators") + 1
        twin.options[place] += "," + ",".join(map(str, of))
        twin.start()

    def do_flood(self, node, kind, slots, addresses=8):
        """Floods a node from an attacker's namespace; what came of it is told at the end."""
        scenario = self.lab.scenario
        attack = flood.Flood(len(scenario.shares) + 1, node, kind, slots * scenario.slot_seconds, addresses)
        self.watch(attack, "floods", "the flood is over")

    def do_knock(self, node, by):
        """A stranger in another node's namespace seeks a connection to the node, for 30 s at most."""
        self.watch(flood.Flood(by, node, "knock", 30), "knocks", "the stranger")

    def watch(self, attack, key, words):
        """Waits on a thread of its own for what comes of an attack, and notes and tells it."""
        self.lab.floods.append(attack)

        def run():
            result = attack.result()
            self.record.extra.setdefault(key, []).append(result)
            self.lab.say(f"{words}: {result}")
        self.threads.append(threading.Thread(target=run, daemon=True))
        self.threads[-1].start()
