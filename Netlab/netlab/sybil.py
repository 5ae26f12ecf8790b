"""An invented peer: it shakes hands by libp2p, says that it speaks the beacon chain's protocols, grafts itself into every topic of
its victim, and then sends what no honest peer sends, or nothing at all."""
import asyncio
import random
import struct

from .noise import Handshake, Identity, field, varint

SPOKEN = ("/ipfs/id/1.0.0", "/meshsub/1.1.0", "/eth2/beacon_chain/req/status/1/ssz_snappy", "/eth2/beacon_chain/req/status/2/ssz_snappy",
          "/eth2/beacon_chain/req/ping/1/ssz_snappy", "/eth2/beacon_chain/req/beacon_blocks_by_range/2/ssz_snappy")
HELLO = "/multistream/1.0.0"
SYN, ACK, FIN, RESET = 1, 2, 4, 8
DATA, WINDOW, PING = 0, 1, 2


def line(text):
    raw = text.encode() + b"\n"
    return varint(len(raw)) + raw


async def read_line(reader):
    """A line of the negotiation in the clear."""
    return await reader.readexactly((await reader.readexactly(1))[0])


class Stream:
    def __init__(self):
        self.input, self.protocol, self.greeted = b"", None, False


class Sybil:
    """`counts` is shared by all and counts what came of them."""

    def __init__(self, number, is_silent, counts):
        self.identity = Identity(random.Random(f"sybil {number} {random.random()}").getrandbits(250))
        self.is_silent, self.counts = is_silent, counts
        self.streams, self.topics = {}, []
        self.outgoing = 1

    async def run(self, victim, port, source, until):
        self.reader, self.writer = await asyncio.wait_for(asyncio.open_connection(victim, port, local_addr=(source, 0)), 10)
        try:
            await asyncio.wait_for(self.shake(), 15)
            self.counts["handshakes"] += 1
            await asyncio.wait_for(self.live(until), until)
        finally:
            self.writer.close()

    async def knock(self, victim, port, source):
        """Whether the victim shakes hands; then goes away."""
        try:
            self.reader, self.writer = await asyncio.wait_for(asyncio.open_connection(victim, port, local_addr=(source, 0)), 10)
        except (OSError, asyncio.TimeoutError):
            return False
        try:
            await asyncio.wait_for(self.shake(), 15)
            return True
        except (OSError, ValueError, asyncio.TimeoutError, asyncio.IncompleteReadError):
            return False
        finally:
            self.writer.close()

    async def shake(self):
        self.writer.write(line(HELLO) + line("/noise"))
        for _ in range(2):
            await read_line(self.reader)
        handshake = Handshake(self.identity)
        self.send_plain(handshake.first())
        handshake.second(await self.read_plain())
        last, self.sealing, self.opening = handshake.third()
        self.send_plain(last)
        self.send(line(HELLO) + line("/yamux/1.0.0"))
        self.buffer = b""
        await self.take(20)
        await self.take(14)

    def send_plain(self, message):
        self.writer.write(struct.pack("!H", len(message)) + message)

    async def read_plain(self):
        return await self.reader.readexactly(struct.unpack("!H", await self.reader.readexactly(2))[0])

    def send(self, data):
        for start in range(0, len(data), 65000):
            self.send_plain(self.sealing.seal(data[start:start + 65000]))

    async def take(self, count):
        while len(self.buffer) < count:
            self.buffer += self.opening.open(await self.read_plain())
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def frame(self, kind, flags, stream, body=b"", length=None):
        self.send(struct.pack("!BBHII", 0, kind, flags, stream, len(body) if length is None else length) + body)

    async def live(self, until):
        self.frame(DATA, SYN, self.outgoing, line(HELLO) + line("/meshsub/1.1.0"))
        attack = None
        try:
            while True:
                _, kind, flags, stream, length = struct.unpack("!BBHII", await self.take(12))
                if kind == PING and flags & SYN:
                    self.frame(PING, ACK, 0, length=length)
                if kind == WINDOW and flags & SYN or kind == DATA and flags & SYN:
                    self.streams[stream] = Stream()
                    self.frame(WINDOW, ACK, stream, length=0)
                if kind == DATA and length:
                    body = await self.take(length)
                    self.frame(WINDOW, 0, stream, length=length)
                    if stream in self.streams:
                        self.hear(stream, self.streams[stream], body)
                if self.topics and attack is None:
                    attack = asyncio.create_task(self.attack())
                if flags & (FIN | RESET):
                    self.streams.pop(stream, None)
        finally:
            if attack:
                attack.cancel()

    def hear(self, number, stream, body):
        """Takes what the victim says on a stream that it opened."""
        stream.input += body
        while stream.protocol is None and stream.input and len(stream.input) > stream.input[0]:
            length = stream.input[0]
            text, stream.input = stream.input[1:length].decode(errors="replace"), stream.input[1 + length:]
            if text == HELLO:
                self.frame(DATA, 0, number, line(HELLO))
            elif text in SPOKEN:
                stream.protocol = text
                self.frame(DATA, 0, number, line(text))
                if text == SPOKEN[0]:
                    self.identify(number)
            else:
                self.frame(DATA, 0, number, line("na"))
        if stream.protocol == "/meshsub/1.1.0" and not self.topics:
            self.topics = topics(stream.input)
        # What a victim says of its own chain is what it believes of a peer's.
        if stream.protocol and ("/status/" in stream.protocol or "/ping/" in stream.protocol) and stream.input:
            self.frame(DATA, FIN, number, b"\0" + stream.input)
            self.counts["answers"] += 1
            stream.input = b""

    def identify(self, number):
        said = field(1, self.identity.public) + field(5, b"eth2/1.0.0") + field(6, b"sybil")
        said += b"".join(field(3, one.encode()) for one in SPOKEN)
        self.frame(DATA, FIN, number, varint(len(said)) + said)

    async def attack(self):
        """Grafts into all topics; one that is not silent then sends a message that nobody accepts, each second another."""
        self.rpc(b"".join(field(1, field(1, 1) + field(2, topic)) for topic in self.topics))
        self.rpc(field(3, b"".join(field(3, field(1, topic)) for topic in self.topics)))
        self.counts["grafts"] += len(self.topics)
        while not self.is_silent:
            await asyncio.sleep(1)
            topic = random.choice(self.topics)
            self.rpc(field(2, field(2, random.randbytes(2000)) + field(4, topic)))
            self.counts["messages"] += 1

    def rpc(self, content):
        self.frame(DATA, 0, self.outgoing, varint(len(content)) + content)


def topics(rpc):
    """The topics in the subscriptions of a peer's first message, as far as it is here."""
    found, start = [], 0
    while (start := rpc.find(b"\x12", start)) >= 0:
        start += 1
        if start < len(rpc) and rpc[start + 1:start + 7] == b"/eth2/" and start + rpc[start] < len(rpc):
            found.append(rpc[start + 1:start + 1 + rpc[start]])
    return found
