#!/usr/bin/env python3
"""Sets a member of ours against real Hivemind processes and prints a table; exit 0 only where all held.

    python3 scripts/check-hivemind.py [--polai .build/release/polai] [--peer .build/release/HivemindPeer] [--port 22420] [--quick]

--quick joins, stores and reads a few records each way, and averages once, in some twenty seconds.
`polai dht --hivemind` is the only place where anybody joins. Needs: pip install hivemind==1.1.12 (with torch), in the Python that
runs this. All traffic stays on the loopback interface.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

import hivemind
from hivemind.dht.crypto import RSASignatureValidator
from hivemind.utils import MSGPackSerializer
from hivemind.utils.crypto import RSAPrivateKey

ADDRESSES = ["/ip4/127.0.0.1/tcp/0"]
RECORDS = 60  # each way
rows: list[tuple[str, str, str]] = []


class Polai:
    def __init__(self, binary: str, folder: str, port: int, *options: str):
        self.port, self.lines = port, []
        self.process = subprocess.Popen(
            [binary, "dht", "--listen", f"127.0.0.1:{port}", "--datadir", folder, "--solo", "--hivemind", *options], cwd=folder,
            stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
            env={k: v for k, v in os.environ.items() if k != "GENESIS_HOST"})
        threading.Thread(target=lambda: self.lines.extend(self.process.stderr), daemon=True).start()
        end = time.monotonic() + 60
        while True:
            try:
                self.maddr = f"/ip4/127.0.0.1/tcp/{port}/p2p/" + json.loads(self.get("/dht/peers"))["own"]["id"]
                return
            except Exception:
                if time.monotonic() > end or self.process.poll() is not None:
                    sys.exit("polai did not start:\n" + "".join(self.lines))
                time.sleep(0.2)

    def get(self, path: str) -> bytes:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
            return answer.read()

    def metric(self, name: str) -> float:
        for line in self.get("/metrics").decode().splitlines():
            if line.split(" ")[0].endswith(name):
                return float(line.split()[-1])
        return -1.0


class Ours:
    """HivemindPeer, spoken to by lines of JSON."""

    def __init__(self, binary: str, *options: str):
        self.process = subprocess.Popen([binary, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        hello = json.loads(self.process.stdout.readline())
        self.maddr, self.mark = hello["maddr"], bytes.fromhex(hello["mark"])

    def say(self, **order) -> dict:
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer

    def store(self, key, value, subkey=None, seconds=120) -> dict:
        pack = lambda v: MSGPackSerializer.dumps(v).hex()
        return self.say(do="store", key=pack(key), value=pack(value), subkey=None if subkey is None else pack(subkey), seconds=seconds)

    def get(self, key, latest=True):
        answer = self.say(do="get", key=MSGPackSerializer.dumps(key).hex(), latest=latest)
        load = lambda text: MSGPackSerializer.loads(bytes.fromhex(text))
        if "value" in answer:
            return load(answer["value"])
        if "entries" in answer:
            return {load(k): load(v) for k, v in answer["entries"]}
        return None

    def close(self):
        self.process.stdin.close()
        self.process.wait(20)


def check(name: str, body) -> None:
    began = time.monotonic()
    try:
        detail, held = body(), "ok"
    except Exception as error:
        detail, held = f"{type(error).__name__}: {error}"[:120], "FAIL"
    rows.append((held, name, f"{detail}"))
    print(f"{held:4} {name}: {detail} ({time.monotonic() - began:.1f} s)", flush=True)


def within(seconds: float, body):
    """What `body` returns once it is true."""
    end = time.monotonic() + seconds
    while not (found := body()):
        if time.monotonic() > end:
            raise TimeoutError("not so in time")
        time.sleep(0.2)
    return found


def value(number: int):
    return [number, f"text {number}", b"\x00\xff" * (number % 7), (1.5, None, number % 2 == 0), {"k": {"deep": number}}][number % 5]


def average(one, two, ours, compression: str, reduces: bool) -> str:
    """Two averagers of hivemind and one of ours: 1, 2 and 6 make 3, exactly; parts on the borders of shares, too."""
    import torch
    from hivemind.averaging import DecentralizedAverager
    from hivemind.compression import Float16Compression, NoCompression

    counts, prefix = [400_000, 5, 300_001], f"run{compression}{reduces}"
    averagers = [
        DecentralizedAverager(
            [torch.full((n,), float(number)) for n in counts], dht, prefix=prefix, target_group_size=3, min_group_size=3, start=True,
            min_matchmaking_time=5, compression=Float16Compression() if compression == "float16" else NoCompression())
        for number, dht in [(1, one), (2, two)]
    ]
    try:
        steps = [averager.step(wait=False, timeout=60) for averager in averagers]
        answer = ours.say(do="average", prefix=prefix, counts=counts, value=6, compression=compression, reduces=reduces)
        for step in steps:
            step.result(60)
        theirs = [{float(t.min()) for t in tensors} | {float(t.max()) for t in tensors} for tensors in (a._averaged_tensors for a in averagers)]
        assert theirs == [{3.0}, {3.0}], theirs
        assert answer["averages"] == [[3.0, 3.0]] * 3 and answer["missing"] == 0 and answer["group"] == 3, answer
        return f"1, 2 and 6 are 3 at all three, {sum(counts)} numbers ({answer['ms']:.0f} ms with matchmaking)"
    finally:
        for averager in averagers:
            averager.shutdown()


def lead(theirs: list, ours: list) -> str:
    """Groups that ours begins: each of `ours` leads or finds the other, `theirs` (number, DHT, whether a client) follow. 1, 2, 6 make 3."""
    import torch
    from hivemind.averaging import DecentralizedAverager

    counts, prefix = [400_000, 5, 300_001], f"led{len(ours)}{''.join(str(client) for _, _, client in theirs)}"
    answers: list = [None] * len(ours)

    def ask(place: int, number: int, peer: Ours) -> None:
        try:
            answers[place] = peer.say(do="average", prefix=prefix, counts=counts, value=number, compression="none", leads=True, size=3)
        except Exception as error:
            answers[place] = {"error": str(error)}

    threads = [threading.Thread(target=ask, args=(place, number, peer), daemon=True) for place, (number, peer) in enumerate(ours)]
    for thread in threads:
        thread.start()
    # They begin later than ours would, and so follow: their matchmaking starts once ours is declared, and takes longer.
    dht = theirs[0][1]
    within(10, lambda: (found := dht.get(f"{prefix}.0b", latest=True)) and any(v.value for v in found.value.values()))
    averagers = [
        DecentralizedAverager(
            [torch.full((n,), float(number)) for n in counts], dht, prefix=prefix, target_group_size=3, min_group_size=3, start=True,
            min_matchmaking_time=15, client_mode=client)
        for number, dht, client in theirs
    ]
    try:
        for step in [averager.step(wait=False, timeout=60) for averager in averagers]:
            step.result(60)
        for thread in threads:
            thread.join(60)
        means = [{float(t.min()) for t in tensors} | {float(t.max()) for t in tensors} for tensors in (a._averaged_tensors for a in averagers)]
        assert means == [{3.0}] * len(theirs), means
        for answer in answers:
            assert answer and answer.get("averages") == [[3.0, 3.0]] * 3 and answer["missing"] == 0 and answer["group"] == 3, answer
        return f"1, 2 and 6 are 3 at all three, {sum(counts)} numbers ({answers[0]['ms']:.0f} ms with matchmaking)"
    finally:
        for averager in averagers:
            averager.shutdown()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--polai", default=os.environ.get("POLAI", ".build/release/polai"))
    parser.add_argument("--peer", default=os.environ.get("HIVEMIND_PEER", ".build/release/HivemindPeer"))
    parser.add_argument("--port", type=int, default=22420)
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    arguments.polai, arguments.peer = (str(pathlib.Path(p).resolve()) for p in (arguments.polai, arguments.peer))
    print(f"hivemind {hivemind.__version__}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        polai = Polai(arguments.polai, folder, arguments.port)
        nodes: list = []
        ours: list[Ours] = []
        try:
            run(arguments, polai, nodes, ours)
        finally:
            try:
                for node in nodes:
                    node.shutdown()
                for peer in ours:
                    peer.close()
            finally:
                polai.process.terminate()
                polai.process.wait(20)
    width = max(len(name) for _, name, _ in rows)
    print()
    for held, name, detail in rows:
        print(f"{held:4} | {name:{width}} | {detail}")
    return 0 if all(held == "ok" for held, _, _ in rows) else 1


def run(arguments, polai: Polai, nodes: list, ours: list) -> None:
    records = 6 if arguments.quick else RECORDS

    def start(**options):
        node = hivemind.DHT(initial_peers=[polai.maddr], start=True, host_maddrs=ADDRESSES, **options)
        nodes.append(node)
        return node

    def both():
        keys = [RSAPrivateKey() for _ in range(2)]
        for key in keys:
            start(record_validators=[RSASignatureValidator(key)])
        start(client_mode=True)
        return "two members and a client, joined at polai alone"

    check("hivemind.DHT nodes join (called back, clocks compared)", both)
    if len(nodes) < 3:
        return
    one, two, client = nodes
    check("polai has both members in its table", lambda: within(20, lambda: polai.metric("hivemind_peers") >= 2 and "2"))
    for options in [(), ("--client",)]:
        ours.append(Ours(arguments.peer, *options, polai.maddr))
    member, asker = ours

    def joined():
        known = [peer.say(do="peers")["peers"] for peer in ours]
        assert min(known) >= 1, known
        return f"{known[0]} and {known[1]} members known"

    check("a member and a client of ours join", joined)
    now = time.time()

    def theirs_to_ours():
        stored = sum(one.store(f"theirs {n}", value(n), expiration_time=now + 600) for n in range(records))
        read = sum(m.get(f"theirs {n}") == value(n) for n in range(records) for m in (member, asker))
        assert (stored, read) == (records, 2 * records), (stored, read)
        return f"{stored} stored, {read} read by two"

    check(f"{records} records of hivemind, read by ours", theirs_to_ours)

    def ours_to_theirs():
        stored = sum(m.store(f"ours {m is member} {n}", value(n), seconds=600)["kept"] > 0 for n in range(records // 2) for m in (member, asker))
        read = 0
        for n in range(records // 2):
            for which in (True, False):
                for reader in (two, client):
                    found = reader.get(f"ours {which} {n}", latest=True)
                    read += found is not None and found.value == value(n) and found.expiration_time > now
        assert (stored, read) == (records, 2 * records), (stored, read)
        return f"{stored} stored, {read} read by two"

    check(f"{records} records of ours, read by hivemind", ours_to_theirs)

    def between():
        stored = sum(client.store(f"client {n}", value(n), expiration_time=now + 600) for n in range(records))
        read = sum((found := two.get(f"client {n}", latest=True)) is not None and found.value == value(n) for n in range(records))
        assert (stored, read) == (records, records), (stored, read)
        return f"{stored} stored, {read} read"

    if arguments.quick:
        check("a round of averaging that ours leads", lambda: lead([(1, one, False), (2, two, True)], [(6, member)]))
        return
    check(f"{records} records between hivemind nodes", between)

    def subkeys():
        assert one.store("run.0b", subkey="one", value=(1, 2.5), expiration_time=now + 500)
        assert client.store("run.0b", subkey=b"\x07", value={"k": None}, expiration_time=now + 400)
        assert member.store("run.0b", "ours", subkey=("tuple", 1))["kept"]
        assert asker.store("run.0b", 3, subkey=4)["kept"]
        expected = {"one": (1, 2.5), b"\x07": {"k": None}, ("tuple", 1): "ours", 4: 3}
        for node in (one, two, client):
            found = within(10, lambda: (f := node.get("run.0b", latest=True)) and len(f.value) == 4 and f)
            assert {k: v.value for k, v in found.value.items()} == expected, found
        for peer in ours:
            assert peer.get("run.0b") == expected, peer.get("run.0b")
        return "4 of four writers, read by five"

    check("subkeys", subkeys)

    def expirations():
        assert not one.store("theirs 0", "older", expiration_time=now + 60)
        outcome = member.store("theirs 1", "older", seconds=30)
        assert outcome["kept"] == 0 and outcome["refused"] > 0, outcome
        assert one.store("short", 1, expiration_time=time.time() + 2) and member.get("short") == 1
        time.sleep(2.5)
        assert member.get("short") is None and two.get("short", latest=True) is None
        return "an earlier expiration replaces nothing; what expired is gone"

    check("expirations", expirations)

    def owners():
        mark = RSASignatureValidator(RSAPrivateKey()).local_public_key
        validators = RSASignatureValidator(RSAPrivateKey())
        owner = start(record_validators=[validators])
        own = b"peer" + validators.local_public_key
        assert owner.store("progress", subkey=own, value={"loss": 1.5}, expiration_time=now + 500)
        assert member.get("progress") == {own: {"loss": 1.5}} == asker.get("progress")
        theirs = {k: v.value for k, v in two.get("progress", latest=True).value.items()}
        assert theirs == {own: {"loss": 1.5}}, theirs
        forged = client.store("progress", subkey=own, value="forged", expiration_time=now + 900)
        assert not forged and member.get("progress") == {own: {"loss": 1.5}}
        assert member.store("progress 2", "mine", subkey=b"x" + member.mark)["kept"] >= 2
        found = two.get("progress 2", latest=True)
        assert {k: v.value for k, v in found.value.items()} == {b"x" + member.mark: "mine"}, found
        try:
            asker.store("progress 2", "forged", subkey=b"x" + mark, seconds=900)
            raise AssertionError("a record with another's mark was sent out")
        except RuntimeError:
            pass
        return "signed by either, verified by the other, forgeries kept by nobody"

    check("owners' records (RSA, PSS)", owners)

    def rates():
        calls = 300

        def rate(get) -> float:
            began = time.monotonic()
            found = [get(f"theirs {n % records}") for n in range(calls)]
            took = time.monotonic() - began
            for n, what in enumerate(found):
                assert what == value(n % records), (n, what)
            return calls / took

        def theirs(key):
            found = client.get(key)
            return None if found is None else found.value

        mine = rate(lambda key: asker.get(key, latest=False))
        return f"{mine:.0f} a second by ours, {rate(theirs):.0f} by hivemind (its own cache included)"

    check("any live value, searches", rates)
    for compression in ("none", "float16"):
        check(f"a round of averaging as a client, {compression}", lambda: average(one, two, asker, compression, False))
        check(f"a round of averaging as a reducer, {compression}", lambda: average(one, two, member, compression, True))

    check("a round that ours leads, of a member and a client of theirs", lambda: lead([(1, one, False), (2, two, True)], [(6, member)]))
    ours.append(Ours(arguments.peer, polai.maddr))
    check("a round of two of ours and one of theirs", lambda: lead([(1, one, False)], [(2, member), (6, ours[2])]))

    def answered():
        requests, refused, keys = (polai.metric(f"hivemind_{name}") for name in ("answered", "refused", "keys"))
        assert requests > 0 and keys > 0, (requests, keys)
        return f"{requests:.0f} requests, refused {refused:.0f}, keeps {keys:.0f} keys"

    check("polai answered", answered)


if __name__ == "__main__":
    sys.exit(main())
