#!/usr/bin/env python3
"""Writes Tests/BeaconTypesTests/Vectors/containers.jsonl: random values of every container of the beacon chain, made with
the executable consensus specification, and of the `pol` fork's containers, declared here on top of it.

One JSON object a line:
    {"name", "spec", "ssz": serialisation as a Snappy block in hexadecimal, "root", "json": the beacon API's form}
    {"name", "spec", "default": serialised length, "root"}                the default value
    {"name", "spec", "gindex", "leaf", "branch": [...]}                   a Merkle branch in the value of the line before

`spec` is preset-fork. Needs: pip install eth-consensus-specs==1.7.0b4 (Python 3.12 or later)."""
import importlib.util
import json
import pathlib
import random
import re
import sys
import types

if importlib.util.find_spec("ckzg") is None:  # blobs are off; the specification only imports it
    stub = types.ModuleType("ckzg")
    stub.__getattr__ = lambda name: lambda *arguments: None
    sys.modules["ckzg"] = stub

import eth_consensus_specs
from eth_consensus_specs.debug.encode import encode
from eth_consensus_specs.debug.random_value import RandomizationMode as Mode, get_random_ssz_object
from eth_consensus_specs.electra import mainnet, minimal
from eth_consensus_specs.phase0 import minimal as phase0
from ssz.bitfields import BitList
from ssz.byte_arrays import ByteList
from ssz.collections import List, Vector
from ssz.container import Container
from ssz.proofs import build_proof, node_root
from ssz.uint import Uint8, Uint32, Uint64, Uint256
from eth_consensus_specs.utils.ssz.bytes import Bytes8, Bytes20, Bytes32

ROOT = pathlib.Path(__file__).resolve().parents[2]

POL_PRESET = {
    "SLOTS_PER_EPOCH": 1, "MAX_COMMITTEES_PER_SLOT": 1, "MAX_EXTRA_DATA_BYTES": 64, "SLOTS_PER_HISTORICAL_ROOT": 2048,
    "EPOCHS_PER_HISTORICAL_VECTOR": 2048, "EPOCHS_PER_SLASHINGS_VECTOR": 16384, "EPOCHS_PER_ETH1_VOTING_PERIOD": 64,
    "MAX_WITHDRAWALS_PER_PAYLOAD": 32,  # the limit of the list: 16 official ones and 16 rewards
}


def specification_with(constants):
    """The minimal Electra specification with some preset constants replaced, as freshly executed modules."""
    folder = pathlib.Path(eth_consensus_specs.__file__).parent
    module = None
    for fork in ("phase0", "altair", "bellatrix", "capella", "deneb", "electra"):
        text = (folder / fork / "minimal.py").read_text()
        text = re.sub(r"from eth_consensus_specs\.(\w+) import minimal as", r"from pol_\1 import minimal as", text)
        for name, value in constants.items():
            text = re.sub(rf"(?m)^{name}(: [\w\[\]]+)? = (\w+)\(.*\)$", rf"{name} = \2({value})", text)
        package = types.ModuleType(f"pol_{fork}")
        module = types.ModuleType(f"pol_{fork}.minimal")
        sys.modules[package.__name__] = package
        sys.modules[module.__name__] = module
        package.minimal = module
        exec(compile(text, f"pol_{fork}.py", "exec"), module.__dict__)
    return module


