"""Makes figures of what a run left."""
import collections
import re
import statistics

from . import chain, committee, joining, protection, recovery, spread, wear

COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def figures(scenario, nodes, record):
    """All figures of a run: `judged` are those that thresholds may name, the rest tells more."""
    first, last = record.base_slot, record.end_slot
    by_node = collections.defaultdict(list)
    for sample in record.samples:
        by_node[sample["node"]].append(sample)
    slots = max(1, last - first)
    summaries = {node: summary(samples, scenario, record) for node, samples in sorted(by_node.items())}
    exports = {index: node.export_protection() for index, node in nodes.items()
               if scenario.shares[index - 1] and (node.folder / "secrets_data/slashing_protection").exists()}
    doubles = protection.offences(exports)
    conflicts = finality_conflicts(record.samples)
    running = [node for node in summaries if record.statuses.get(node) is not None]
    ends = [by_node[node][-1] for node in running]
    logs = {index: log_counts(node.log) for index, node in nodes.items() if node.log.exists()}
    recovered = recovery.measure(scenario, record, by_node)
    judged = {
        "missed_percent": round(chain.missed_percent(record.blocks, first, last), 2),
        "counted_percent": round(chain.counted_percent(record.blocks, record.registry, first, last), 2),
        "reorgs_per_100_slots": round(100 * max((s["reorgs"] for s in summaries.values()), default=0) / slots, 2),
        "memory_slope_mb_per_100_slots": max((s["memory_slope_mb_per_100_slots"] for s in summaries.values()), default=0),
        "memory_most_mb": max((s["memory_most_mb"] for s in summaries.values()), default=0),
        "finalised_slots": min((end.get("finalized", 0) for end in ends), default=0) - first,
        "finality_lag_at_end": max((slot_of(end, scenario, record) - end.get("finalized", 0) for end in ends), default=0),
        "head_spread_at_end": max(end["head"] for end in ends) - min(end["head"] for end in ends) if ends else None,
        "nodes_at_end": len(ends),
        "finality_conflicts": len(conflicts),
        "double_signatures": len(doubles),
        "slashed": max((len(seen) for seen in record.slashed.values()), default=0),
        "slashed_everywhere": len(set.intersection(*map(set, record.slashed.values()))) if record.slashed else None,
        "rejected_blocks": sum(s["rejected"] for s in summaries.values()),
        "lowest_score": min((s["lowest_score"] for s in summaries.values()), default=0),
        "sources_benched": sum(count for log in logs.values() for line, count in log.items() if "is not asked for blocks" in line),
        "bad_exits": sum(1 for status in record.statuses.values() if status != 0),
        "updates": max((end.get("updates", 0) for end in ends), default=0),
        "adapter_spread": len({end.get("adapter") for end in ends if end.get("updates") == max(e.get("updates", 0) for e in ends)}),
        "most_transaction_bytes": max((block["transaction_bytes"] for block in record.blocks), default=0),
        **recovered["judged"],
        **spread.measure(scenario, nodes, record),
        **joining.measure(scenario, record, by_node),
        **committee.measure(record),
        **wear.measure(record, by_node),
    }
    for node in summaries:
        summaries[node]["traffic"] = record.traffic["nodes"][node]
    return {
        "scenario": scenario.name, "form": scenario.form, "title": scenario.title, "slot_seconds": scenario.slot_seconds,
        "slots": slots, "validators": scenario.shares, "network": scenario.network, "judged": judged, "nodes": summaries,
        "recoveries": recovered["each"], "finality_conflicts": conflicts, "double_signatures": doubles,
        "slashed": record.slashed, "events": record.events, "extra": record.extra,
        "log": {node: dict(sorted(log.items(), key=lambda one: -one[1])[:25]) for node, log in logs.items()},
    }


def slot_of(sample, scenario, record):
    return int((sample["time"] - record.genesis_time) / scenario.slot_seconds)


def summary(samples, scenario, record):
    """What became of one node."""
    memory = [(sample["time"], sample["rss"] / 1e6, sample["started"]) for sample in samples if sample.get("rss")]
    return {
        "head": samples[-1]["head"], "finalised": samples[-1].get("finalized"), "updates": samples[-1].get("updates"),
        "memory_most_mb": round(max((m for _, m, _ in memory), default=0), 1),
        "memory_last_mb": round(memory[-1][1], 1) if memory else None,
        "memory_slope_mb_per_100_slots": round(slope(memory) * 100 * scenario.slot_seconds, 2),
        "reorgs": risen(samples, "reorgs"), "rejected": risen(samples, "rejected"), "missed_proposals": risen(samples, "missed"),
        "failed_votes": risen(samples, "failed_votes"), "cpu_seconds": round(risen(samples, "cpu"), 1),
        "files_most": max((sample.get("files", 0) for sample in samples), default=0),
        "lowest_score": min((sample.get("lowest_score", 0) for sample in samples), default=0),
        "syncing_samples": sum(1 for sample in samples if sample["syncing"]), "samples": len(samples),
    }


def risen(samples, name):
    """How far a counter has risen, over restarts of the process."""
    total, last, process = 0, 0, None
    for sample in samples:
        value = sample.get(name)
        if value is None:
            continue
        last = last if sample["started"] == process else 0
        total, last, process = total + max(0, value - last), value, sample["started"]
    return total


def slope(memory):
    """Least squares over the second half of the last process's life, in MB a second; 0 for short lives."""
    if not memory:
        return 0.0
    process = memory[-1][2]
    points = [(time, size) for time, size, started in memory if started == process]
    points = points[len(points) // 2:]
    if len(points) < 20:
        return 0.0
    middle_time, middle = statistics.fmean(t for t, _ in points), statistics.fmean(m for _, m in points)
    spread_ = sum((t - middle_time) ** 2 for t, _ in points)
    return sum((t - middle_time) * (m - middle) for t, m in points) / spread_ if spread_ else 0.0


def finality_conflicts(samples):
    """Epochs for which nodes named different finalised roots."""
    roots = collections.defaultdict(dict)
    for sample in samples:
        if "finalized" in sample:
            roots[sample["finalized"]].setdefault(sample["finalized_root"], set()).add(sample["node"])
    return [{"epoch": epoch, "roots": {root[:18]: sorted(nodes) for root, nodes in by_root.items()}}
            for epoch, by_root in sorted(roots.items()) if len(by_root) > 1]


def log_counts(path):
    """The log's warnings and errors, with numbers and roots taken out, and how often each came."""
    counts = collections.Counter()
    for line in path.read_text(errors="replace").splitlines():
        line = COLOUR.sub("", line)
        level = line.split(" ", 1)[0]
        if level in ("WARN", "WARNING", "ERROR", "CRIT", "CRITICAL") or "Fatal error" in line:
            text = re.sub(r"\[[^\]]*\] ", "", line, count=1)
            text = re.sub(r"12D3KooW\w+", "PEER", text)
            counts[re.sub(r"0x[0-9a-f…]+|\d+(\.\d+)?", "N", text)[:200]] += 1
    return counts
