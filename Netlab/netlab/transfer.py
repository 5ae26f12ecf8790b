"""A plain TCP transfer from node 1 to every other node at once: what the network itself allows."""
import concurrent.futures
import socket
import threading
import time

from . import namespaces

PORT = 9999


def serve(listener, payload, count):
    def give(connection):
        with connection:
            connection.sendall(payload)
    threads = []
    for _ in range(count):
        connection, _ = listener.accept()
        threads.append(threading.Thread(target=give, args=(connection,)))
        threads[-1].start()
    for thread in threads:
        thread.join()


def open_listener(count):
    listener = socket.create_server((namespaces.address(1), PORT), backlog=count)
    listener.settimeout(60)
    return listener


def take(size, timeout):
    began = time.monotonic()
    left = size
    with socket.create_connection((namespaces.address(1), PORT), timeout=timeout) as connection:
        connection.settimeout(timeout)
        while left > 0:
            read = connection.recv(65536)
            if not read:
                raise ConnectionError(f"{left} bytes are missing")
            left -= len(read)
    return round(time.monotonic() - began, 3)


def run(doors, size, timeout=60):
    """Returns: the seconds that each node took, by node; None where it failed."""
    others = [node for node in doors if node != 1]
    # A socket keeps the namespace that it was made in.
    listener = doors[1].submit(open_listener, len(others)).result()
    thread = threading.Thread(target=serve, args=(listener, bytes(size), len(others)), daemon=True)
    thread.start()
    result = {}
    with listener:
        # The doors' own threads are busy with the observer: others enter beside them.
        def go(node):
            namespaces.enter(node)
            try:
                return take(size, timeout)
            except OSError:
                return None
        pools = {node: concurrent.futures.ThreadPoolExecutor(max_workers=1) for node in others}
        futures = {node: pool.submit(go, node) for node, pool in pools.items()}
        for node, future in futures.items():
            result[node] = future.result()
            pools[node].shutdown()
        thread.join(timeout)
    return result
