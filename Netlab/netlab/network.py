"""The laboratory's side of the switch: starts it, gives it orders, asks for its counts, ends it."""
import json
import pathlib
import socket
import subprocess
import sys


class Network:
    def __init__(self, nodes, seed, folder, setting):
        self.control = str(pathlib.Path(folder) / "switch.sock")
        setting = {**setting, "nodes": nodes, "seed": seed, "control": self.control}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "netlab.switch", json.dumps(setting)], stdout=subprocess.PIPE, text=True,
            start_new_session=True)
        if self.process.stdout.readline().strip() != "up":
            raise RuntimeError("the switch does not start (it needs root, /dev/net/tun and no other laboratory)")

    def say(self, *words):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(10)
            connection.connect(self.control)
            connection.sendall((" ".join(map(str, words)) + "\n").encode())
            answer = connection.makefile().readline().strip()
        if answer.startswith("error"):
            raise RuntimeError(f"the switch does not take {words}: {answer}")
        return answer

    def counts(self):
        answer = json.loads(self.say("stats"))
        answer["nodes"] = {int(node): counts for node, counts in answer["nodes"].items()}
        return answer

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)
