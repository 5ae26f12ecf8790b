"""Whether the records of what was signed hold a double signature, or two nodes signed for one key."""
import json


def offences(files):
    """Reads interchange files (EIP-3076), by node.

    Returns: a sentence for each key that signed twice, or on two nodes.
    """
    found, owners = [], {}
    blocks, votes = {}, {}
    for node, path in files.items():
        for entry in json.loads(path.read_text())["data"]:
            key = entry["pubkey"]
            signed = bool(entry["signed_blocks"] or entry["signed_attestations"])
            if signed and owners.setdefault(key, node) != node:
                found.append(f"{key[:10]} signed on nodes {owners[key]} and {node}")
            for block in entry["signed_blocks"]:
                blocks.setdefault((key, block["slot"]), set()).add(block.get("signing_root"))
            for vote in entry["signed_attestations"]:
                source, target = int(vote["source_epoch"]), int(vote["target_epoch"])
                votes.setdefault(key, {}).setdefault(target, set()).add((source, vote.get("signing_root")))
    for (key, slot), roots in blocks.items():
        if len(roots) > 1:
            found.append(f"{key[:10]} signed {len(roots)} blocks of slot {slot}")
    for key, targets in votes.items():
        found += _doubles(key, targets)
    return found


def _doubles(key, targets):
    found, highest = [], (-1, -1)
    for target in sorted(targets):
        if len(targets[target]) > 1:
            found.append(f"{key[:10]} signed {len(targets[target])} votes for target {target}")
        source = min(source for source, _ in targets[target])
        # A later target with an earlier source surrounds the vote between them.
        if source < highest[0]:
            found.append(f"{key[:10]} signed a vote {source}->{target} around {highest[0]}->{highest[1]}")
        highest = max(highest, (max(source for source, _ in targets[target]), target))
    return found


def invented(root, keys, epoch):
    """An interchange file's content that says of keys that they voted until an epoch, and no more."""
    vote = {"source_epoch": "0", "target_epoch": str(epoch)}
    return {"metadata": {"interchange_format_version": "5", "genesis_validators_root": root},
            "data": [{"pubkey": key, "signed_blocks": [], "signed_attestations": [vote]} for key in keys]}
