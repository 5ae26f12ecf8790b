"""python3 -m netlab SCENARIO [short|long]: runs a scenario, writes its figures and its plot, and judges them."""
import argparse
import json
import os
import pathlib
import shutil
import signal
import sys
import tempfile

from .figures import figures
from .judge import verdicts
from .laboratory import Failed, Laboratory
from .plot import draw
from .scenario import FORMS, Scenario, names

PACKAGE = pathlib.Path(__file__).parent.parent


def options():
    parser = argparse.ArgumentParser(prog="run.sh", description="Runs a scenario of the fault laboratory.")
    parser.add_argument("scenario", choices=[*names(), "list"])
    parser.add_argument("form", nargs="?", default="short", choices=FORMS)
    parser.add_argument("--results", default=str(PACKAGE / "results"), help="folder for the figures and the plot")
    parser.add_argument("--keep", help="keep the nodes' folders, with their logs, in this folder")
    parser.add_argument("--slot-seconds", type=int, help="another slot length than the scenario's")
    parser.add_argument("--seed", type=int, help="another seed than the scenario's")
    parser.add_argument("--debug", action="store_true", help="let the nodes log everything; with --keep")
    parser.add_argument("--model", help="base model for scenarios with a real one: a folder or a GGUF file")
    return parser.parse_args()


def main():
    chosen = options()
    if chosen.scenario == "list":
        for name in names():
            print(f"{name:4} {Scenario(name, 'short').title}")
        return 0
    overrides = {}
    if chosen.slot_seconds:
        overrides["slot_seconds"] = chosen.slot_seconds
    if chosen.seed is not None:
        overrides["seed"] = chosen.seed
    if chosen.model:
        overrides["model"] = {"path": chosen.model}
    scenario = Scenario(chosen.scenario, chosen.form, overrides)
    if chosen.debug:
        scenario.options = [*scenario.options, "--verbosity", "debug"]
    # Nodes run in folders of their own within it.
    folder = pathlib.Path(chosen.keep or tempfile.mkdtemp(prefix="polai-netlab-")).resolve()
    if chosen.keep and folder.exists() and any(folder.iterdir()):
        raise SystemExit(f"{folder} is not empty")
    folder.mkdir(parents=True, exist_ok=True)
    # An end by a signal takes the nodes and the namespaces along.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    laboratory = Laboratory(scenario, folder, os.environ["POLAI"])
    print(f"{scenario.title} ({scenario.form}): {len(scenario.shares)} nodes, {sum(scenario.shares)} validators, "
          f"{scenario.slots} slots of {scenario.slot_seconds} s", flush=True)
    try:
        record = laboratory.run()
        found = figures(scenario, laboratory.nodes, record)
        found["verdicts"] = verdicts(scenario.thresholds, found["judged"])
        results = pathlib.Path(chosen.results)
        results.mkdir(parents=True, exist_ok=True)
        stem = results / f"{scenario.name}-{scenario.form}"
        stem.with_suffix(".json").write_text(json.dumps(found, indent=1) + "\n")
        stem.with_suffix(".svg").write_text(draw(scenario, record))
    except Failed as failure:
        print(f"FAIL {scenario.name}: {failure}", flush=True)
        return 1
    finally:
        if not chosen.keep:
            shutil.rmtree(folder, ignore_errors=True)
    for name, value in found["judged"].items():
        print(f"  {name} = {value}")
    for verdict in found["verdicts"]:
        print(f"{'PASS' if verdict['holds'] else 'MISS'} {verdict['figure']}: {verdict['value']} (wanted {verdict['wanted']})")
    misses = [verdict["figure"] for verdict in found["verdicts"] if not verdict["holds"]]
    print(f"{scenario.name} {scenario.form}: " + (f"misses {', '.join(misses)}" if misses else "all thresholds hold"))
    return 1 if misses else 0


if __name__ == "__main__":
    sys.exit(main())
