"""Stake that comes and goes: a node's own account is paid, its validators' deposits are sent, a validator's exit is signed.

All of it by the program's own commands, in the node's folder and namespace, as its operator would."""
import re


class Refused(Exception):
    """A command ended with an error: what it said."""


def run(node, *words, limit=300):
    done = node.run(*words, limit=limit)
    if done.returncode != 0:
        raise Refused(f"polai {' '.join(words[:2])}: {(done.stderr or done.stdout).strip()[-300:]}")
    return done.stdout


def account(node):
    """The address of the first account of the node's seed."""
    found = re.search(r"0x[0-9a-fA-F]{40}", run(node, "account", "list", *node.seed_options))
    if not found:
        raise Refused(f"node {node.index} has no account")
    return found.group()


def pay(payer, receiver, amount):
    """POL from a node's account to another's; waits until it is in a block."""
    run(payer, "account", "send", "--to", account(receiver), "--value", str(amount), *payer.seed_options)


def deposit(node, count, first=0):
    """Sends the deposits of validators of the node's seed, and waits until they are in blocks."""
    run(node, "deposit", "--count", str(count), "--first-index", str(first), *node.seed_options)


def status(node, count):
    """What `polai deposit --status` says last: how much of the active stake is the node's, and what that means."""
    return run(node, "deposit", "--status", "--count", str(count), *node.seed_options).strip().splitlines()[-1]


def leave(node, validator):
    """Signs the exit of a validator of the node's seed and hands it to the node."""
    folder = node.folder / f"keystores{validator}"
    password = node.folder / "password"
    password.write_text("laboratory\n")
    run(node, "keys", "new", "--from-seed", "--first-index", str(validator), "--kdf", "pbkdf2", "--output", str(folder),
        "--password-file", str(password), *node.seed_options)
    keystore = next(folder.glob("*.json"))
    run(node, "keys", "exit", "--keystore", str(keystore), "--password-file", str(password), "--yes")
