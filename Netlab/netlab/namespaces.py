"""Network namespaces, one for each node, and the TAP devices that join them to the switch."""
import ctypes
import fcntl
import os
import struct
import subprocess

CLONE_NEWNET = 0x40000000
TUNSETIFF = 0x400454CA
IFF_TAP, IFF_NO_PI = 0x0002, 0x1000
MAC = bytes([2, 0x70, 0, 0, 0])
_libc = ctypes.CDLL(None, use_errno=True)


def name(node):
    return f"polailab{node}"


def address(node):
    return f"10.78.0.{node}"


def _ip(*arguments, check=True):
    subprocess.run(["ip", *arguments], check=check, capture_output=not check)


def create(node):
    """Makes a node's namespace.

    Returns: the descriptor of its TAP device, non-blocking; a frame a read.
    """
    space, device = name(node), f"polaitap{node}"
    _ip("netns", "add", space)
    try:
        return _attach(node, space, device)
    except BaseException:
        remove(node)
        raise


def _attach(node, space, device):
    descriptor = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(descriptor, TUNSETIFF, struct.pack("16sH22x", device.encode(), IFF_TAP | IFF_NO_PI))
    _ip("link", "set", device, "netns", space)
    mac = ":".join(f"{byte:02x}" for byte in MAC + bytes([node]))
    _ip("-n", space, "link", "set", device, "name", "eth0", "address", mac)
    _ip("-n", space, "link", "set", "lo", "up")
    _ip("-n", space, "addr", "add", f"{address(node)}/24", "dev", "eth0")
    _ip("-n", space, "link", "set", "eth0", "up")
    return descriptor


def add_addresses(node, count):
    """Gives a namespace more addresses of the network, as a farm of hosts has them.

    Returns: the addresses.
    """
    more = [f"10.78.0.{100 + place}" for place in range(count)]
    for one in more:
        # They stay for the next flood.
        _ip("-n", name(node), "addr", "add", f"{one}/24", "dev", "eth0", check=False)
    return more


def remove(node):
    _ip("netns", "del", name(node), check=False)


def enter(node):
    """Moves the calling thread, and it alone, into a node's namespace."""
    descriptor = os.open(f"/run/netns/{name(node)}", os.O_RDONLY)
    try:
        if _libc.setns(descriptor, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), f"cannot enter the namespace of node {node}")
    finally:
        os.close(descriptor)
