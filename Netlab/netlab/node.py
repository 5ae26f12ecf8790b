"""A node: a `polai up` process in a namespace, started and killed and started again over one folder."""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time

from . import namespaces

REST, LEARNING, DHT, METRICS, RPC = 3500, 8552, 13337, 9090, 8545
CLOCK = pathlib.Path(__file__).with_name("offset.c")


class Node:
    def __init__(self, index, folder, polai, options, clock_offset=0.0, seed=None):
        """`seed`: hexadecimal digits of a GENESIS_SEED of its own; the sample seed else."""
        self.index = index
        self.folder = pathlib.Path(folder) / f"node{index}"
        self.folder.mkdir(parents=True)
        self.polai, self.options = polai, list(options)
        self.clock_offset = clock_offset
        self.process = None
        self.has_run = False
        self.seed_options = [] if seed else ["--devnet"]
        if seed:
            # All its commands run in this folder and read it.
            settings = self.folder / ".env"
            settings.touch(0o600)
            settings.write_text(f'GENESIS_SEED="{seed}"\n')

    @property
    def log(self):
        return self.folder / "log"

    @property
    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def command(self, *words):
        return ["ip", "netns", "exec", namespaces.name(self.index), *words]

    def environment(self, is_true=False):
        """Of its processes; with the true time if wanted."""
        # Nothing of the caller's settings reaches a node.
        variables = {key: os.environ[key] for key in ("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH") if key in os.environ}
        if self.clock_offset and not is_true:
            variables |= {"LD_PRELOAD": str(self.clock_library()), "OFFSET": str(self.clock_offset)}
        return variables

    def clock_library(self):
        """What shifts the clock of a process; made when it is first wanted."""
        library = self.folder / "offset.so"
        if not library.exists():
            compiler = shutil.which("cc") or shutil.which("clang")
            if not compiler:
                raise RuntimeError("a clock that is off needs a C compiler: cc or clang")
            subprocess.run([compiler, "-O1", "-shared", "-fPIC", "-o", str(library), str(CLOCK), "-ldl"], check=True)
        return library

    def start(self, joining=()):
        """Runs it. `joining` counts at the first start alone."""
        words = [self.polai, "up", "--devnet", "--datadir", str(self.folder), "--dht-addr", "0.0.0.0", *self.options]
        if not self.has_run:
            words += joining
        self.has_run = True
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.command(*words), stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=self.folder,
                env=self.environment(), start_new_session=True)

    def run(self, *words, limit=60):
        """Runs another command of the program in the node's folder and namespace, and waits for its end, at most `limit` seconds."""
        words = self.command(self.polai, *words)
        try:
            return subprocess.run(words, capture_output=True, text=True, cwd=self.folder, timeout=limit,
                                  stdin=subprocess.DEVNULL, env=self.environment())
        except subprocess.TimeoutExpired:
            return subprocess.CompletedProcess(words, 124, "", f"not ended in {limit} s")

    def invite(self):
        """The line by which others join. Raises while the node is not ready."""
        done = self.run("invite", "--datadir", str(self.folder), "--address", namespaces.address(self.index))
        found = re.search(r"polai-invite:\S+", done.stdout)
        if not found:
            raise RuntimeError(f"no invite: {done.stderr.strip()[-300:]}")
        return found.group()

    def send(self, sign):
        if self.is_running:
            self.process.send_signal(sign)

    def kill(self):
        if self.process:
            self.send(signal.SIGKILL)
            self.process.wait()
        self.process = None

    def stop(self):
        """Ends the node in order.

        Returns: its exit status.
        """
        if not self.process:
            return None
        self.send(signal.SIGCONT)
        self.send(signal.SIGTERM)
        try:
            status = self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.kill()
            return "not stopped in 60 s"
        self.process = None
        return status

    def memory(self):
        """Resident bytes; None while it does not run."""
        if not self.is_running:
            return None
        try:
            status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        except OSError:
            return None
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        return int(found.group(1)) * 1024 if found else None

    def export_protection(self):
        """Writes what the node's validators signed. The node has stopped.

        Returns: the interchange file.
        """
        output = self.folder / "protection.json"
        words = [self.polai, "slashing-protection", "export", "--datadir", str(self.folder), "--output", str(output)]
        subprocess.run(words, check=True, capture_output=True, cwd=self.folder, env=self.environment(is_true=True))
        return output

    def import_protection(self, content):
        """Adds an interchange file's content to the record of what the node's validators signed. The node has stopped."""
        file = self.folder / "invented.json"
        file.write_text(json.dumps(content))
        done = self.run("slashing-protection", "import", "--datadir", str(self.folder), str(file))
        if done.returncode != 0:
            raise RuntimeError(f"no record is taken: {done.stderr.strip()[-300:]}")

    def log_times(self, phrase):
        """The Unix times of the log's lines that contain a phrase, in whole milliseconds, as seconds."""
        year = time.gmtime().tm_year
        found = []
        for line in self.log.read_text(errors="replace").splitlines():
            stamp = re.search(r"\[(\d\d)-(\d\d)\|(\d\d):(\d\d):(\d\d)\.(\d{3})\]", line)
            if stamp and phrase in line:
                month, day, hour, minute, second, milli = map(int, stamp.groups())
                whole = time.mktime((year, month, day, hour, minute, second, 0, 0, -1))
                found.append((whole + milli / 1000, line))
        return found
