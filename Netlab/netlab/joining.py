"""Newcomers: how long from a joiner's start to an accepted update, and how much of the stake came and went."""
from . import registry


def measure(scenario, record, by_node):
    """Of scenarios in which nodes deposit: `first_update_seconds` from the start of the first late trainer until it sees one more
    update in the chain than there were; who is active at the end, and what commands were refused."""
    if not scenario.deposits:
        return {}
    steps = record.extra.get("stake", [])
    refused = [step for step in steps if "refused" in step]
    result = {"stake_steps": len(steps), "stake_steps_refused": len(refused),
              "active_at_end": len(registry.active(record.registry, record.end_slot))}
    late = [event for event in record.events if event["do"] == "start" and event["node"] in scenario.trainers]
    if late:
        result["first_update_seconds"] = first_update(late[0], by_node)
    # Before the node of a genesis share is gone: how much of the stake is its.
    shares = [registry.share(record.registry, int(event["slot"]), scenario.validators_of(event["node"]))
              for event in record.events if event["do"] == "kill" and scenario.shares[event["node"] - 1]]
    if shares:
        result["killed_share_percent"] = round(shares[-1], 2)
    awaited = [event for event in record.events if event["do"] == "await"]
    result["awaited_in_vain"] = sum(1 for event in awaited if not event.get("reached"))
    return result


def first_update(event, by_node):
    """Until the node's own chain has an update that nobody had when it started."""
    before = max((s["updates"] for samples in by_node.values() for s in samples
                  if s["time"] <= event["time"] and "updates" in s), default=0)
    return next((round(s["time"] - event["time"], 1) for s in by_node.get(event["node"], ())
                 if s["time"] > event["time"] and s.get("updates", 0) > before), None)
