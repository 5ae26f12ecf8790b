"""Whether committee and quorum follow the registry: asked of every node for every slot, and held against who was active."""
from . import registry
from .doors import fetch
from .node import REST


def seats(slot):
    """Members of a slot's ACK committee, and the votes that its quorum needs. Only from inside a namespace."""
    answer = fetch(REST, f"/polai/v1/committees/{slot}")
    if not answer:
        return None
    return len(answer["data"]["members"]), int(answer["data"]["quorum"])


def read(first, last):
    """The seats of the slots from `first` to `last`, by slot. Only from inside a namespace."""
    return {slot: found for slot in range(first, last + 1) if (found := seats(slot))}


def measure(record):
    """Slots whose committee is not all active validators, or whose quorum is not `max(1, ceil(n / 2))`: by what each node says at
    the end, and by what it said while the slot was its head."""
    told = {(node, slot): tuple(found) for node, by_slot in record.committees.items() for slot, found in by_slot.items()}
    live = {(sample["node"], sample["head"]): tuple(sample["committee"]) for sample in record.samples
            if sample.get("committee") and sample["head"] >= record.base_slot}
    if not told:
        return {}
    wanted = {}
    for slot in {slot for _, slot in [*told, *live]}:
        count = len(registry.active(record.registry, slot))
        wanted[slot] = (count, max(1, -(-count // 2)))
    wrong = [(node, slot, *found, *wanted[slot]) for known in (told, live) for (node, slot), found in sorted(known.items())
             if found != wanted[slot]]
    record.extra["committees"] = steps(wanted)
    record.extra["committee_faults"] = [
        dict(zip(("node", "slot", "members", "quorum", "active", "wanted_quorum"), one)) for one in wrong[:50]]
    sizes = [count for count, _ in wanted.values()]
    return {"committee_slots": len(wanted), "committee_faults": len(wrong), "committee_sizes_seen": len(set(sizes)),
            "committee_most": max(sizes), "committee_last": wanted[max(wanted)][0]}


def steps(wanted):
    """Slot, members and quorum wherever they changed."""
    result = []
    for slot, (count, quorum) in sorted(wanted.items()):
        if not result or result[-1][1:] != [count, quorum]:
            result.append([slot, count, quorum])
    return result