def pol_containers(spec):
    """The containers that the `pol` fork adds or changes, on top of an Electra specification."""
    voters = int(spec.MAX_VALIDATORS_PER_COMMITTEE) * int(spec.MAX_COMMITTEES_PER_SLOT)

    class CommitteeVoters(BitList):
        LIMIT = voters

    class UpdateAck(Container):
        slot: spec.Slot
        anchor_root: spec.Root
        update_id: Bytes32
        author: spec.ValidatorIndex
        verdict: Uint8
        adapter_root: Bytes32
        loss_before: Uint32
        loss_after: Uint32
        slice_seed: Bytes32
        task_before: Uint32
        task_after: Uint32
        general_base: Uint32
        general_parent: Uint32
        general_after: Uint32

    class GateLosses(Container):
        before_root: Bytes32
        after_root: Bytes32
        slice_before_root: Bytes32
        slice_after_root: Bytes32

    class AckStatement(Container):
        ack: UpdateAck
        losses_root: Bytes32

    class SealedAck(Container):
        ack: UpdateAck
        inner_signature: spec.BLSSignature

    class SignedUpdateAck(Container):
        message: UpdateAck
        validator_index: spec.ValidatorIndex
        signature: spec.BLSSignature
        inner_signature: spec.BLSSignature

    class AckAggregate(Container):
        ack: UpdateAck
        committee_bits: CommitteeVoters
        signature: spec.BLSSignature
        losses_root: Bytes32

    class CandidateInput(Container):
        file_hash: Bytes32
        reward_address: spec.ExecutionAddress

    class CandidateInputs(List[CandidateInput]):
        LIMIT = 16

    class Selected(BitList):
        LIMIT = 16

    class UpdateCandidate(Container):
        base_model_root: Bytes32
        parent_adapter_root: Bytes32
        slot: spec.Slot
        author: spec.ValidatorIndex
        inputs: CandidateInputs
        selected: Selected

    class AckCertificate(Container):
        candidate: UpdateCandidate
        ack: UpdateAck
        committee_bits: CommitteeVoters
        signature: spec.BLSSignature
        losses_root: Bytes32

    class ExtraDataBranch(Vector[Bytes32]):
        LENGTH = 9

    class CertificateBranch(Vector[Bytes32]):
        LENGTH = 4

    class AckQuorumSlashing(Container):
        signed_header: spec.SignedBeaconBlockHeader
        extra_data: spec.ExtraData
        extra_data_branch: ExtraDataBranch
        ack_certificate: AckCertificate
        ack_certificate_branch: CertificateBranch

    class AckContradiction(Container):
        vote: SignedUpdateAck
        other: AckAggregate
        own_vote: SignedUpdateAck

    class AckQuorumSlashings(List[AckQuorumSlashing]):
        LIMIT = 4

    class AckContradictions(List[AckContradiction]):
        LIMIT = 4

    class TrainerReward(Container):
        address: spec.ExecutionAddress
        amount: spec.Gwei

    class RecentUpdateIds(Vector[Bytes32]):
        LENGTH = 64

    class PendingRewards(List[TrainerReward]):
        LIMIT = 16

    class GeneralLoss(Container):
        base: Uint32
        after: Uint32

    class RecentProposers(Vector[spec.ValidatorIndex]):
        LENGTH = 64

    class GeneralLosses(Vector[GeneralLoss]):
        LENGTH = 64

    class LearningState(Container):
        base_model_root: Bytes32
        dev_texts_root: Bytes32
        adapter_root: Bytes32
        update_count: Uint64
        ai_quorum: Uint64
        recent_update_ids: RecentUpdateIds
        pending_rewards: PendingRewards
        task_pool_root: Bytes32
        general_pool_root: Bytes32
        recent_proposers: RecentProposers
        general_losses: GeneralLosses

    class ExecutionPayload(spec.ExecutionPayload):
        difficulty: Uint256
        pow_nonce: Bytes8

    class ExecutionPayloadHeader(spec.ExecutionPayloadHeader):
        difficulty: Uint256
        pow_nonce: Bytes8

    class BeaconBlockBody(spec.BeaconBlockBody):
        execution_payload: ExecutionPayload
        ack_certificate: AckCertificate
        ack_quorum_slashings: AckQuorumSlashings
        ack_contradictions: AckContradictions

    class BeaconBlock(spec.BeaconBlock):
        body: BeaconBlockBody

    class SignedBeaconBlock(spec.SignedBeaconBlock):
        message: BeaconBlock

    class BeaconState(spec.BeaconState):
        latest_execution_payload_header: ExecutionPayloadHeader
        learning: LearningState

    class LightClientHeader(spec.LightClientHeader):
        execution: ExecutionPayloadHeader

    class LightClientOptimisticUpdate(spec.LightClientOptimisticUpdate):
        attested_header: LightClientHeader

    class LightClientFinalityUpdate(spec.LightClientFinalityUpdate):
        attested_header: LightClientHeader
        finalized_header: LightClientHeader

    class LightClientUpdate(spec.LightClientUpdate):
        attested_header: LightClientHeader
        finalized_header: LightClientHeader

    class LightClientBootstrap(spec.LightClientBootstrap):
        header: LightClientHeader

    class NewPayloadRequest(spec.NewPayloadRequest):
        execution_payload: ExecutionPayload

    return [value for value in locals().values() if isinstance(value, type) and issubclass(value, Container)]


def containers(spec):
    """Every container of a specification module, the beacon API's only ones aside."""
    skip = {"Container", "ProgressiveContainer"}
    names = (line for line in SWIFT_NAMES if line not in skip)
    return [getattr(spec, name) for name in names if hasattr(spec, name)]


SWIFT_NAMES = re.findall(
    r'"(\w+)": \w+\.self', (ROOT / "Sources/Consensus/BeaconTypes/Specification/BeaconContainers.swift").read_text())


