"""Reads a node's validator registry: who is active from when to when, with which stake, and who is slashed."""
from .doors import fetch
from .node import REST


def read():
    """The registry of the head's state, by place; None where the node does not answer. Only from inside a namespace."""
    answer = fetch(REST, "/eth/v1/beacon/states/head/validators", timeout=20)
    if not answer:
        return None
    entries = []
    for entry in answer["data"]:
        validator = entry["validator"]
        entries.append({
            "index": int(entry["index"]), "pubkey": validator["pubkey"], "status": entry["status"], "slashed": validator["slashed"],
            "activation": int(validator["activation_epoch"]), "exit": int(validator["exit_epoch"]),
            "gwei": int(validator["effective_balance"]),
        })
    return entries


def active(registry, epoch):
    """The validators that are active in an epoch."""
    return [entry for entry in registry if entry["activation"] <= epoch < entry["exit"]]


def slashed(registry):
    return sorted(entry["index"] for entry in registry if entry["slashed"])


def share(registry, epoch, indices):
    """The part of the active stake that validators hold, in percent."""
    now = active(registry, epoch)
    total = sum(entry["gwei"] for entry in now)
    return 100 * sum(entry["gwei"] for entry in now if entry["index"] in indices) / total if total else 0.0
