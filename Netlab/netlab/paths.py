"""The paths between nodes: delay, jitter, loss, and who is parted from whom."""
import random


class Paths:
    def __init__(self, nodes, seed, delay=0.0, across=None, regions=(), jitter=0.0, loss=0.0):
        """Delays are one way, in milliseconds: `across` between nodes of two regions, `delay` else; loss in percent."""
        self.nodes = list(nodes)
        self.random = random.Random(seed)
        self.delay, self.jitter, self.loss = delay, jitter, loss
        self.across = delay if across is None else across
        self.region = {node: place for place, members in enumerate(regions) for node in members}
        self.groups = None
        self.cut = set()

    def connects(self, a, b):
        if a in self.cut or b in self.cut:
            return False
        return self.groups is None or any(a in group and b in group for group in self.groups)

    def loses(self):
        return self.loss > 0 and self.random.random() * 100 < self.loss

    def seconds(self, a, b):
        """How long a frame is under way."""
        base = self.delay if self.region.get(a) == self.region.get(b) else self.across
        return max(0.0, base + self.random.uniform(-1, 1) * self.jitter) / 1000

    def change(self, what, arguments):
        """Obeys an order of the laboratory: split 1,2 3,4 | heal | cut 3 | join 3 | loss 5 | delay 30 | jitter 5."""
        if what == "split":
            self.groups = [set(map(int, group.split(","))) for group in arguments]
        elif what == "heal":
            self.groups, self.cut = None, set()
        elif what == "cut":
            self.cut.add(int(arguments[0]))
        elif what == "join":
            self.cut.discard(int(arguments[0]))
        elif what in ("loss", "delay", "jitter"):
            setattr(self, what, float(arguments[0]))
        else:
            raise ValueError(f"unknown order {what}")
