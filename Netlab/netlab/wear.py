"""What floods cost the flooded: memory above what it took before, and how far its head fell behind."""
from .recovery import best_head


def measure(record, by_node):
    """Over all flooded nodes; of memory the most since the first flood, less the most before it."""
    began = {}
    for event in record.events:
        if event["do"] == "flood":
            began.setdefault(event["node"], event["time"])
    growth, behind = [], []
    for node, moment in began.items():
        samples = by_node.get(node, ())
        before = [s["rss"] for s in samples if s.get("rss") and s["time"] <= moment]
        after = [s["rss"] for s in samples if s.get("rss") and s["time"] > moment]
        if before and after:
            growth.append((max(after) - max(before)) / 1e6)
        behind += [best_head(node, s["time"], by_node) - s["head"] for s in samples if s["time"] > moment]
    knocks = [knock.get("seconds_until_in") for knock in record.extra.get("knocks", [])]
    let_in = {"knocks": len(knocks), "knocks_in_vain": knocks.count(None)} if knocks else {}
    if not growth:
        return let_in
    return {**let_in, "flood_memory_growth_mb": round(max(growth), 1), "flood_slots_behind_most": max(behind)}
