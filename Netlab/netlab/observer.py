"""Watches every node while a scenario runs: what it says of its head, its finality, its peers and its learning, and its memory."""
import json
import threading
import time

from .committee import seats
from .doors import fetch, fetch_text
from .node import DHT, METRICS, REST

COUNTERS = {
    "beacon_reorgs_total": "reorgs", "beacon_rejected_blocks_total": "rejected", "validator_missed_proposals_total": "missed",
    "validator_failed_attestations_total": "failed_votes", "beacon_certificate_faults_total": "certificate_faults",
    "slasher_offences_total": "offences", "process_cpu_seconds_total": "cpu", "process_open_fds": "files",
}


def sample(node, started, with_committee):
    """What a node says now. Only from inside its namespace."""
    syncing = fetch(REST, "/eth/v1/node/syncing")
    if not syncing:
        return None
    finality = fetch(REST, "/eth/v1/beacon/states/head/finality_checkpoints")
    head = fetch(REST, "/eth/v1/beacon/headers/head")
    learning = fetch(REST, "/polai/v1/learning/head")
    peers = fetch(DHT, "/dht/peers")
    metrics = fetch_text(METRICS, "/metrics") or ""
    result = {"time": round(time.time(), 3), "node": node.index, "started": started,
              "head": int(syncing["data"]["head_slot"]), "syncing": syncing["data"]["is_syncing"], "rss": node.memory()}
    if finality:
        for name in ("current_justified", "finalized"):
            result[name] = int(finality["data"][name]["epoch"])
            result[name + "_root"] = finality["data"][name]["root"]
    if head:
        result["root"] = head["data"]["root"]
    if learning:
        result["updates"] = int(learning["data"]["update_count"])
        result["adapter"] = learning["data"]["adapter_root"]
    if peers:
        result["peers"] = len(peers["peers"])
        result["unreachable"] = len(peers["unreachable"])
        result["lowest_score"] = min((peer.get("score") or 0 for peer in peers["peers"]), default=0)
    if with_committee and not result["syncing"] and (found := seats(result["head"])):
        result["committee"] = found
    for line in metrics.splitlines():
        name, _, value = line.rpartition(" ")
        bare = name.split("{")[0]
        if bare in COUNTERS:
            result[COUNTERS[bare]] = result.get(COUNTERS[bare], 0) + float(value)
    return result


class Observer:
    """Takes a sample of each node every `period` seconds, on threads of its own, and keeps all of them."""

    def __init__(self, nodes, doors, file, period=1.0, with_committee=False):
        self.nodes, self.doors, self.period, self.with_committee = nodes, doors, period, with_committee
        self.samples = []
        self.latest = {}
        self.lock = threading.Lock()
        self.file = open(file, "w", encoding="utf-8")
        self.is_over = threading.Event()
        self.threads = [threading.Thread(target=self.watch, args=(node,), daemon=True) for node in nodes.values()]

    def start(self):
        for thread in self.threads:
            thread.start()

    def watch(self, node):
        while not self.is_over.wait(self.period):
            process = node.process
            if not node.is_running or process is None:
                with self.lock:
                    self.latest.pop(node.index, None)
                continue
            try:
                taken = self.doors[node.index].submit(sample, node, process.pid, self.with_committee).result()
            except RuntimeError:
                return
            except (KeyError, TypeError, ValueError) as error:
                taken = None
                print(f"node {node.index} answers what cannot be read: {error!r}", flush=True)
            # One that was killed meanwhile has said its last word.
            if taken and node.process is process:
                with self.lock:
                    self.samples.append(taken)
                    self.latest[node.index] = taken
                    self.file.write(json.dumps(taken) + "\n")

    def now(self):
        with self.lock:
            return dict(self.latest)

    def stop(self):
        self.is_over.set()
        for thread in self.threads:
            thread.join(30)
        self.file.close()
        return sorted(self.samples, key=lambda sample: sample["time"])
