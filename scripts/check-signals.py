#!/usr/bin/env python3
"""Sends SIGTERM, SIGINT and SIGHUP to a starting node, at moments from its very beginning on: each time it must end with status 0
and without an ERROR line. POLAI names the binary, POLAI_PORT the first port (22000); further arguments go to `polai up`."""
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time

polai = os.environ.get("POLAI", ".build/release/polai")
port = int(os.environ.get("POLAI_PORT", "22000"))


def processor_time():
    """Seconds of processor time that `polai --version` takes: until then nothing but the dynamic linker runs, and a signal ends
    the process by the system's own hand."""
    times = []
    for _ in range(3):
        process = subprocess.Popen([polai, "--version"], stdout=subprocess.DEVNULL)
        _, _, usage = os.wait4(process.pid, 0)
        times.append(usage.ru_utime + usage.ru_stime)
    return min(times)


unborn = processor_time()
early = 0
moments = [float(m) for m in os.environ.get("MOMENTS", "0.03 0.05 0.08 0.12 0.2 0.3 0.5 0.8 1.2 2 3 5").split()]
names = ["DHT", "GETH_HTTP", "GETH_P2P", "GETH_AUTH", "PRYSM_GRPC", "PRYSM_REST", "PRYSM_P2P", "AI_ENGINE", "SLASHER", "METRICS"]
ports = {name + "_PORT": str(port + index) for index, name in enumerate(names)}
faults = 0
for moment in moments:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        with tempfile.TemporaryDirectory() as folder:
            environment = {**os.environ, **ports, "GENESIS_SEED": os.environ.get("GENESIS_SEED", "11" * 32)}
            log = pathlib.Path(folder, "log")
            with log.open("w") as output:
                process = subprocess.Popen(
                    [polai, "up", "--datadir", folder + "/data", *sys.argv[1:]], stdout=output, stderr=output, env=environment)
                time.sleep(moment)
                process.send_signal(number)
                killer = threading.Timer(30, process.kill)
                killer.start()
                _, ended, usage = os.wait4(process.pid, 0)
                killer.cancel()
                status = os.waitstatus_to_exitcode(ended)
                if status == -number and usage.ru_utime + usage.ru_stime <= unborn:
                    early += 1
                    continue
                if status == -signal.SIGKILL:
                    status = "no end in 30 s"
            text = log.read_text(errors="replace")
            errors = [line for line in text.splitlines() if "ERROR" in line or "rror:" in line]
            if status != 0 or errors:
                faults += 1
                print(f"{number.name} after {moment} s: status {status}", *errors[:3], sep="\n  ")
print(f"signals: {len(moments) * 3} ends, {early} before anything ran, {faults} faults")
if early > len(moments):
    print("signals: too many came too early to say anything; run it on a quieter machine")
    faults += 1
sys.exit(faults > 0)