def snappy_block(data):
    """A valid Snappy block: greedy matches of at least eight bytes, literals otherwise."""
    out = bytearray()
    length = len(data)
    while True:
        out.append(length & 0x7F | (0x80 if length > 0x7F else 0))
        length >>= 7
        if not length:
            break
    table, start, position = {}, 0, 0

    def literal(end):
        begin = start
        while begin < end:
            part = data[begin:min(end, begin + 60)]
            out.append((len(part) - 1) << 2)
            out.extend(part)
            begin += len(part)

    while position + 8 <= len(data):
        key = bytes(data[position:position + 8])
        match = table.get(key)
        table[key] = position
        if match is None or position - match > 65535:
            position += 1
            continue
        literal(position)
        size = 8
        while position + size < len(data) and data[match + size] == data[position + size]:
            size += 1
        offset, left = position - match, size
        while left:
            part = min(left, 64)
            out.append((part - 1) << 2 | 2)
            out += offset.to_bytes(2, "little")
            left -= part
        position += size
        start = position
    literal(len(data))
    return bytes(out)


def beacon_api(value):
    """The debug form with integers as decimal strings."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return [beacon_api(element) for element in value]
    if isinstance(value, dict):
        return {name: beacon_api(member) for name, member in value.items()}
    return value


def h(data):
    return "0x" + bytes(data).hex()


def value_line(spec, value, with_json):
    line = {"name": type(value).__name__, "spec": spec, "ssz": snappy_block(value.encode_bytes()).hex(),
            "root": h(value.hash_tree_root())}
    if with_json:
        line["json"] = beacon_api(encode(value))
    return line


def random_lines(spec, kinds, modes, rng, list_length=3, with_json=True):
    for kind in kinds:
        for index, mode in enumerate(modes):
            value = get_random_ssz_object(rng, kind, 60, list_length, mode, False)
            yield value_line(spec, value, with_json and index == 0)


def proof_lines(spec, value, indices):
    yield value_line(spec, value, False)
    for index in indices:
        yield {"name": type(value).__name__, "spec": spec, "gindex": index, "leaf": h(node_root(value, index)),
               "branch": [h(node) for node in build_proof(value, index)]}


def main():
    rng = random.Random(13337)
    pol = specification_with(POL_PRESET)
    pol_kinds = pol_containers(pol)
    large = {"BeaconState", "HistoricalBatch", "BlobSidecar"}
    by_name = {kind.__name__: kind for kind in pol_kinds}
    lines = []
    kinds = containers(minimal)
    small = [kind for kind in kinds if kind.__name__ not in large]
    lines += random_lines("minimal-electra", small, [Mode.mode_random, Mode.mode_max, Mode.mode_max_count], rng)
    lines += random_lines("minimal-electra", [minimal.BeaconState, phase0.HistoricalBatch], [Mode.mode_random], rng, with_json=False)
    sized = {"Attestation", "IndexedAttestation", "ExecutionPayload", "SyncCommitteeContribution", "SyncAggregate", "AttesterSlashing"}
    lines += random_lines("mainnet-electra", [k for k in containers(mainnet) if k.__name__ in sized], [Mode.mode_random], rng)
    small = [kind for kind in pol_kinds if kind.__name__ not in large]
    lines += random_lines("pol-pol", small, [Mode.mode_random, Mode.mode_max_count], rng, list_length=2)
    lines += random_lines("pol-pol", [by_name["BeaconState"]], [Mode.mode_zero], rng, with_json=False)
    for spec, group in (("minimal-electra", kinds), ("mainnet-electra", containers(mainnet)), ("pol-pol", pol_kinds + containers(pol))):
        for kind in {kind.__name__: kind for kind in reversed(group)}.values():
            if kind.__name__ == "BlobSidecar":
                continue
            value = kind()
            lines.append({"name": kind.__name__, "spec": spec, "default": len(value.encode_bytes()), "root": h(value.hash_tree_root())})
    body = get_random_ssz_object(rng, by_name["BeaconBlockBody"], 60, 2, Mode.mode_max_count, False)
    lines += proof_lines("pol-pol", body, [25, 29, 810, 30, 57])
    state = get_random_ssz_object(rng, minimal.BeaconState, 60, 2, Mode.mode_max_count, False)
    lines += proof_lines("minimal-electra", state, [86, 87, 169, 64 + 11, (64 + 11) * 2 + 1])
    path = ROOT / "Tests/BeaconTypesTests/Vectors/containers.jsonl"
    path.write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines))
    print(f"{path}: {len(lines)} lines, {path.stat().st_size} bytes")


main()
