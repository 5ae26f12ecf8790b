"""How long an update takes from its trainer to every other node, by their logs: all run by one clock."""
import re

PUBLISHED = "Published update"
GATHERED = "Update gathered"


def measure(scenario, nodes, record):
    """Percentiles of the seconds from "Published update" to each other node's "Update gathered", of updates since the start of
    the scenario; and all TCP payload that a node took against the bytes of the updates. Empty where the scenario does not ask for it."""
    if not scenario.data.get("spread"):
        return {}
    began = record.genesis_time + record.base_slot * scenario.slot_seconds
    published, sizes = {}, {}
    for index in scenario.trainers:
        for time, line in nodes[index].log_times(PUBLISHED):
            file = re.search(r"file=(0x[0-9a-f]+)", line)
            size = re.search(r"bytes=(\d+)", line)
            if file and time >= began:
                published[file.group(1)] = (index, time)
                sizes[file.group(1)] = int(size.group(1)) if size else 0
    delays, missing = [], 0
    ends = record.genesis_time + record.end_slot * scenario.slot_seconds
    for index, node in nodes.items():
        seen = {}
        for time, line in node.log_times(GATHERED):
            file = re.search(r"file=(0x[0-9a-f]+)", line)
            if file:
                seen.setdefault(file.group(1), time)
        for file, (trainer, time) in published.items():
            if index == trainer:
                continue
            if file in seen:
                delays.append(seen[file] - time)
            elif time < ends - 10:
                missing += 1
    delays.sort()
    rank = lambda part: round(delays[min(len(delays) - 1, int(part * len(delays)))], 3) if delays else None
    whole = sum(sizes.values())
    ratios = [received(record, index) / whole for index in nodes if index not in scenario.trainers] if whole else []
    return {"payload_ratio_most": round(max(ratios), 2) if ratios else None, "updates_spread": len(published), "update_bytes": max(sizes.values(), default=0), "updates_not_gathered": missing,
            "spread_median_seconds": rank(0.5), "spread_p95_seconds": rank(0.95), "spread_most_seconds": rank(1)}


def received(record, node):
    """TCP payload that came to a node in the scenario, each byte once: updates, and all else that the chain says; not the rival."""
    rival = sum(event["bytes"] for event in record.events if event["do"] == "transfer")
    before, after = record.traffic_at_base["nodes"][node], record.traffic["nodes"][node]
    return after["payload_received"] - before["payload_received"] - rival
