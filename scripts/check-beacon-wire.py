#!/usr/bin/env python3
"""Speaks Ethereum's consensus protocols to a running node over py-libp2p (Noise, Yamux), and compares with what its REST interface tells.

    python3 scripts/check-beacon-wire.py [--rest http://127.0.0.1:3500] [--slots 3]

Status, metadata, ping, blocks by range and by root, a light client's update; questions that are none; beacon_block by gossip under
the specification's message ids; and last, a status of another chain, for which the node takes its leave. Messages are put together
here from the specification's text. Needs: pip install libp2p==0.8.1 cramjam. One JSON line a check; exit 0 only where all passed."""
import argparse
import hashlib
import json
import logging
import secrets
import struct
import sys
import time
import urllib.request
import warnings

warnings.simplefilter("ignore")
logging.disable(logging.WARNING)

import cramjam
import multiaddr
import trio
from libp2p import new_host
from libp2p.crypto.secp256k1 import create_new_key_pair
from libp2p.crypto.x25519 import create_new_key_pair as x25519
from libp2p.network.stream.exceptions import StreamEOF
from libp2p.peer.peerinfo import info_from_p2p_addr
from libp2p.pubsub.gossipsub import PROTOCOL_ID_V11, PROTOCOL_ID_V12, GossipSub
from libp2p.pubsub.pubsub import Pubsub
from libp2p.security.noise.transport import PROTOCOL_ID as NOISE, Transport as Noise
from libp2p.stream_muxer.yamux.yamux import PROTOCOL_ID as YAMUX, Yamux
from libp2p.tools.anyio_service import background_trio_service

PREFIX = "/eth2/beacon_chain/req/"
STATUS = struct.Struct("<4s32sQ32sQ")
MAXIMUM = 10 << 20


def say(**row):
    print(json.dumps(row), flush=True)


class Node:
    """A node's REST interface."""

    def __init__(self, url):
        self.url = url.rstrip("/")

    def get(self, path, accept="application/json"):
        request = urllib.request.Request(self.url + path, headers={"Accept": accept})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.read()

    def data(self, path):
        return json.loads(self.get(path))["data"]

    def block(self, block_id):
        return self.get(f"/eth/v2/beacon/blocks/{block_id}", "application/octet-stream")

    def root(self, block_id):
        return bytes.fromhex(self.data(f"/eth/v1/beacon/headers/{block_id}")["root"][2:])

    def fork_digest(self):
        genesis = self.data("/eth/v1/beacon/genesis")
        fork = self.data("/eth/v1/beacon/states/head/fork")
        version = bytes.fromhex(fork["current_version"][2:])
        root = hashlib.sha256(version.ljust(32, b"\0") + bytes.fromhex(genesis["genesis_validators_root"][2:])).digest()
        return root[:4]


def varint(value):
    output = b""
    while value >= 128:
        output, value = output + bytes([value & 127 | 128]), value >> 7
    return output + bytes([value])


def read_varint(data, place):
    value = shift = 0
    while True:
        value |= (data[place] & 127) << shift
        shift, place = shift + 7, place + 1
        if data[place - 1] < 128:
            return value, place


def payload(ssz):
    return varint(len(ssz)) + bytes(cramjam.snappy.compress(ssz))


def after_identifier(data, place):
    """Where the first chunk of the snappy stream at `place` begins."""
    assert data[place:place + 10] == b"\xff\x06\x00\x00sNaPpY", data[place:place + 10]
    return place + 10


def chunks(data, context):
    """Every (result, context, SSZ) of an answer."""
    place, result = 0, []
    while place < len(data):
        code, place = data[place], place + 1
        fork = b""
        if code == 0 and context:
            fork, place = data[place:place + 4], place + 4
        length, place = read_varint(data, place)
        start, ssz = place, b""
        place = after_identifier(data, place)
        while len(ssz) < length:
            size = int.from_bytes(data[place + 1:place + 4], "little")
            place += 4 + size
            ssz = bytes(cramjam.snappy.decompress(data[start:place]))
        assert len(ssz) == length, (len(ssz), length)
        result.append((code, fork, ssz))
    return result


