#!/usr/bin/env python3
"""Sets our Petals server and client beside Petals' own in one swarm and prints a table; exit 0 only where all held.

    scripts/check-petals.sh [--polai .build/release/polai] [--port 22440] [--speed]

A tiny random Llama of four blocks is served by two servers of Petals (all blocks, and the first half) and two of ours (all blocks,
and the second half). `--speed` also measures tokens a second of a random model in the shape of SmolLM2-135M.

Needs Python 3.11 with torch, transformers>=4.32,<4.35, accelerate==0.23.0, peft==0.5.0, hivemind==1.1.12, tensor-parallel==1.0.23,
speedtest-cli, humanfriendly, async-timeout, sentencepiece, safetensors, Dijkstar, cpufeature, numpy<2, setuptools<81, and
petals==2.2.0.post1 with --no-deps; and petals_shim/ of POLAI_PEERS in PYTHONPATH. All traffic stays on the loopback interface."""
import argparse
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

PREFIX, BLOCKS, PROMPT, TOKENS = "tiny-hf", 4, "A lighthouse by the sea", 40
OFFSET = 2  # the random model's tokenizer: two special tokens, then a token for each byte
rows: list[tuple[str, str, str]] = []


def serve_petals(argv) -> None:
    """The inner process: a server of Petals."""
    import hivemind_compat  # noqa: F401
    import petals.cli.run_server as run_server

    run_server.validate_version = lambda: None  # it would ask a web service for the newest version
    sys.argv = ["run_server", *argv]
    run_server.main()


class Server:
    """A process that serves blocks; `maddr` and `peer` once it does."""

    def __init__(self, command, found: str, ready: str, environment=None):
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, **(environment or {})}, start_new_session=True)
        self.maddr, self.ready = None, threading.Event()
        threading.Thread(target=self.read, args=(found, ready), daemon=True).start()
        if not self.ready.wait(120):
            self.stop()
            sys.exit("a server did not start:\n" + "".join(self.lines))
        self.peer = self.maddr.rsplit("/", 1)[1]

    def read(self, found, ready):
        for line in self.process.stdout:
            self.lines.append(line)
            match = re.search(found, line)
            self.maddr = match.group(1) if match and not self.maddr else self.maddr
            if self.maddr and re.search(ready, line):
                self.ready.set()

    def stop(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            os.killpg(self.process.pid, how)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait(20)


class Swarm:
    def __init__(self, arguments, folder: pathlib.Path, model: pathlib.Path, prefix: str, port: int):
        self.polai, self.folder, self.model, self.prefix, self.port = arguments.polai, folder, model, prefix, port
        self.first, self.servers = None, []

    def added(self, server: Server) -> Server:
        self.servers.append(server)
        self.first = self.first or server.maddr
        self.port += 1
        return server

    def theirs(self, blocks: str) -> Server:
        address = f"/ip4/127.0.0.1/tcp/{self.port}"
        joining = ["--initial_peers", self.first] if self.first else ["--new_swarm"]
        return self.added(Server(
            [sys.executable, "-W", "ignore", __file__, "--serve-petals", "--converted_model_name_or_path", str(self.model), *joining,
             "--device", "cpu", "--torch_dtype", "float32", "--host_maddrs", address, "--announce_maddrs", address, "--throughput", "1",
             "--block_indices", blocks, "--skip_reachability_check", "--no_auto_relay", "--quant_type", "none", "--dht_prefix", self.prefix,
             "--num_handlers", "2", "--attn_cache_tokens", "2048", "--update_period", "10", "--balance_quality", "0",
             "--identity_path", str(self.folder / f"identity{self.port}")],
            r"Running a server on \['([^']+)'", r"\[INFO\] Started", {"PETALS_CACHE": str(self.folder / "cache"), "HF_HUB_OFFLINE": "1"}))

    def ours(self, blocks: str) -> Server:
        data = self.folder / f"data{self.port}"
        data.mkdir()
        joining = ["--petals-bootstrap", self.first] if self.first else []
        return self.added(Server(
            [self.polai, "serve", "--blocks", blocks, "--base", str(self.model), "--prefix", self.prefix, "--listen", f"127.0.0.1:{self.port}",
             "--datadir", str(data), "--update-period", "10", *joining],
            r"Serving blocks \S+ of \S+ at (/ip4/127\.0\.0\.1/\S+)", r"Serving blocks"))

    def generate(self, servers, tokens: int, watch=None) -> tuple[str, str]:
        """`polai generate` through these servers: what it wrote, and what it said. `watch` is given its output so far."""
        command = [
            self.polai, "generate", "--base", str(self.model), "--raw", "--temperature", "0", "--prompt", PROMPT, "--max-tokens", str(tokens)]
        if servers is not None:
            command += ["--petals", self.first, "--prefix", self.prefix]
            for server in servers:
                command += ["--petals-server", server.peer]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        said: list[bytes] = []
        reader = threading.Thread(target=lambda: said.append(process.stderr.read()), daemon=True)
        reader.start()
        written = b""
        while piece := process.stdout.read1(4096):
            written += piece
            if watch:
                watch(len(written))
        process.wait(60)
        reader.join(10)
        told = b"".join(said).decode(errors="replace")
        assert process.returncode == 0, told
        return written.decode(errors="replace").rstrip("\n"), told

    def client(self, servers, **order) -> dict:
        """What Petals' own client makes of an order, asking these servers alone; each in a process of its own."""
        order |= dict(model=str(self.model), initial_peers=[self.first], prefix=self.prefix, servers=[server.peer for server in servers])
        errors = tempfile.TemporaryFile("w+")
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", __file__, "--client", json.dumps(order)], stdout=subprocess.PIPE, stderr=errors, text=True,
            start_new_session=True)
        deadline = threading.Timer(180, lambda: os.killpg(process.pid, signal.SIGKILL))
        deadline.start()
        try:
            for line in process.stdout:
                if line.startswith("{"):
                    return json.loads(line)
        finally:
            # Its DHT and daemon are processes of their own.
            os.killpg(process.pid, signal.SIGKILL)
            deadline.cancel()
            process.wait()
        errors.seek(0)
        raise RuntimeError(errors.read()[-600:] or "no answer in time")

    def stop(self):
        for server in reversed(self.servers):
            server.stop()


