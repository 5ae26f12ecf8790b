"""Reads the chain from a node at the end: who proposed, and whose votes are counted."""
from .doors import fetch
from .node import REST
from .registry import active


def set_bits(hexadecimal):
    return [place for place, byte in enumerate(bytes.fromhex(hexadecimal[2:])) for bit in range(8) if byte >> bit & 1
            for place in [place * 8 + bit]]


def read_chain(first, last):
    """The canonical blocks of the slots `first` to `last`.

    A block is a table: slot, root, parent, proposer, bytes of its transactions, and of each slot voted for the committee places
    that its attestations name. Only from inside a namespace.
    """
    blocks = []
    for slot in range(first, last + 1):
        answer = fetch(REST, f"/eth/v2/beacon/blocks/{slot}", timeout=20)
        if not answer:
            continue
        message = answer["data"]["message"]
        votes = {}
        for attestation in message["body"]["attestations"]:
            voted = attestation["data"]["slot"]
            # The last bit of a bit list is its end.
            votes.setdefault(int(voted), set()).update(set_bits(attestation["aggregation_bits"])[:-1])
        payload = message["body"]["execution_payload"]
        blocks.append({
            "slot": int(message["slot"]), "proposer": int(message["proposer_index"]), "parent": message["parent_root"],
            "transaction_bytes": sum(len(one) // 2 - 1 for one in payload["transactions"]), "gas": int(payload["gas_used"]),
            "votes": {slot: sorted(places) for slot, places in votes.items()},
        })
    return blocks


def missed_percent(blocks, first, last):
    """Slots without a block, of all but the last, which may be on its way."""
    slots = {block["slot"] for block in blocks}
    wanted = range(first, last)
    return 100 * sum(1 for slot in wanted if slot not in slots) / max(1, len(wanted))


def counted_percent(blocks, registry, first, last):
    """Of the votes of slots that are followed by a block, those that blocks count. Every active validator votes in every slot,
    where an epoch is one slot."""
    slots = {block["slot"] for block in blocks}
    counted = {}
    for block in blocks:
        for slot, places in block["votes"].items():
            counted.setdefault(slot, set()).update(places)
    judged = [slot for slot in range(first, last - 1) if slot + 1 in slots]
    total = sum(len(active(registry, slot)) for slot in judged)
    return 100 * sum(len(counted.get(slot, ())) for slot in judged) / total if total else 0.0
