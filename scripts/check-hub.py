#!/usr/bin/env python3
"""Runs `polai` against a hub on this machine: downloads that are killed and go on, models in shards, data sets.

    python scripts/check-hub.py --polai .build/release/polai

Serves the default model's GGUF file, a random Qwen2 model in several safetensors files, and two small data sets with
local-hub.py. `polai up --model` is killed with SIGKILL in the middle of the download; started again it must fetch only the rest
and train. Needs torch, transformers, tokenizers and gguf. Prints one line a check; exits 1 when one fails."""
import argparse
import importlib.util
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts/vectors"))
faults = []


def check(name, condition, seen=""):
    print(f"{'ok  ' if condition else 'FAIL'} {name}  {seen}", flush=True)
    if not condition:
        faults.append(name)


def local_hub():
    spec = importlib.util.spec_from_file_location("local_hub", ROOT / "scripts/local-hub.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def random_qwen2(folder, base):
    """A random Qwen2 model in BF16 with the default model's tokenizer, in several files."""
    import torch
    from tokenizer_vectors import from_gguf
    from transformers import Qwen2Config, Qwen2ForCausalLM

    torch.manual_seed(5)
    tokenizer = from_gguf(base)
    config = Qwen2Config(
        vocab_size=tokenizer.get_vocab_size(), hidden_size=64, intermediate_size=128, num_hidden_layers=3, num_attention_heads=4,
        num_key_value_heads=2, max_position_embeddings=512, tie_word_embeddings=True, bos_token_id=1, eos_token_id=2)
    Qwen2ForCausalLM(config).to(torch.bfloat16).save_pretrained(folder, max_shard_size="200KB")
    tokenizer.save(str(folder / "tokenizer.json"))


def fill(folder, base):
    """The hub's content."""
    default = folder / "test/default"
    default.mkdir(parents=True)
    (default / base.name).symlink_to(base.resolve())
    (default / "README.md").write_text("A model.\n")
    random_qwen2(folder / "test/tiny-qwen2", base)
    texts = folder / "datasets/test/texts"
    texts.mkdir(parents=True)
    with (texts / "train.jsonl").open("w") as file:
        for number in range(400):
            file.write(json.dumps({"text": f"The {number}th boat left the harbour at dawn and came back at dusk with {number % 7} boxes of fish."}) + "\n")
    (texts / "README.md").write_text("Boats.\n")
    columns = folder / "datasets/test/columns"
    columns.mkdir()
    (columns / "train.parquet").write_bytes(b"PAR1")


class Polai:
    """A run of the program whose output is read while it runs."""

    def __init__(self, options, place, *arguments):
        self.path = place / f"run-{time.monotonic_ns()}.log"
        environment = {**os.environ, "HF_ENDPOINT": options.endpoint, "HF_TOKEN": ""}
        self.process = subprocess.Popen(
            [options.polai, *arguments], cwd=place, env=environment, stdout=self.path.open("w"), stderr=subprocess.STDOUT)

    @property
    def output(self):
        return self.path.read_text()

    def wait_for(self, text, seconds):
        """Whether the text came before the time was up and the program ended."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if text in self.output:
                return True
            if self.process.poll() is not None:
                return text in self.output
            time.sleep(0.05)
        return False

    def end(self, how=signal.SIGINT):
        self.process.send_signal(how)
        try:
            self.process.wait(120)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def finish(self, seconds=300):
        return self.process.wait(seconds), self.output


def up(options, place, name, model, *arguments):
    names = ["dht", "geth-http", "prysm-rest", "prysm-grpc", "slasher", "ai-engine", "metrics"]
    ports = [text for index, port in enumerate(names) for text in (f"--{port}-port", str(options.port + index))]
    return Polai(
        options, place, "up", "--devnet", "--seconds-per-slot", "4", "--datadir", name, "--model", model, "--steps-per-round", "2", *ports,
        *arguments)


def killed_download(options, place, hub):
    hub.rate = 10e6
    partial = place / "model_cache/test--default" / f"{options.base.name}.partial"
    run = up(options, place, "first", "test/default")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not (partial.exists() and partial.stat().st_size > 20e6):
        time.sleep(0.05)
    run.end(signal.SIGKILL)
    kept = partial.stat().st_size if partial.exists() else 0
    check("up is killed in the middle of the download", 20e6 < kept < options.base.stat().st_size, f"{kept} bytes kept")
    hub.rate = 0
    run = up(options, place, "first", "test/default")
    check("up goes on with the download and trains", run.wait_for("Step 1/", 300))
    check("all of the file is there", not partial.exists() and partial.with_suffix("").stat().st_size == options.base.stat().st_size)
    run.end()
    check("the download was shown", "Fetching test/default" in run.output)
    check("the node stopped in order", run.process.returncode == 0 and "Stopped" in run.output, run.output[-200:].strip().splitlines()[-1])


def commands(options, place):
    status, text = Polai(options, place, "model", "pull", "test/tiny-qwen2").finish()
    check("model pull fetches the shards", status == 0 and text.count(".safetensors  ") > 1, f"{text.count('.safetensors  ')} files")
    status, text = Polai(options, place, "model", "list").finish()
    check("model list shows both", status == 0 and "test/default" in text and "test/tiny-qwen2" in text)
    for model in ("test/default", "test/tiny-qwen2"):
        status, text = Polai(options, place, "model", "verify", model).finish()
        check(f"model verify {model}", status == 0 and "base model root 0x" in text, text.strip().splitlines()[-1])
    shard = sorted((place / "model_cache/test--tiny-qwen2").glob("*.safetensors"))[0]
    content = bytearray(shard.read_bytes())
    content[-1] ^= 1
    shard.write_bytes(content)
    status, text = Polai(options, place, "model", "verify", "test/tiny-qwen2").finish()
    check("model verify finds damage", status == 1 and "checksum" in text)
    status, _ = Polai(options, place, "model", "pull", "test/tiny-qwen2").finish()
    check("model pull mends it", status == 0 and Polai(options, place, "model", "verify", "test/tiny-qwen2").finish()[0] == 0)
    status, text = Polai(options, place, "model", "pull", "test/none").finish()
    check("a model that is not there", status == 1 and "the hub has no test/none" in text, text.strip())


def training(options, place):
    run = up(options, place, "second", "test/tiny-qwen2", "--data", "test/texts", "--weights", "encoded")
    check("up trains a sharded Qwen2 model on a data set", run.wait_for("Step 1/", 120) and "Fetching datasets/test/texts" in run.output)
    check("its gate judges an update", run.wait_for("Loss gate ", 120) or "refused" in run.output)
    trainer = Polai(
        options, place, "trainer", "--peer-id", "0123456789abcdef", "--steps", "4", "--steps-per-round", "2", "--model", "test/tiny-qwen2", "--data",
        "test/texts", "--patience", "1", "--node", f"http://127.0.0.1:{options.port + 5}")
    check("a trainer of its own trains on the data set", trainer.wait_for("Step 1/4", 120))
    trainer.end()
    run.end()
    status, text = Polai(
        options, place, "trainer", "--peer-id", "0123456789abcdef", "--data", "test/columns", "--node", "http://127.0.0.1:1").finish()
    check("a data set of Parquet alone", status == 1 and "it has 1 .parquet" in text, text.strip())


def offline(options, place):
    status, text = Polai(options, place, "model", "verify", "test/default").finish()
    check("without a hub the cached model is opened", status == 0)
    status, text = Polai(options, place, "model", "list").finish()
    check("model list shows the data set", status == 0 and "datasets/test/texts" in text)
    status, text = Polai(options, place, "model", "pull", "test/other").finish()
    check("without a hub the error says what to do", status == 1 and "HF_ENDPOINT" in text, text.strip())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--polai", type=pathlib.Path, default=ROOT / ".build/release/polai")
    parser.add_argument("--base", type=pathlib.Path, default=next((ROOT / "model_cache").glob("SmolLM2-135M-Instruct*.gguf"), None))
    parser.add_argument("--port", type=int, default=18700, help="the first of seven ports for the node")
    options = parser.parse_args()
    options.polai = options.polai.resolve()
    with tempfile.TemporaryDirectory() as name:
        place = pathlib.Path(name)
        fill(place / "hub", options.base)
        hub = local_hub().serve(place / "hub", quiet=True)
        options.endpoint = f"http://127.0.0.1:{hub.server_port}"
        killed_download(options, place, hub)
        commands(options, place)
        training(options, place)
        hub.shutdown()
        hub.server_close()
        offline(options, place)
    print(f"{len(faults)} failed")
    sys.exit(bool(faults))


main()
