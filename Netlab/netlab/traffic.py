"""What a node sends, told apart: bytes on the wire, TCP payload that is new, TCP payload that was sent before."""
import struct

MODULUS = 1 << 32


def tcp_segment(frame):
    """The flow of an Ethernet frame with TCP over IPv4, its sequence number, its payload's length, whether it opens the flow.

    Returns: None for anything else.
    """
    if len(frame) < 54 or frame[12:14] != b"\x08\x00" or frame[23] != 6:
        return None
    header = (frame[14] & 15) * 4
    total = struct.unpack_from("!H", frame, 16)[0]
    start = 14 + header
    if len(frame) < start + 20:
        return None
    ports, sequence = frame[start:start + 4], struct.unpack_from("!I", frame, start + 4)[0]
    length = total - header - (frame[start + 12] >> 4) * 4
    return (frame[26:34] + ports, sequence, max(0, length), bool(frame[start + 13] & 2))


class Traffic:
    """Counts of all nodes. The payload of `a` for `b` is `payload[a, b]`, each byte once however often it was sent."""

    FIELDS = ("sent", "received", "frames", "lost", "overflowed", "cut", "payload_sent", "payload_received", "repeated")

    def __init__(self, nodes):
        self.counts = {node: dict.fromkeys(self.FIELDS, 0) for node in nodes}
        self.next_sequence = {}

    def count_sent(self, source, destination, frame):
        counts = self.counts[source]
        counts["frames"] += 1
        counts["sent"] += len(frame)
        segment = tcp_segment(frame)
        if not segment:
            return
        flow, sequence, length, opens = segment
        if opens:
            self.next_sequence[flow] = (sequence + 1) % MODULUS
            return
        expected = self.next_sequence.get(flow, sequence)
        # How much of the segment lies beyond the furthest byte sent so far.
        beyond = (sequence + length - expected) % MODULUS
        fresh = min(length, beyond) if beyond < MODULUS // 2 else 0
        if fresh:
            self.next_sequence[flow] = (sequence + length) % MODULUS
        counts["payload_sent"] += fresh
        counts["repeated"] += length - fresh
        if destination in self.counts:
            self.counts[destination]["payload_received"] += fresh

    def add(self, node, field, amount=1):
        self.counts[node][field] += amount