def message_id(topic, data):
    name = topic.encode()
    prefix = len(name).to_bytes(8, "little") + name
    try:
        hashed = b"\x01\x00\x00\x00" + prefix + bytes(cramjam.snappy.decompress_raw(data))
    except Exception:
        hashed = b"\x00\x00\x00\x00" + prefix + data
    return hashlib.sha256(hashed).digest()[:20]


class Session:
    def __init__(self, host, node, peer):
        self.host, self.node, self.peer = host, node, peer
        self.digest = node.fork_digest()

    async def ask(self, name, version, request, context=True):
        stream = await self.host.new_stream(self.peer, [f"{PREFIX}{name}/{version}/ssz_snappy"])
        if request is not None:
            await stream.write(request)
        await stream.close_write()
        data = b""
        try:
            while piece := await stream.read(65536):
                data += piece
                assert len(data) <= 4 * MAXIMUM
        except StreamEOF:
            pass
        return chunks(data, context)

    def own_status(self, digest=None):
        return payload(STATUS.pack(digest or self.digest, bytes(32), 0, bytes(32), 0))

    async def status(self):
        ((code, _, ssz),) = await self.ask("status", 1, self.own_status(), False)
        digest, finalized, epoch, head, slot = STATUS.unpack(ssz)
        assert code == 0 and digest == self.digest, (code, digest.hex(), self.digest.hex())
        known = self.node.data("/eth/v1/beacon/states/head/finality_checkpoints")["finalized"]
        assert abs(int(known["epoch"]) - epoch) <= 1, (known, epoch)
        assert self.node.root("0x" + head.hex()) == head
        return {"fork_digest": digest.hex(), "head_slot": slot, "finalized_epoch": epoch}

    async def metadata(self):
        ((code, _, ssz),) = await self.ask("metadata", 2, None, False)
        told = self.node.data("/eth/v1/node/identity")["metadata"]
        assert code == 0 and len(ssz) == 17
        assert "0x" + ssz[8:16].hex() == told["attnets"] and "0x" + ssz[16:].hex() == told["syncnets"]
        assert int.from_bytes(ssz[:8], "little") == int(told["seq_number"])
        return told

    async def ping(self):
        ((code, _, ssz),) = await self.ask("ping", 1, payload((0).to_bytes(8, "little")), False)
        assert code == 0 and len(ssz) == 8
        return {"seq_number": int.from_bytes(ssz, "little")}

    async def by_range(self):
        head = int(self.node.data("/eth/v1/beacon/headers/head")["header"]["message"]["slot"])
        start = max(1, head - 15)
        answer = await self.ask("beacon_blocks_by_range", 2, payload(struct.pack("<QQQ", start, head - start + 1, 1)))
        assert answer and all(code == 0 and fork == self.digest for code, fork, _ in answer)
        slots = [int.from_bytes(ssz[100:108], "little") for _, _, ssz in answer]
        assert slots == sorted(set(slots)) and all(start <= slot <= head for slot in slots), slots
        for slot, (_, _, ssz) in zip(slots, answer):
            assert self.node.block(slot) == ssz, f"slot {slot}"
        return {"slots": slots, "bytes": sum(len(ssz) for _, _, ssz in answer)}

    async def by_root(self):
        root = self.node.root("finalized")
        answer = await self.ask("beacon_blocks_by_root", 2, payload(root + secrets.token_bytes(32)))
        assert [(code, fork, ssz) for code, fork, ssz in answer] == [(0, self.digest, self.node.block("0x" + root.hex()))]

    async def light_client(self):
        ((code, fork, ssz),) = await self.ask("light_client_finality_update", 1, None)
        assert code == 0 and fork == self.digest
        told = self.node.get("/eth/v1/beacon/light_client/finality_update", "application/octet-stream")
        # Another block may have come between the two questions.
        return {"bytes": len(ssz), "same": told == ssz}

    async def questions_that_are_none(self):
        seen = []
        for request in (b"\x00", b"\x19", payload(bytes(24)), b"\x18\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"):
            ((code, _, words),) = await self.ask("beacon_blocks_by_range", 2, request)
            assert code == 1 and len(words) <= 256, (code, words)
            seen.append(words.decode())
        return seen

    async def goodbye(self):
        """A node of this chain takes its leave of whoever says that it is of another."""
        told = trio.Event()
        reason = []

        async def hear(stream):
            data = b""
            try:
                while piece := await stream.read(4096):
                    data += piece
            except Exception:
                pass
            length, place = read_varint(data, 0)
            reason.append(int.from_bytes(bytes(cramjam.snappy.decompress(data[place:])), "little"))
            told.set()

        self.host.set_stream_handler(f"{PREFIX}goodbye/1/ssz_snappy", hear)
        await self.ask("status", 1, self.own_status(b"\1\2\3\4"), False)
        with trio.fail_after(10):
            while self.peer in self.host.get_network().connections:
                await trio.sleep(0.1)
        assert reason == [2], reason
        return {"reason": reason}


