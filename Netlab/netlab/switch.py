"""The switch: a process of its own that holds the other end of every node's TAP device and hands frames on, late or not at all.

    python3 -m netlab.switch '{"nodes": 4, "seed": 1, "control": "lab.sock", "delay": 30, ...}'

It prints `up` once the namespaces are there, takes orders at the control socket, a line each, and removes the namespaces when
it is told to end.
"""
import heapq
import json
import os
import selectors
import signal
import socket
import sys
import time

from . import namespaces
from .line import Line
from .paths import Paths
from .traffic import Traffic, tcp_segment

FRAMES_AT_ONCE = 64


class Switch:
    def __init__(self, setting):
        self.nodes = range(1, setting["nodes"] + 1)
        path = {key: setting[key] for key in ("delay", "across", "regions", "jitter", "loss") if key in setting}
        self.paths = Paths(self.nodes, setting.get("seed", 1), **path)
        self.lines = {node: Line(setting.get("up", 0), setting.get("down", 0)) for node in self.nodes}
        self.traffic = Traffic(self.nodes)
        self.taps = {}
        # (time, order, sender, receiver, frame, whether it has passed the receiver's line)
        self.queue = []
        self.order = 0
        self.selector = selectors.DefaultSelector()
        self.is_over = False
        # The first frame with TCP payload between groups that were parted, after they are joined again.
        self.parted = None
        self.first_across = None

    def open(self, control):
        for node in self.nodes:
            self.taps[node] = namespaces.create(node)
            self.selector.register(self.taps[node], selectors.EVENT_READ, ("tap", node))
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(control)
        listener.listen()
        self.selector.register(listener, selectors.EVENT_READ, ("control", listener))

    def close(self):
        """Removes what this one made: another laboratory's namespaces have the same names."""
        for node, tap in self.taps.items():
            os.close(tap)
            namespaces.remove(node)

    def run(self):
        while not self.is_over:
            wait = max(0.0, self.queue[0][0] - time.monotonic()) if self.queue else 1.0
            for key, _ in self.selector.select(wait):
                kind, what = key.data
                if kind == "tap":
                    self.read(what)
                else:
                    self.obey(what)
            self.deliver()

    def read(self, sender):
        for _ in range(FRAMES_AT_ONCE):
            try:
                frame = os.read(self.taps[sender], 65536)
            except BlockingIOError:
                return
            receiver = frame[5] if frame[:5] == namespaces.MAC else None
            if receiver in self.taps:
                self.send(sender, receiver, frame)
            else:
                for other in self.nodes:
                    if other != sender:
                        self.send(sender, other, frame)

    def send(self, sender, receiver, frame):
        self.traffic.count_sent(sender, receiver, frame)
        if not self.paths.connects(sender, receiver):
            return self.traffic.add(sender, "cut")
        if self.paths.loses():
            return self.traffic.add(sender, "lost")
        leaves = self.lines[sender].leaves(time.monotonic(), len(frame))
        if leaves is None:
            return self.traffic.add(sender, "overflowed")
        self.push(leaves + self.paths.seconds(sender, receiver), sender, receiver, frame, False)

    def push(self, moment, sender, receiver, frame, is_through):
        self.order += 1
        heapq.heappush(self.queue, (moment, self.order, sender, receiver, frame, is_through))

    def deliver(self):
        now = time.monotonic()
        while self.queue and self.queue[0][0] <= now:
            moment, _, sender, receiver, frame, is_through = heapq.heappop(self.queue)
            if not is_through:
                through = self.lines[receiver].arrives(moment, len(frame))
                if through is None:
                    self.traffic.add(sender, "overflowed")
                elif through > now:
                    self.push(through, sender, receiver, frame, True)
                else:
                    self.write(sender, receiver, frame)
            else:
                self.write(sender, receiver, frame)

    def write(self, sender, receiver, frame):
        # A cable that was cut meanwhile carries nothing any more.
        if not self.paths.connects(sender, receiver):
            return self.traffic.add(sender, "cut")
        self.watch(sender, receiver, frame)
        try:
            os.write(self.taps[receiver], frame)
            self.traffic.add(receiver, "received", len(frame))
        except OSError:
            self.traffic.add(sender, "overflowed")

    def watch(self, sender, receiver, frame):
        if self.parted is None or self.first_across is not None:
            return
        if any(sender in group and receiver not in group for group in self.parted):
            segment = tcp_segment(frame)
            if segment and segment[2] > 0:
                self.first_across = time.time()

    def obey(self, listener):
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(1)
            try:
                words = connection.makefile().readline().split()
                answer = self.order_of(words)
            except (ValueError, IndexError, OSError) as error:
                answer = f"error {error!r}"
            try:
                connection.sendall((answer + "\n").encode())
            except OSError:
                pass

    def order_of(self, words):
        what, arguments = words[0], words[1:]
        if what == "stats":
            return json.dumps({"nodes": self.traffic.counts, "first_across": self.first_across, "queue": len(self.queue)})
        if what == "line":
            self.lines[int(arguments[0])].set(float(arguments[1]), float(arguments[2]))
            return "ok"
        if what in ("split", "cut"):
            self.parted, self.first_across = None, None
        if what in ("heal", "join"):
            self.parted = self.paths.groups or [set(self.paths.cut)]
        self.paths.change(what, arguments)
        return "ok"

    def end(self, *_):
        self.is_over = True


def main():
    setting = json.loads(sys.argv[1])
    switch = Switch(setting)
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, switch.end)
    try:
        switch.open(setting["control"])
        print("up", flush=True)
        switch.run()
    finally:
        switch.close()


if __name__ == "__main__":
    main()