def petals_client(order: dict) -> None:
    """The inner process: Petals' client. It prints tokens, what passes through the blocks, or tokens a second."""
    import hivemind_compat  # noqa: F401
    import torch
    from petals import AutoDistributedModelForCausalLM

    model = AutoDistributedModelForCausalLM.from_pretrained(
        order["model"], initial_peers=order["initial_peers"], dht_prefix=order["prefix"], torch_dtype=torch.float32, show_route=False,
        allowed_servers=order["servers"], min_backoff=0.1, update_period=5, max_retries=6)
    model.generation_config.eos_token_id = None
    ids, tokens, options, answer = torch.tensor([prompt_tokens()]), order["tokens"], dict(do_sample=False, pad_token_id=0), {}
    if order.get("rate"):
        with model.inference_session(max_length=ids.shape[1] + tokens + 16) as session:
            model.generate(ids, max_new_tokens=8, session=session, **options)
            began = time.monotonic()
            model.generate(None, max_new_tokens=tokens, session=session, **options)
            answer["rate"] = tokens / (time.monotonic() - began)
    else:
        answer["tokens"] = model.generate(ids, max_new_tokens=tokens, **options)[0, ids.shape[1]:].tolist()
        generator = torch.Generator().manual_seed(7)
        states = torch.randn(2, 9, model.config.hidden_size, generator=generator).requires_grad_(True)
        output = model.model.layers(states)
        output.backward(torch.randn(output.shape, generator=generator))
        answer |= dict(states=output.detach().flatten().tolist(), gradient=states.grad.flatten().tolist())
    print(json.dumps(answer), flush=True)
    signal.pause()  # whoever asked ends this process and its daemons


def check(name: str, body) -> None:
    began = time.monotonic()
    try:
        detail, held = body(), "ok"
    except Exception as error:
        detail, held = f"{type(error).__name__}: {error}"[:300], "FAIL"
    rows.append((held, name, detail))
    print(f"{held:4} {name}: {detail} ({time.monotonic() - began:.1f} s)", flush=True)


def prompt_tokens() -> list[int]:
    return [byte + OFFSET for byte in PROMPT.encode()]


def text_of(tokens) -> str:
    return bytes(token - OFFSET for token in tokens if token >= OFFSET).decode(errors="replace")


def largest(left, right) -> float:
    assert len(left) == len(right) > 0
    return max(abs(a - b) for a, b in zip(left, right))


def tiny(folder: pathlib.Path, root: pathlib.Path) -> pathlib.Path:
    from safetensors.torch import load_file, save_file

    model = folder / "tiny"
    subprocess.run([sys.executable, root / "random-model.py", model, "--hidden", "64", "--layers", str(BLOCKS), "--seed", "5"], check=True)
    config = json.loads((model / "config.json").read_text())
    del config["eos_token_id"]  # texts end where they are told to
    (model / "config.json").write_text(json.dumps(config))
    weights = model / "model.safetensors"
    save_file(load_file(weights), weights, metadata={"format": "pt"})  # transformers insists on it
    return model


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--polai", default=os.environ.get("POLAI", ".build/release/polai"))
    parser.add_argument("--port", type=int, default=22440)
    parser.add_argument("--speed", action="store_true")
    arguments = parser.parse_args()
    arguments.polai = str(pathlib.Path(arguments.polai).resolve())
    root = pathlib.Path(__file__).resolve().parent
    os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # servers are stopped on the way out
    folder = pathlib.Path(tempfile.mkdtemp())
    try:
        swarm = Swarm(arguments, folder, tiny(folder, root), PREFIX, arguments.port)
        try:
            run(swarm)
        finally:
            swarm.stop()
        if arguments.speed:
            speed(arguments, folder, tiny_tokenizer=swarm.model / "tokenizer.json")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    width = max(len(name) for _, name, _ in rows)
    print()
    for held, name, detail in rows:
        print(f"{held:4} | {name:{width}} | {detail}")
    return 0 if all(held == "ok" for held, _, _ in rows) else 1


