#!/usr/bin/env python3
"""A Hugging Face hub on this machine, for trying downloads without a network.

    python scripts/local-hub.py FOLDER --port 8700 --bytes-per-second 20000000
    HF_ENDPOINT=http://127.0.0.1:8700 polai model pull ORG/NAME

FOLDER holds models in ORG/NAME and data sets in datasets/ORG/NAME. Speaks what `polai` asks for: revision, tree in pages, resolve
with HEAD, checksums in ETags, ranges, and large files by a redirect with a signature. Needs nothing but Python."""
import argparse
import hashlib
import json
import pathlib
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LARGE = (".safetensors", ".gguf", ".jsonl", ".parquet", ".gz")
COMMIT = "c0ffee" * 6 + "c0ff"
PAGE = 100


class Digests:
    """The checksums of files, each computed once."""

    def __init__(self):
        self.known, self.lock = {}, threading.Lock()

    def of(self, path):
        key = (path, path.stat().st_mtime_ns)
        with self.lock:
            if key not in self.known:
                git = hashlib.sha1(b"blob %d\0" % path.stat().st_size)
                sha = hashlib.sha256()
                with path.open("rb") as file:
                    while piece := file.read(1 << 20):
                        git.update(piece)
                        sha.update(piece)
                self.known[key] = git.hexdigest(), sha.hexdigest()
            return self.known[key]


class Hub(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, form, *values):
        if not self.server.quiet:
            print(form % values, flush=True)

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def repository(self, parts):
        """The folder of a repository by the parts of its path, and the parts after it."""
        count = 3 if parts[:1] == ["datasets"] else 2
        folder = self.server.folder.joinpath(*parts[:count])
        safe = len(parts) >= count and all(part not in ("", ".", "..") for part in parts)
        return (folder if safe and folder.is_dir() else None), parts[count:]

    def do_GET(self):
        address = urllib.parse.urlsplit(self.path)
        parts = [urllib.parse.unquote(part) for part in address.path.split("/")[1:]]
        query = urllib.parse.parse_qs(address.query)
        if parts[0] == "storage":
            return self.send_file(self.repository(parts[1:]))
        if parts[0] != "api":
            return self.resolve(*self.repository(parts))
        folder, rest = self.repository(parts[2:] if parts[1] == "models" else parts[1:])
        if folder is None or len(rest) != 2 or rest[1] not in ("main", COMMIT):
            return self.answer(404, b"{}")
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        if rest[0] == "revision":
            names = [{"rfilename": str(path.relative_to(folder))} for path in files]
            return self.answer(200, json.dumps({"sha": COMMIT, "siblings": names}).encode())
        first = int(query.get("cursor", ["0"])[0])
        entries = [self.entry(folder, path) for path in files[first:first + PAGE]]
        link = {}
        if first + PAGE < len(files):
            link["Link"] = f'<{address.path}?recursive=true&cursor={first + PAGE}>; rel="next"'
        self.answer(200, json.dumps(entries).encode(), **link)

    do_HEAD = do_GET

    def entry(self, folder, path):
        git, sha = self.server.digests.of(path)
        entry = {"type": "file", "oid": git, "size": path.stat().st_size, "path": str(path.relative_to(folder))}
        if path.suffix in LARGE:
            entry["lfs"] = {"oid": sha, "size": path.stat().st_size, "pointerSize": 134}
        return entry

    def resolve(self, folder, rest):
        path = folder.joinpath(*rest[2:]) if folder and len(rest) > 2 else None
        if path is None or not path.is_file():
            return self.answer(404)
        git, sha = self.server.digests.of(path)
        if path.suffix not in LARGE:
            return self.answer(200, path.read_bytes(), ETag=f'"{git}"')
        place = "/storage/" + urllib.parse.quote(str(path.relative_to(self.server.folder))) + "?signature=secret"
        self.answer(302, X_Linked_Etag=f'"{sha}"', X_Linked_Size=str(path.stat().st_size), Location=place)

    def send_file(self, found):
        folder, rest = found
        path = folder.joinpath(*rest) if folder and rest else None
        if path is None or not path.is_file():
            return self.answer(404)
        size, first = path.stat().st_size, 0
        if wanted := self.headers.get("Range"):
            first = int(wanted.removeprefix("bytes=").rstrip("-"))
            if first >= size:
                return self.answer(416)
        self.send_response(206 if wanted else 200)
        if wanted:
            self.send_header("Content-Range", f"bytes {first}-{size - 1}/{size}")
        self.send_header("Content-Length", str(size - first))
        self.end_headers()
        with path.open("rb") as file:
            file.seek(first)
            while piece := file.read(1 << 18):
                try:
                    self.wfile.write(piece)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True
                    return
                if self.server.rate:
                    time.sleep(len(piece) / self.server.rate)


def serve(folder, port=0, rate=0, quiet=False):
    """A hub that serves `folder` from a thread of its own."""
    server = ThreadingHTTPServer(("127.0.0.1", port), Hub)
    server.daemon_threads = True
    server.folder, server.rate, server.quiet, server.digests = pathlib.Path(folder).resolve(), rate, quiet, Digests()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--port", type=int, default=8700)
    parser.add_argument("--bytes-per-second", type=float, default=0, help="how fast large files come; 0 for no limit")
    options = parser.parse_args()
    server = serve(options.folder, options.port, options.bytes_per_second)
    print(f"HF_ENDPOINT=http://127.0.0.1:{server.server_port}", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
