#!/usr/bin/env python3
"""Starts DHT daemons on one machine and checks that they find each other, serve both protocols on one port, tell why nobody is
there, and survive what hostile peers send.

    python3 scripts/check-dht.py [--polai .build/debug/polai] [--port 22300]

One line a check; exit 0 only where all passed.
"""
import argparse
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
failures = 0


class Node:
    def __init__(self, polai: str, folder: str, port: int, *options: str, env: dict | None = None):
        self.port, self.lines = port, []
        pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
        self.process = subprocess.Popen(
            [polai, "dht", "--listen", f"127.0.0.1:{port}", "--datadir", folder, *options], cwd=folder, stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL, text=True, env={**{k: v for k, v in os.environ.items() if k != "GENESIS_HOST"}, **(env or {})})
        threading.Thread(target=lambda: self.lines.extend(self.process.stderr), daemon=True).start()

    def get(self, path: str) -> bytes:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return answer.read()

    def peers(self) -> dict:
        return json.loads(self.get("/dht/peers"))

    def memory(self) -> int:
        """Resident MiB."""
        return int(open(f"/proc/{self.process.pid}/statm").read().split()[1]) * 4096 >> 20

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()


def check(name: str, body, seconds: float = 30) -> None:
    """Tries `body` until it is true, for so long."""
    global failures
    end, reason = time.monotonic() + seconds, ""
    while True:
        try:
            found = body()
            if found:
                return print(f"ok   {name}: {found}"[:200], flush=True)
            reason = "not so"
        except Exception as error:
            reason = repr(error)
        if time.monotonic() > end:
            failures += 1
            return print(f"FAIL {name}: {reason}"[:300], flush=True)
        time.sleep(0.2)


def talk(port: int, data: bytes, wait: float = 0.0) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=5)
    try:
        connection.sendall(data)
    except OSError:
        pass
    if wait:
        time.sleep(wait)
    return connection


def hostile(node: Node) -> None:
    """What somebody who wishes ill sends before any handshake."""
    multistream = b"\x13/multistream/1.0.0\n"
    attacks = {
        "garbage": b"\x13" + os.urandom(4096),
        "an overlong varint": b"\x13" + b"\xff" * 64,
        "a length of 2^40": multistream + b"\x80\x80\x80\x80\x80\x20" + b"a" * 100,
        "noise garbage": multistream + b"\x07/noise\n" + b"\x00\x60" + os.urandom(96),
        "a noise message that never ends": multistream + b"\x07/noise\n" + b"\xff\xff" + b"\x00" * 100,
        "an endless request line": b"GET /" + b"a" * 200_000,
        "binary": bytes(range(20, 256)) * 20,
    }
    for name, data in attacks.items():
        open_ones = []
        for _ in range(20):
            try:
                open_ones.append(talk(node.port, data))
            except OSError:
                pass
        check(f"answers others under {name}", lambda: json.loads(node.get("/healthz"))["status"])
        for connection in open_ones:
            connection.close()
    silent = []
    for _ in range(300):
        try:
            silent.append(socket.create_connection(("127.0.0.1", node.port), timeout=5))
        except OSError:
            break
    slow = [talk(node.port, multistream[:5]) for _ in range(40)]
    check(f"answers others beside {len(silent)} silent and {len(slow)} slow connections", lambda: node.peers()["own"]["id"])
    for connection in silent + slow:
        connection.close()


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--polai", type=pathlib.Path, default=ROOT / ".build/debug/polai")
    options.add_argument("--port", type=int, default=22300)
    options = options.parse_args()
    # The daemons run in folders of their own.
    options.polai = options.polai.resolve()
    first, second, third = options.port, options.port + 1, options.port + 2
    with tempfile.TemporaryDirectory() as folder, Node(options.polai, f"{folder}/a", first, "--solo") as a:
        check("HTTP on the port", lambda: a.peers()["own"]["addresses"])
        own = a.peers()["own"]["id"]
        with Node(options.polai, f"{folder}/b", second, env={"GENESIS_HOST": f"localhost:{first}"}) as b:
            check("B shows A", lambda: [p["agent"] for p in b.peers()["peers"] if p["id"] == own])
            other = b.peers()["own"]["id"]
            check("A shows B", lambda: [p["direction"] for p in a.peers()["peers"] if p["id"] == other])
            check("round trips are measured", lambda: [p["latencyMilliseconds"] for p in b.peers()["peers"]])
            with Node(options.polai, f"{folder}/c", third, "--bootstrap", f"/ip4/127.0.0.1/tcp/{first}/p2p/{own}") as c:
                check("C finds B through A", lambda: [p["id"] for p in c.peers()["peers"] if p["id"] == other])
            check("C is told to be away", lambda: len(a.peers()["peers"]) == 1)
            hostile(a)
            check("A and B are still together", lambda: [p["id"] for p in a.peers()["peers"] if p["id"] == other])
            check("memory stays small", lambda: a.memory() < 400 and f"{a.memory()} MiB")
            check("metrics", lambda: b"dht_peers 1" in a.get("/metrics"))
        with Node(options.polai, f"{folder}/b", second, env={"GENESIS_HOST": "localhost:1"}) as b:
            check("B comes again by the peers it knew", lambda: [p["id"] for p in b.peers()["peers"] if p["id"] == own])
    with tempfile.TemporaryDirectory() as folder, Node(options.polai, f"{folder}/d", first, env={"GENESIS_HOST": f"localhost:{first}"}) as d:
        check("a node alone says why within 10 s of its start", lambda: [l for l in d.lines if "No peers" in l and "itself" in l], 14)
        check("and lists the place with the reason", lambda: [p["reason"] for p in d.peers()["unreachable"]])
    print("all passed" if not failures else f"{failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
