#!/usr/bin/env python3
"""Two nodes behind NATs of their own and a third in the open: they meet through the third as a relay, then directly.

    sudo python3 scripts/check-nat.py [--polai .build/debug/polai] [--delay 20] [--nat cone|symmetric]

Makes three network namespaces with a TUN device each; this process is the internet between them, with both NATs: it
rewrites and delays packets, and lets in only answers to whom a node has spoken (address and port). A `cone` NAT shows every
peer the same outer port, so that hole punching must succeed; a `symmetric` one shows each peer another, so that it cannot,
and the nodes stay connected through the relay. Root and iproute2 are needed, no kernel NAT and no packages. One line a check;
exit 0 only where all passed.
"""
import argparse
import fcntl
import heapq
import json
import os
import pathlib
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PORT = 13337
PRIVATE = {"a": ("10.1.0.2", "11.0.0.1"), "b": ("10.2.0.2", "11.0.0.2")}
PUBLIC = {"p": "11.0.0.3"}


def packed(text: str) -> bytes:
    return bytes(map(int, text.split(".")))


def checksum(data: bytes) -> int:
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


class Packet:
    """An IPv4 packet with TCP in it."""

    def __init__(self, data: bytes):
        self.data = bytearray(data)
        self.head = (data[0] & 15) * 4
        self.is_tcp = data[0] >> 4 == 4 and data[9] == 6 and len(data) >= self.head + 20
        self.source, self.target = bytes(data[12:16]), bytes(data[16:20])
        self.source_port, self.target_port = struct.unpack("!HH", data[self.head:self.head + 4]) if self.is_tcp else (0, 0)

    def rewritten(self, source=None, source_port=None, target=None, target_port=None) -> bytes:
        data, head = self.data, self.head
        data[12:16], data[16:20] = source or self.source, target or self.target
        data[head:head + 4] = struct.pack("!HH", source_port or self.source_port, target_port or self.target_port)
        data[10:12] = b"\0\0"
        data[10:12] = struct.pack("!H", checksum(bytes(data[:head])))
        data[head + 16:head + 18] = b"\0\0"
        pseudo = bytes(data[12:20]) + struct.pack("!BBH", 0, 6, len(data) - head)
        data[head + 16:head + 18] = struct.pack("!H", checksum(pseudo + bytes(data[head:])))
        return bytes(data)


class NAT:
    def __init__(self, inner: str, outer: str, symmetric: bool, first: int):
        self.inner, self.outer, self.symmetric, self.next = packed(inner), packed(outer), symmetric, first
        self.outward, self.inward, self.spoken = {}, {}, set()

    def out(self, packet: Packet) -> bytes:
        other = (packet.target, packet.target_port)
        key = (packet.source_port,) + (other if self.symmetric else ())
        if key not in self.outward:
            self.outward[key] = self.next
            self.inward[self.next] = packet.source_port
            self.next += 7
        port = self.outward[key]
        self.spoken.add((port,) + other)
        return packet.rewritten(source=self.outer, source_port=port)

    def back(self, packet: Packet):
        port = packet.target_port
        if port not in self.inward or (port, packet.source, packet.source_port) not in self.spoken:
            return None
        return packet.rewritten(target=self.inner, target_port=self.inward[port])


class Internet(threading.Thread):
    """The namespaces, their NATs, and what lies between them."""

    def __init__(self, delay: float, symmetric: bool):
        super().__init__(daemon=True)
        self.delay, self.fds, self.names, self.queue, self.count = delay / 1000, {}, {}, [], 0
        self.nats = {n: NAT(*a, symmetric, 30000 + 10000 * i) for i, (n, a) in enumerate(PRIVATE.items())}
        self.cut, self.refused, self.over = set(), 0, False
        for name in (*PRIVATE, *PUBLIC):
            self.make(name, PRIVATE[name][0] if name in PRIVATE else PUBLIC[name])

    def make(self, name: str, address: str) -> None:
        space, device = f"polnat-{name}", f"polnat-{name}"
        subprocess.run(("ip", "netns", "del", space), stderr=subprocess.DEVNULL)
        subprocess.run(("ip", "netns", "add", space), check=True)
        fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(fd, 0x400454CA, struct.pack("16sH22x", device.encode(), 0x0001 | 0x1000))  # IFF_TUN | IFF_NO_PI
        self.fds[name], self.names[fd] = fd, name
        inside = ("ip", "-n", space)
        subprocess.run(("ip", "link", "set", device, "netns", space), check=True)
        for command in (("link", "set", "lo", "up"), ("addr", "add", f"{address}/32", "dev", device), ("link", "set", device, "up"),
                        ("route", "add", "default", "dev", device)):
            subprocess.run((*inside, *command), check=True)

    def close(self) -> None:
        self.over = True
        self.join(2)
        for name, fd in self.fds.items():
            os.close(fd)
            subprocess.run(("ip", "netns", "del", f"polnat-{name}"))

    def run(self) -> None:
        while not self.over:
            wait = min(0.2, max(0, self.queue[0][0] - time.monotonic())) if self.queue else 0.2
            for fd in select.select(list(self.names), [], [], wait)[0]:
                try:
                    for _ in range(64):
                        self.forward(self.names[fd], os.read(fd, 65536))
                except BlockingIOError:
                    pass
            while self.queue and self.queue[0][0] <= time.monotonic():
                _, _, name, data = heapq.heappop(self.queue)
                try:
                    os.write(self.fds[name], data)
                except OSError:
                    pass

    def forward(self, name: str, data: bytes) -> None:
        packet = Packet(data)
        if not packet.is_tcp or name in self.cut:
            return
        if name in self.nats:
            packet = Packet(self.nats[name].out(packet))
        for other, address in PUBLIC.items():
            if packet.target == packed(address):
                return self.deliver(other, bytes(packet.data))
        for other, nat in self.nats.items():
            if packet.target == nat.outer and other != name:
                back = nat.back(packet)
                if back is None:
                    self.refused += 1
                    return
                return self.deliver(other, back)

    def deliver(self, name: str, data: bytes) -> None:
        if name in self.cut:
            return
        self.count += 1
        heapq.heappush(self.queue, (time.monotonic() + self.delay, self.count, name, data))


