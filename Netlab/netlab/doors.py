"""Asks nodes over their HTTP doors, from inside their namespaces: a thread for each node, which lives there."""
import concurrent.futures
import json
import urllib.error
import urllib.request

from . import namespaces


class Door:
    """One node's doors. Answers None where the node does not answer."""

    def __init__(self, node):
        self.executor = concurrent.futures.ThreadPoolExecutor(
            max_workers=1, thread_name_prefix=f"door{node}", initializer=namespaces.enter, initargs=(node,))

    def submit(self, work, *arguments):
        """Runs `work` in the node's namespace."""
        return self.executor.submit(work, *arguments)

    def get(self, port, path, timeout=5):
        return self.submit(fetch, port, path, timeout).result()

    def close(self):
        self.executor.shutdown(wait=False, cancel_futures=True)


def fetch_text(port, path, timeout=5):
    """The answer's text. Only from inside a namespace."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=timeout) as answer:
            return answer.read().decode()
    except (OSError, urllib.error.URLError, ValueError):
        return None


def fetch(port, path, timeout=5):
    """The answer's JSON. Only from inside a namespace."""
    text = fetch_text(port, path, timeout)
    try:
        return None if text is None else json.loads(text)
    except ValueError:
        return None
