#!/usr/bin/env python3
"""Writes Tests/StateTransitionTests/Vectors/minimal: a compact selection of consensus vectors, made by the official
generator that the package eth-consensus-specs carries.

Needs Python >= 3.12 with eth-consensus-specs==1.7.0b4 pytest python-snappy rlp pycryptodome trie ckzg minizinc.

Of every runner and handler the smallest cases are kept: at most two that are accepted and one that is refused; of
`networking` all, of the light
client's handlers nearly all.

Usage: consensus.py [FOLDER]. Generating takes some twenty minutes; with FOLDER, what lies there already is used.
       consensus.py generate FOLDER PRESET FORK MODULE…: writes all vectors of some modules, such as phase0/finality or
       phase0/fork_choice/test_reorg.py, into FOLDER for `polai spec-test`.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import eth_consensus_specs

HERE = pathlib.Path(__file__).resolve()
OUTPUT = HERE.parents[2] / "Tests/StateTransitionTests/Vectors"
PACKAGE = pathlib.Path(eth_consensus_specs.__file__).parent
TESTS = PACKAGE / "test"

# Test modules by the fork that the vectors are made for. Operations that Electra did not change are tested in the
# folders of earlier forks.
SUITES = {
    "electra": [
        *(f"{fork}/block_processing" for fork in ("phase0", "altair", "bellatrix", "capella", "deneb", "electra")),
        *(f"{fork}/epoch_processing" for fork in ("phase0", "altair", "capella", "electra")),
        "phase0/rewards", "altair/rewards", "phase0/sanity", "electra/sanity", "phase0/finality", "electra/random",
        "phase0/fork_choice", "electra/fork_choice", "phase0/fast_confirmation",
        *(f"{fork}/networking" for fork in ("phase0", "altair", "bellatrix", "capella", "deneb", "electra")),
        "altair/light_client", "capella/light_client", "deneb/merkle_proof", "bellatrix/sync",
    ],
    "phase0": ["phase0/genesis", "phase0/shuffling"],
}
# Left out: blobs, which no chain of ours carries.
UNUSED_HANDLERS = {"gossip_blob_sidecar"}
# Kept whatever their size and place: what no smaller case shows.
ALWAYS = {"proposer_boost_excludes_slashed_validators"}
# Left out: cases larger than this many bytes.
CASE_LIMIT = 150_000
# Of these handlers every case is kept that is no larger than the second figure.
WHOLE_HANDLERS = {("light_client", "sync"): CASE_LIMIT, ("light_client", "data_collection"): 400_000, ("light_client", "single_merkle_proof"): CASE_LIMIT}
# Left out: stores of other forks than Electra's.
OTHER_FORKS = ("gloas",)


def generate(fork, folders, output, work, preset="minimal"):
    """Runs the generator. It imports its helpers under a second name, which a folder in `work` provides."""
    shim = work / "shim"
    (shim / "tests/core/pyspec").mkdir(parents=True, exist_ok=True)
    for package in ("tests", "tests/core", "tests/core/pyspec"):
        (shim / package / "__init__.py").touch()
    link = shim / "tests/core/pyspec/eth_consensus_specs"
    if not link.exists():
        link.symlink_to(PACKAGE)
    paths = [str(TESTS / folder) for folder in folders if (TESTS / folder).exists()]
    command = [
        sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", str(TESTS),
        "--reftests", "--reftests-output", str(output), "--preset", preset, "--fork", fork, *paths,
    ]
    environment = dict(os.environ, PYTHONPATH=str(shim), PYTHONDONTWRITEBYTECODE="1")
    subprocess.run(command, env=environment, check=False, cwd=shim)


def size(case):
    return sum(file.stat().st_size for file in case.iterdir())


def is_refused(case):
    """Whether the case expects a refusal. Only runners with a post state can say so."""
    runner = case.parts[-4]
    return runner in ("operations", "sanity", "epoch_processing") and not (case / "post.ssz_snappy").exists()


def select(source, output):
    kept = total = 0
    for handler in sorted(source.glob("minimal/*/*/*")):
        if handler.name in UNUSED_HANDLERS:
            continue
        # The smallest shufflings shuffle nothing.
        least = 1000 if handler.parent.name == "shuffling" else 0
        key = (handler.parent.name, handler.name)
        limit = WHOLE_HANDLERS.get(key, CASE_LIMIT)
        cases = (case for case in handler.glob("*/*") if least <= size(case) <= limit and not case.name.startswith(OTHER_FORKS))
        cases = sorted(cases, key=lambda case: (size(case), case.name))
        accepted = [case for case in cases if not is_refused(case)][: None if key in WHOLE_HANDLERS else 2]
        refused = [case for case in cases if is_refused(case)][:1]
        if handler.parent.name == "networking":
            # Each case is about a condition of its own, and small.
            accepted, refused = cases, []
        accepted += [case for case in cases if case.name in ALWAYS and case not in accepted]
        for case in accepted + refused:
            target = output / case.relative_to(source)
            shutil.copytree(case, target)
            kept += 1
            total += size(target)
    print(f"kept {kept} cases, {total} bytes, in {output}")


def main():
    if sys.argv[1:2] == ["generate"]:
        output, preset, fork = sys.argv[2:5]
        with tempfile.TemporaryDirectory() as folder:
            generate(fork, sys.argv[5:], pathlib.Path(output).resolve(), pathlib.Path(folder), preset)
        return
    if len(sys.argv) > 1:
        shutil.rmtree(OUTPUT / "minimal", ignore_errors=True)
        select(pathlib.Path(sys.argv[1]), OUTPUT)
        return
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        for fork, folders in SUITES.items():
            generate(fork, folders, work / "vectors", work)
        shutil.rmtree(OUTPUT / "minimal", ignore_errors=True)
        select(work / "vectors", OUTPUT)


main()
