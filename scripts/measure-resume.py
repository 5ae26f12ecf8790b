#!/usr/bin/env python3
"""Measures how fast a node is back after kill -9: kills `polai up` in the middle of a slot, starts it again, and tells
after how many seconds REST answers, the validator attests, and its next block is imported.

  scripts/measure-resume.py [--polai .build/release/polai] [--slot 12] [--runs 3] [--option=--no-trainer]
"""
import argparse, json, os, random, shutil, signal, subprocess, tempfile, time, urllib.request

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--polai", default=".build/release/polai")
parser.add_argument("--slot", type=int, default=12, help="seconds per slot")
parser.add_argument("--runs", type=int, default=3)
parser.add_argument("--at", type=float, default=0.5, help="when to kill, as a fraction of the slot")
parser.add_argument("--option", action="append", default=[], help="one more option of polai up; repeatable")
arguments = parser.parse_args()

folder = tempfile.mkdtemp(prefix="polai-resume-")
port = random.randrange(20000, 40000)
names = ["dht-port", "geth-http-port", "prysm-rest-port", "ai-engine-port", "metrics-port", "prysm-grpc-port", "slasher-port"]
command = [arguments.polai, "up", "--devnet", "--seconds-per-slot", str(arguments.slot), "--datadir", folder]
for index, name in enumerate(names):
    command += [f"--{name}", str(port + index)]
command += arguments.option


def get(path, at=2):
    return urllib.request.urlopen(f"http://127.0.0.1:{port + at}{path}", timeout=2).read().decode()


def data(path):
    return json.loads(get(path))["data"]


def counter(name):
    for line in get("/metrics", at=4).splitlines():
        if line.startswith(name + " "):
            return float(line.split()[1])
    return 0


def wait(condition, limit=120):
    """Seconds since `started` when the condition first holds."""
    while time.monotonic() - started < limit:
        try:
            if condition():
                return time.monotonic() - started
        except (OSError, ValueError, KeyError):
            pass
        time.sleep(0.02)
    raise SystemExit(f"not within {limit} s; see {folder}/log")


def start():
    log = open(f"{folder}/log", "a")
    return time.monotonic(), subprocess.Popen(command, stdout=log, stderr=log)


head = lambda: int(data("/eth/v1/node/syncing")["head_slot"])
started, node = start()
try:
    wait(lambda: head() >= 3, limit=60 + 8 * arguments.slot)
    genesis = int(data("/eth/v1/beacon/genesis")["genesis_time"])
    for run in range(arguments.runs):
        known = head()
        into = (time.time() - genesis) % arguments.slot
        time.sleep((arguments.slot * (1 + arguments.at) - into) % arguments.slot)
        slot = int((time.time() - genesis) / arguments.slot)
        node.send_signal(signal.SIGKILL)
        node.wait()
        started, node = start()
        rest = wait(lambda: head() >= 0)
        attested = wait(lambda: counter("validator_attestations_total") >= 1)
        block = wait(lambda: head() > slot)
        print(
            f"run {run + 1}: killed in slot {slot}; REST after {rest:.2f} s, attestation after {attested:.2f} s, "
            f"block of slot {head()} after {block:.2f} s; missed proposals {counter('validator_missed_proposals_total'):.0f}",
            flush=True)
        wait(lambda: head() > slot + 2)
finally:
    node.kill()
    node.wait()
    shutil.rmtree(folder, ignore_errors=True)