class Node:
    def __init__(self, polai: str, folder: str, name: str, *options: str):
        self.name = name
        self.log = open(f"{folder}/{name}.log", "w")
        os.makedirs(f"{folder}/{name}")
        self.process = subprocess.Popen(
            ("ip", "netns", "exec", f"polnat-{name}", os.path.abspath(polai), "dht", "--listen", f"0.0.0.0:{PORT}", "--datadir",
             f"{folder}/{name}", "--verbosity", "debug", *options), stdout=self.log, stderr=self.log, cwd=folder)

    def get(self, path: str):
        done = subprocess.run(
            ("ip", "netns", "exec", f"polnat-{self.name}", sys.executable, "-c",
             "import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1], timeout=5).read().decode())",
             f"http://127.0.0.1:{PORT}{path}"), capture_output=True, text=True)
        return done.stdout if done.returncode == 0 else None

    def peers(self) -> dict:
        text = self.get("/dht/peers")
        return json.loads(text) if text else {"own": {"id": ""}, "peers": []}

    def metric(self, name: str) -> float:
        for line in (self.get("/metrics") or "").splitlines():
            words = line.split()
            if len(words) == 2 and words[0].split("{")[0].endswith(name):
                return float(words[1])
        return -1

    def way(self, peer: str):
        """How a peer is reached: `relay`, `direct`, or nothing."""
        for row in self.peers()["peers"]:
            if row["id"] == peer:
                return "relay" if row.get("isRelayed") else "direct"
        return None

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--polai", default=str(ROOT / ".build/debug/polai"))
    options.add_argument("--delay", type=float, default=20, help="milliseconds one way")
    options.add_argument("--nat", choices=("cone", "symmetric"), default="cone")
    options.add_argument("--keep", action="store_true", help="keep the nodes' folders and logs")
    options = options.parse_args()
    if os.geteuid() or not os.path.exists("/dev/net/tun") or not shutil.which("ip"):
        print("SKIPPED: needs root, /dev/net/tun and iproute2")
        return 0
    folder, failed, nodes = tempfile.mkdtemp(prefix="polai-nat-"), 0, {}
    start = time.monotonic()

    def check(what: str, condition, patience: float = 90, within: float = 0.3):
        nonlocal failed
        begin = time.monotonic()
        while not (found := condition()) and time.monotonic() - begin < patience:
            time.sleep(within)
        failed += not found
        print(f"{'ok  ' if found else 'FAIL'} {time.monotonic() - start:6.1f} s  {what}: {found}", flush=True)
        return found

    internet = Internet(options.delay, options.nat == "symmetric")
    internet.start()
    try:
        place = f"/ip4/{PUBLIC['p']}/tcp/{PORT}"
        p = nodes["p"] = Node(options.polai, folder, "p", "--solo")
        check("the public node answers", lambda: p.peers()["own"]["id"])
        a = nodes["a"] = Node(options.polai, folder, "a", "--bootstrap", place)
        b = nodes["b"] = Node(options.polai, folder, "b", "--bootstrap", place)
        first = check("A answers", lambda: a.peers()["own"]["id"])
        second = check("B answers", lambda: b.peers()["own"]["id"])
        check("A has joined", lambda: a.way(p.peers()["own"]["id"]))
        check("A leaves from the port that it listens on", lambda: any(key[0] == PORT for key in list(internet.nats["a"].outward)))
        check("A has a place at a relay", lambda: a.metric("dht_relays") >= 1)
        check("the public node keeps places", lambda: p.metric("dht_relay_places") >= 1)
        seen = []
        met = check("A and B meet", lambda: (seen.append(a.way(second) or b.way(first)), seen[-1])[1], within=0.05)
        print(f"      A and B met first by: {met}")
        if options.nat == "cone":
            check("through the relay first", lambda: "called through a relay" in (
                pathlib.Path(f"{folder}/a.log").read_text() + pathlib.Path(f"{folder}/b.log").read_text()), patience=5)
            check("then directly", lambda: a.way(second) == "direct" and b.way(first) == "direct")
            check("the circuit is closed", lambda: p.metric("dht_relay_circuits") == 0)
            internet.cut.add("p")
            time.sleep(45)
            check("without the relay they stay together", lambda: a.way(second) == "direct" and b.way(first) == "direct", patience=1)
        else:
            check("through the relay", lambda: a.way(second) == "relay" and b.way(first) == "relay")
            time.sleep(30)
            check("still through the relay", lambda: a.way(second) == "relay" and b.way(first) == "relay", patience=20)
        print(f"      packets: {internet.count} delivered, {internet.refused} refused by NATs")
        for name, node in nodes.items():
            failed += node.process.poll() is not None
    finally:
        for node in nodes.values():
            node.stop()
        internet.close()
        if failed or options.keep:
            print(f"logs: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"{options.nat}: {'FAILED' if failed else 'passed'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
