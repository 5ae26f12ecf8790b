#!/usr/bin/env python3
"""Checks our libp2p against real peers: go-libp2p (p2pd) and py-libp2p, in both directions, over loopback.

    python3 scripts/check-libp2p.py [--peer .build/debug/LibP2PPeer]

Ours is the test executable LibP2PPeer (`swift build --product LibP2PPeer`). The rivals' peers are the scripts
p2pd_peer.py and pylibp2p_peer.py in the folder that POLAI_PEERS names. They need the wheel `hivemind==1.1.12`
(HIVEMIND_WHEEL; only its Go binary is used) and `libp2p==0.8.1` in this interpreter. What is absent is skipped loudly; with
--require-all a skip is a failure. One line a check; exit 0 only where all that ran passed.
"""
import argparse
import importlib.util
import json
import os
import pathlib
import subprocess
import sys
import threading

ROOT = pathlib.Path(__file__).resolve().parent.parent


class Peer:
    """A child that prints JSON lines and lives until its standard input closes."""

    def __init__(self, *command: str):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.errors: list[str] = []
        threading.Thread(target=lambda: self.errors.extend(self.process.stderr), daemon=True).start()
        self.timer = threading.Timer(90, self.process.kill)
        self.timer.start()
        self.hello = self.line()

    def line(self) -> dict:
        text = self.process.stdout.readline()
        if not text:
            raise SystemExit(f"{self.process.args[0]} ended: " + "".join(self.errors[-20:]))
        return json.loads(text)

    def checks(self):
        """Results until the child says that it is through, or ends."""
        for text in self.process.stdout:
            row = json.loads(text)
            if row.get("check") == "end":
                return
            if "check" in row:
                yield row

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.timer.cancel()


def check_relays(peer: str, go: str, report) -> None:
    """Every choice of a relay and of a peer that calls; the peer that is called is ours. p2pd as the one that is called is left
    out: it was not reached through our relay on the loopback interface within 25 s, and why is not known."""

    def call(kind: str, circuit: str) -> dict:
        if kind == "ours":
            with Peer(peer, "--only", "ping,identify", circuit) as caller:
                rows = list(caller.checks())
            bad = [row for row in rows if not row["ok"]]
            return {"ok": not bad and len(rows) == 3, "detail": bad or [row["check"] for row in rows]}
        sys.path.insert(0, os.path.dirname(go))
        from p2pd_control import P2PD, P2PDError
        with P2PD(host_addrs="/ip4/127.0.0.1/tcp/0") as caller:
            try:
                caller.connect(circuit)
                return {"ok": True}
            except (P2PDError, EOFError) as error:
                return {"ok": False, "error": str(error)[:300]}

    for relay in ("ours", "go"):
        serving = [peer] if relay == "ours" else [sys.executable, go, "--", "-relayService=1", "-forceReachabilityPublic=1"]
        with Peer(*serving) as hub, Peer(peer, "--relay", hub.hello["maddr"]) as called:
            circuits = called.line()["relayed"]
            for caller in ("ours", "go"):
                report(f"{caller}>ours by {relay}", {"check": "relayed", **call(caller, circuits[0])})


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--peer", default=str(ROOT / ".build/debug/LibP2PPeer"))
    options.add_argument("--require-all", action="store_true")
    options.add_argument("--verbose", action="store_true")
    options = options.parse_args()
    scripts = os.environ.get("POLAI_PEERS", "")
    rivals, skipped = {}, []
    if os.environ.get("P2PD") or os.environ.get("HIVEMIND_WHEEL"):
        rivals["go"] = (os.path.join(scripts, "p2pd_peer.py"), "ping,identify,echo,findpeer,raw-kad,dht-pk,provide,gossip,autonat,relay")
    else:
        skipped.append("go-libp2p: set HIVEMIND_WHEEL to the wheel hivemind==1.1.12")
    if importlib.util.find_spec("libp2p"):
        rivals["py"] = (os.path.join(scripts, "pylibp2p_peer.py"), "ping,identify,dht-pk,provide,gossip")
    else:
        skipped.append("py-libp2p: install libp2p==0.8.1 into this interpreter")
    if not scripts:
        rivals, skipped = {}, skipped + ["all: set POLAI_PEERS to the folder of the peers' scripts"]

    failures, passed = 0, 0

    def report(pair: str, row: dict) -> None:
        nonlocal failures, passed
        passed, failures = passed + bool(row["ok"]), failures + (not row["ok"])
        print(f"{'ok  ' if row['ok'] else 'FAIL'} {pair:16} {json.dumps({k: v for k, v in row.items() if k != 'ok'})[:220]}", flush=True)

    # py-libp2p is told what to speak; go-libp2p speaks both, and ours what it is told.
    for name, security in [(name, security) for name in rivals for security in ("noise", "tls")]:
        script, checks = rivals[name]
        extra = ["--security", security] if name == "py" else []
        own = ["--security", security]
        label = name if security == "noise" else f"{name} (tls)"
        with Peer(sys.executable, script, *extra) as rival, Peer(options.peer, *own, rival.hello["maddr"]) as ours:
            for row in ours.checks():
                if row["check"] in ("echo", "kad-pk") and name == "py":
                    continue  # py-libp2p's peer serves no echo, and its own table refuses a /pk/ record of another peer
                report(f"ours -> {label}", row)
            if options.verbose:
                print("".join(ours.errors), file=sys.stderr)
        asked = ["--checks", checks, "--expect-echo"]
        with Peer(options.peer, *own) as ours, Peer(sys.executable, script, *extra, "--target", ours.hello["maddr"], *asked) as rival:
            for row in rival.checks():
                report(f"{label} -> ours", row)
            if options.verbose:
                print("".join(ours.errors) + "".join(rival.errors), file=sys.stderr)
    if "go" in rivals:
        check_relays(options.peer, rivals["go"][0], report)
    if "py" in rivals:
        print("SKIPPED relay with py-libp2p: its peer's script serves none", flush=True)
    for reason in skipped:
        print(f"SKIPPED {reason}", flush=True)
    print(f"{passed} passed, {failures} failed, {len(skipped)} skipped")
    return 1 if failures or (skipped and options.require_all) else 0


if __name__ == "__main__":
    sys.exit(main())