async def gossip(session, pubsub, slots):
    topic = f"/eth2/{session.digest.hex()}/beacon_block/ssz_snappy"
    subscription = await pubsub.subscribe(topic)
    seconds = int(session.node.data("/eth/v1/config/spec")["SLOT_DURATION_MS"]) / 1000
    got, ids = [], set()
    with trio.fail_after(seconds * (slots + 6) + 10):
        while len(got) < slots:
            message = await subscription.get()
            assert not message.from_id and not message.seqno and not message.signature, "not anonymous"
            ssz = bytes(cramjam.snappy.decompress_raw(message.data))
            slot = int.from_bytes(ssz[100:108], "little")
            root = None
            for _ in range(50):
                try:
                    root = session.node.root(slot)
                    break
                except Exception:
                    await trio.sleep(0.1)
            assert root and session.node.block(slot) == ssz, f"slot {slot}"
            identity = message_id(topic, message.data)
            assert identity not in ids
            ids.add(identity)
            got.append(slot)
    return {"slots": got}


async def check(name, body):
    start = time.monotonic()
    try:
        with trio.fail_after(180):
            detail = await body()
        say(check=name, ok=True, ms=round((time.monotonic() - start) * 1e3, 1), detail=detail)
        return True
    except BaseException as error:
        if isinstance(error, (KeyboardInterrupt, trio.Cancelled)):
            raise
        say(check=name, ok=False, error=f"{type(error).__name__}: {error}"[:500])
        return False


async def main(arguments):
    node = Node(arguments.rest)
    address = next(a for a in node.data("/eth/v1/node/identity")["p2p_addresses"] if "127.0.0.1" in a)
    info = info_from_p2p_addr(multiaddr.Multiaddr(address))
    assert str(info.peer_id).startswith("16Uiu2HA"), "the beacon node's identity is not secp256k1"
    keys = create_new_key_pair()
    host = new_host(
        key_pair=keys, sec_opt={NOISE: Noise(keys, noise_privkey=x25519().private_key)}, muxer_opt={YAMUX: Yamux})
    router = GossipSub(
        protocols=[PROTOCOL_ID_V12, PROTOCOL_ID_V11], degree=6, degree_low=4, degree_high=12, heartbeat_initial_delay=0.1,
        heartbeat_interval=1)
    pubsub = Pubsub(
        host, router, strict_signing=False, msg_id_constructor=lambda m: message_id(m.topicIDs[0], m.data),
        max_inbound_rpc_size=MAXIMUM)
    passed = True
    async with host.run(listen_addrs=[multiaddr.Multiaddr("/ip4/127.0.0.1/tcp/0")]):
        async with background_trio_service(pubsub), background_trio_service(router):
            await pubsub.wait_until_ready()
            session = Session(host, node, info.peer_id)

            async def connect():
                await host.connect(info)
                return {"peer": str(info.peer_id)}

            passed &= await check("connect", connect)
            for name in ("status", "metadata", "ping", "by_range", "by_root", "light_client", "questions_that_are_none"):
                passed &= await check(name, getattr(session, name))
            passed &= await check("gossip", lambda: gossip(session, pubsub, arguments.slots))
            passed &= await check("goodbye", session.goodbye)
    return passed


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rest", default="http://127.0.0.1:3500")
    parser.add_argument("--slots", type=int, default=3)
    sys.exit(0 if trio.run(main, parser.parse_args()) else 1)
