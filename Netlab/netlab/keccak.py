"""Keccak-256 with its original padding, which Python's library has not (FIPS 202's differs)."""

ROUNDS, RATE, MASK = 24, 136, (1 << 64) - 1


def _constants():
    register, constants = 1, []
    for _ in range(ROUNDS):
        constant = 0
        for power in range(7):
            if register & 1:
                constant |= 1 << ((1 << power) - 1)
            register = (register << 1) ^ (0x171 if register & 0x80 else 0)
        constants.append(constant)
    return constants


def _steps():
    """Of each lane after the first in the order of π: its place, and by how much ρ turns it."""
    x, y, steps = 1, 0, []
    for t in range(24):
        steps.append((x + 5 * y, (t + 1) * (t + 2) // 2 % 64))
        x, y = y, (2 * x + 3 * y) % 5
    return steps


CONSTANTS, STEPS = _constants(), _steps()


def permute(a):
    for constant in CONSTANTS:
        c = [a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20] for x in range(5)]
        d = [c[x - 1] ^ (((c[(x + 1) % 5] << 1) | (c[(x + 1) % 5] >> 63)) & MASK) for x in range(5)]
        a = [lane ^ d[place % 5] for place, lane in enumerate(a)]
        b = a[:]
        for (source, turn), (target, _) in zip(STEPS, STEPS[1:] + STEPS[:1]):
            lane = a[source]
            b[target] = ((lane << turn) | (lane >> (64 - turn))) & MASK if turn else lane
        a = [b[p] ^ (~b[p - p % 5 + (p + 1) % 5] & b[p - p % 5 + (p + 2) % 5] & MASK) for p in range(25)]
        a[0] ^= constant
    return a


def keccak256(data):
    padded = bytearray(data) + b"\x01" + bytes(-(len(data) + 1) % RATE)
    padded[-1] |= 0x80
    lanes = [0] * 25
    for start in range(0, len(padded), RATE):
        for place in range(RATE // 8):
            lanes[place] ^= int.from_bytes(padded[start + 8 * place:start + 8 * place + 8], "little")
        lanes = permute(lanes)
    return b"".join(lane.to_bytes(8, "little") for lane in lanes[:4])
