"""The `pol` fork as an executable specification: the official Electra specification of the package eth-consensus-specs
with another preset, more container fields, and the rules in `rules.py`.

The package's modules are generated Python with literal constants. They are read as text, changed in the few places named
below, and executed under their own names, so that everything unmodified stays the official text.
"""
import importlib.util
import pathlib
import re
import sys
import types

HERE = pathlib.Path(__file__).resolve().parent

PRESET = {
    "SLOTS_PER_EPOCH": 1, "MAX_COMMITTEES_PER_SLOT": 1, "MAX_EXTRA_DATA_BYTES": 64, "BASE_REWARD_FACTOR": 2,
    "MIN_EPOCHS_TO_INACTIVITY_PENALTY": 64, "SLOTS_PER_HISTORICAL_ROOT": 2048, "EPOCHS_PER_HISTORICAL_VECTOR": 2048,
    "EPOCHS_PER_SLASHINGS_VECTOR": 16384, "EPOCHS_PER_SYNC_COMMITTEE_PERIOD": 256, "EPOCHS_PER_ETH1_VOTING_PERIOD": 64,
    "MAX_WITHDRAWALS_PER_PAYLOAD": 16, "INACTIVITY_PENALTY_QUOTIENT_BELLATRIX": 2**32,
}
CONFIG = {
    "SLOT_DURATION_MS": 12000, "SHARD_COMMITTEE_PERIOD": 2048, "MIN_VALIDATOR_WITHDRAWABILITY_DELAY": 8192,
    "MIN_PER_EPOCH_CHURN_LIMIT_ELECTRA": 4 * 10**9, "MAX_PER_EPOCH_ACTIVATION_EXIT_CHURN_LIMIT": 8 * 10**9,
    "CHURN_LIMIT_QUOTIENT": 2**21, "MAX_BLOBS_PER_BLOCK_ELECTRA": 0,
    **{f"{fork}_FORK_EPOCH": 0 for fork in ("ALTAIR", "BELLATRIX", "CAPELLA", "DENEB", "ELECTRA")},
}

PAYLOAD_FIELDS = "    excess_blob_gas: Uint64\n"
REPLACEMENTS = {
    "capella": [("    LIMIT = MAX_WITHDRAWALS_PER_PAYLOAD\n", "    LIMIT = MAX_WITHDRAWALS_PER_PAYLOAD + 16\n", 1)],
    "deneb": [(PAYLOAD_FIELDS, PAYLOAD_FIELDS + "    difficulty: Uint256\n    pow_nonce: Bytes8\n", 2)],
    "electra": [
        ("class BeaconState(Container):\n", (HERE / "containers.py").read_text() + "\n\nclass BeaconState(Container):\n", 1),
        ("    pending_consolidations: PendingConsolidations\n",
         "    pending_consolidations: PendingConsolidations\n    learning: LearningState\n", 1),
        ("    execution_requests: ExecutionRequests\n\n\nclass BeaconBlock(",
         "    execution_requests: ExecutionRequests\n    ack_certificate: AckCertificate\n"
         "    ack_quorum_slashings: AckQuorumSlashings\n    ack_contradictions: AckContradictions\n\n\nclass BeaconBlock(", 1),
        ("        excess_blob_gas=payload.excess_blob_gas,\n    )\n",
         "        excess_blob_gas=payload.excess_blob_gas,\n        difficulty=payload.difficulty,\n"
         "        pow_nonce=payload.pow_nonce,\n    )\n", 1),
    ],
}


def load():
    """The patched Electra module."""
    # Blobs are off, so the KZG library behind the specification is never called.
    sys.modules.setdefault("ckzg", types.SimpleNamespace(load_trusted_setup=lambda *_: None))
    for fork in ("phase0", "altair", "bellatrix", "capella", "deneb", "electra"):
        name = f"eth_consensus_specs.{fork}.minimal"
        found = importlib.util.find_spec(name)
        text = pathlib.Path(found.origin).read_text()
        for constant, value in PRESET.items():
            text = re.sub(rf"^({constant} = \w+)\(.*\)$", rf"\1({value})", text, flags=re.M)
        for constant, value in CONFIG.items():
            text = re.sub(rf"^(    {constant}=\w+)\(.*\),$", rf"\1({value}),", text, flags=re.M)
        for old, new, count in REPLACEMENTS.get(fork, []):
            assert text.count(old) == count, (fork, old, text.count(old))
            text = text.replace(old, new)
        if fork == "electra":
            text += "\n\n" + (HERE / "rules.py").read_text()
        module = importlib.util.module_from_spec(found)
        sys.modules[name] = module
        exec(compile(text, f"{found.origin} (pol)", "exec"), module.__dict__)
        setattr(importlib.import_module(f"eth_consensus_specs.{fork}"), "minimal", module)
    return sys.modules["eth_consensus_specs.electra.minimal"]
