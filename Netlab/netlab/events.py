"""What happens in a scenario, slot by slot. An event's slot counts from when all nodes were level."""
import signal
import time

from . import filling, transfer


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
        getattr(self, "do_" + what.replace("-", "_"))(**words)

    def nodes(self, node):
        return [self.lab.nodes[index] for index in (node if isinstance(node, list) else [node])]

    def do_kill(self, node, down=None):
        for one in self.nodes(node):
            one.kill()

    def do_stop(self, node):
        for one in self.nodes(node):
            self.record.statuses[one.index] = one.stop()

    def do_start(self, node):
        for one in self.nodes(node):
            # A late one joins now.
            one.start([] if one.has_run else ["--join", self.lab.invite()])

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
