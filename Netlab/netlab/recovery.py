"""How long nodes take to come back: to peers, to the head, to finality."""
import statistics

RETURNS = ("heal", "join", "start", "resume")


def measure(scenario, record, by_node):
    """Seconds to peers and head after each return of a node, and slots to new finality after the last return of all."""
    each = []
    for event in record.events:
        if event["do"] in ("start", "join", "resume"):
            nodes = event["node"] if isinstance(event["node"], list) else [event["node"]]
        elif event["do"] == "heal":
            nodes = list(scenario.nodes)
        else:
            continue
        for node in nodes:
            each.append(one(event, node, record, by_node))
    judged = {"returns": len(each)}
    for name in ("peers_seconds", "head_seconds"):
        values = [entry[name] for entry in each]
        reached = sorted(value for value in values if value is not None)
        judged[name + "_never"] = sum(1 for entry in each if entry[name] is None and not entry["cut_short"])
        judged[name + "_most"] = reached[-1] if reached else None
        judged[name + "_median"] = round(statistics.median(reached), 1) if reached else None
    judged |= finality(scenario, record, by_node)
    return {"judged": judged, "each": each}


def one(event, node, record, by_node):
    began = event["time"]
    ends = [other["time"] for other in record.events if other["time"] > began and (
        other["do"] in ("kill", "stop", "cut", "pause") and node in _nodes(other) or other["do"] == "split")]
    end = min(ends, default=float("inf"))
    peers = head = None
    for sample in by_node.get(node, ()):
        if not began < sample["time"] < end:
            continue
        if peers is None and sample.get("peers"):
            peers = round(sample["time"] - began, 1)
        if head is None and not sample["syncing"] and sample["head"] >= best_head(node, sample["time"], by_node) - 1 and sample.get("peers"):
            head = round(sample["time"] - began, 1)
        if peers is not None and head is not None:
            break
    return {"do": event["do"], "node": node, "slot": event["slot"], "peers_seconds": peers, "head_seconds": head,
            "cut_short": end != float("inf") and head is None}


def _nodes(event):
    node = event.get("node")
    return node if isinstance(node, list) else [node]


def best_head(node, moment, by_node):
    """The furthest head of the others in the seconds before a moment."""
    heads = [sample["head"] for other, samples in by_node.items() if other != node
             for sample in samples if moment - 10 < sample["time"] <= moment]
    return max(heads, default=0)


def usual_lag(scenario, record, samples, until):
    """Slots from an epoch until all nodes see it final, while nothing disturbs: by the clock."""
    lags = [(sample["time"] - record.genesis_time) / scenario.slot_seconds - sample["finalized"]
            for sample in samples if "finalized" in sample and sample["time"] < until]
    return statistics.median(lags[len(lags) // 2:]) if lags else None


def finality(scenario, record, by_node):
    """Slots from the last return until every node that runs has finalised anew, above what a chain without faults takes."""
    returns = [event for event in record.events if event["do"] in RETURNS]
    if not returns:
        return {}
    event = returns[-1]
    began = event["time"]
    across = record.traffic.get("first_across")
    if event["do"] in ("heal", "join") and across:
        began = max(began, across)
    disturbed = min(other["time"] for other in record.events)
    usual = usual_lag(scenario, record, record.samples, disturbed)
    before = max((s["finalized"] for s in record.samples if "finalized" in s and s["time"] <= began), default=0)
    reached = []
    for node, samples in by_node.items():
        if record.statuses.get(node) is None:
            continue
        reached.append(next((s["time"] for s in samples if s["time"] > began and s.get("finalized", 0) > before), None))
    result = {"first_traffic_seconds": round(began - event["time"], 1), "usual_finality_lag_slots": usual and round(usual, 2),
              "finalised_before": before}
    if not reached or None in reached or usual is None:
        return {**result, "finality_returned": 0, "finality_slots": None, "finality_above_minimum_slots": None}
    slots = (max(reached) - began) / scenario.slot_seconds
    return {**result, "finality_returned": 1, "finality_slots": round(slots, 2),
            "finality_above_minimum_slots": round(slots - usual, 2)}