def run(swarm: Swarm) -> None:
    theirs, ours = swarm.theirs(f"0:{BLOCKS}"), swarm.ours(f"0:{BLOCKS}")
    half, rest = swarm.theirs(f"0:{BLOCKS // 2}"), swarm.ours(f"{BLOCKS // 2}:{BLOCKS}")
    reference: dict = {}

    def petals_at_petals():
        reference.update(swarm.client([theirs], tokens=TOKENS))
        return f"{TOKENS} tokens, {len(set(reference['tokens']))} different"

    check("Petals' client at Petals' server: the reference", petals_at_petals)
    if "gradient" not in reference:
        return

    def petals_at(servers):
        found = swarm.client(servers, tokens=TOKENS)
        assert found["tokens"] == reference["tokens"], (found["tokens"], reference["tokens"])
        differences = largest(found["states"], reference["states"]), largest(found["gradient"], reference["gradient"])
        assert max(differences) <= 1e-5, differences
        return f"the same tokens; states differ by {differences[0]:.1e}, gradients by {differences[1]:.1e} at most"

    check("Petals' client at our server", lambda: petals_at([ours]))
    check("Petals' client, half theirs and half ours", lambda: petals_at([half, rest]))
    local, _ = swarm.generate(None, TOKENS)

    def ours_at(servers):
        text, told = swarm.generate(servers, TOKENS)
        assert text == local, (text, local)
        assert text == text_of(reference["tokens"]), (text, text_of(reference["tokens"]))
        for server in servers:
            assert server.peer in told, told
        assert "nobody checked" in told and "servers replaced: 0" in told, told
        return "the text of Petals' client, and of this machine alone"

    check("our client at Petals' server", lambda: ours_at([theirs]))
    check("our client at our server", lambda: ours_at([ours]))
    check("our client, half theirs and half ours", lambda: ours_at([half, rest]))

    def ours_killed():
        tokens = 400
        whole, _ = swarm.generate(None, tokens)

        def kill(count):
            if count > 8:
                ours.stop(signal.SIGKILL)

        text, told = swarm.generate([ours, half, rest], tokens, watch=kill)
        assert text == whole, (text, whole)
        assert "servers replaced: 1" in told and half.peer in told and rest.peer in told, told
        return f"{tokens} tokens, the same as without; two servers took over"

    # Petals 2.2's own client does not get over that, at servers of its own neither ("Broken input cache").
    check("our client, its server killed in the middle", ours_killed)

    def refused():
        text, told = swarm.generate([rest, half], TOKENS)
        assert text == local, text
        command = [swarm.polai, "generate", "--base", str(swarm.model), "--raw", "--prompt", "x", "--petals", swarm.first, "--prefix",
                   "nobody-hf", "--max-tokens", "2"]
        failed = subprocess.run(command, capture_output=True, text=True, timeout=300)
        assert failed.returncode == 1 and "nobody in the swarm serves a model that is called" in failed.stderr, failed.stderr
        return "an error that says so"

    check("a model that nobody serves", refused)


def speed(arguments, folder: pathlib.Path, tiny_tokenizer: pathlib.Path) -> None:
    import torch
    import transformers

    model = folder / "random-135M"
    torch.manual_seed(0)
    config = transformers.LlamaConfig(
        vocab_size=49152, hidden_size=576, intermediate_size=1536, num_hidden_layers=30, num_attention_heads=9, num_key_value_heads=3,
        max_position_embeddings=2048, tie_word_embeddings=True, eos_token_id=None)
    transformers.LlamaForCausalLM(config).save_pretrained(model, safe_serialization=True)
    shutil.copy(tiny_tokenizer, model / "tokenizer.json")
    swarm = Swarm(arguments, folder, model, "random-hf", arguments.port + 20)
    try:
        theirs, ours = swarm.theirs("0:30"), swarm.ours("0:30")
        tokens = 48
        rates: dict[str, float] = {}

        def petals_rate(server):
            return swarm.client([server], tokens=tokens, rate=True)["rate"]

        def our_rate(server):
            _, told = swarm.generate([server], tokens)
            count, seconds = re.search(r"\d+ \+ (\d+) tokens in ([\d.]+) s", told).groups()
            return int(count) / float(seconds)

        def measure():
            # By turns, so that what else the machine does meets both.
            for _ in range(2):
                for name, rate, server in [("petals/petals", petals_rate, theirs), ("petals/ours", petals_rate, ours),
                                           ("ours/petals", our_rate, theirs), ("ours/ours", our_rate, ours)]:
                    rates[name] = max(rates.get(name, 0), rate(server))
            assert rates["petals/ours"] >= rates["petals/petals"], rates
            return "tokens a second, client/server: " + ", ".join(f"{name} {rate:.1f}" for name, rate in rates.items())

        check("a model of 135M weights: our server at least as fast as Petals'", measure)
    finally:
        swarm.stop()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve-petals"]:
        serve_petals(sys.argv[2:])
    elif sys.argv[1:2] == ["--client"]:
        petals_client(json.loads(sys.argv[2]))
    else:
        sys.exit(main())
