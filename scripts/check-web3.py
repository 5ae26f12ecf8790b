#!/usr/bin/env python3
"""check-web3.py JSON_RPC_URL [BEACON_URL]

Uses a running node as a web3.py program would (pip install web3) and prints what it found.
Exits with an assertion where an answer does not fit the others.
"""
import sys

from web3 import Web3
from web3.middleware import ExtraDataToPOAMiddleware


def check_execution(url):
    web3 = Web3(Web3.HTTPProvider(url))
    # Blocks carry 64 bytes of extra data; web3.py's own formatter takes 32.
    web3.middleware_onion.inject(ExtraDataToPOAMiddleware, layer=0)
    assert web3.is_connected(), f"nothing answers at {url}"
    assert web3.client_version.startswith("polai/v"), web3.client_version
    assert web3.eth.chain_id == int(web3.net.version)
    assert web3.net.listening and web3.net.peer_count >= 0

    head = web3.eth.get_block("latest")
    assert web3.eth.block_number >= head.number
    assert web3.eth.get_block(head.hash) == head == web3.eth.get_block(head.number)
    assert len(head.proofOfAuthorityData) == (64 if head.number else len(head.proofOfAuthorityData))
    if head.number:
        parent = web3.eth.get_block(head.number - 1)
        assert parent.hash == head.parentHash == head.proofOfAuthorityData[:32]
        assert parent.timestamp < head.timestamp
    for tag in ("earliest", "finalized", "safe", "pending"):
        try:
            web3.eth.get_block(tag)
        except Exception as error:  # before the first justified block there is no safe one
            assert "not found" in str(error), error
    assert web3.eth.get_block_transaction_count(head.hash) == len(head.transactions)
    assert web3.eth.get_balance("0x" + "00" * 19 + "01", "latest") >= 0
    assert web3.eth.get_transaction_count("0x" + "00" * 19 + "01") == 0
    assert web3.eth.get_code("0x" + "00" * 19 + "01") == b""
    assert web3.eth.accounts == [] and web3.eth.syncing is False and web3.eth.gas_price >= 0
    digest = web3.provider.make_request("web3_sha3", [Web3.to_hex(b"polai")])["result"]
    assert Web3.keccak(b"polai") == bytes.fromhex(digest[2:])
    with web3.batch_requests() as batch:
        batch.add(web3.eth.get_block(head.number))
        batch.add(web3.eth.get_balance("0x" + "00" * 20))
        block, balance = batch.execute()
    assert block.hash == head.hash and balance >= 0
    print(f"{web3.client_version}: chain {web3.eth.chain_id}, block {head.number} {head.hash.to_0x_hex()}, "
          f"update 0x{head.proofOfAuthorityData[32:].hex()}")


def check_beacon(url):
    from web3.beacon import Beacon

    beacon = Beacon(url)
    assert beacon.get_version()["data"]["version"].startswith("polai/v")
    root = beacon.get_block_root("head")["data"]["root"]
    header = beacon.get_block_header(root)["data"]
    assert header["root"] == root
    block = beacon.get_block_v2(root) if hasattr(beacon, "get_block_v2") else beacon.get_block(root)
    assert block["data"]["message"]["slot"] == header["header"]["message"]["slot"]
    assert beacon.get_genesis()["data"]["genesis_time"].isdigit()
    validators = beacon.get_validators("head")["data"]
    assert validators and all(validator["validator"]["pubkey"].startswith("0x") for validator in validators)
    finality = beacon.get_finality_checkpoint("head")["data"]
    assert finality["finalized"]["epoch"].isdigit()
    assert beacon.get_spec()["data"]["CONFIG_NAME"]
    print(f"beacon: head {root} in slot {block['data']['message']['slot']}, finalised epoch {finality['finalized']['epoch']}, "
          f"{len(validators)} validators")
    check_every_beacon_method(beacon, root, header["header"]["message"]["slot"], finality["finalized"]["root"])


def check_every_beacon_method(beacon, root, slot, finalized):
    """Calls each method of web3.beacon.Beacon; only what does not exist yet may be answered with 404."""
    from requests import HTTPError

    epoch = str(max(0, int(slot) - 3))
    arguments = {
        "get_validator": ["0"], "get_block_header": [root], "get_block": [root], "get_block_root": [root], "get_block_attestations": [root],
        "get_blinded_blocks": [root], "get_rewards": [root], "get_light_client_bootstrap_structure": [finalized], "get_peer": ["nobody"],
        "get_blob_sidecars": [root], "get_attester_duties": [slot, ["0"]], "get_block_proposer_duties": [slot],
        "get_sync_committee_duties": [slot, ["0"]], "get_attestations_rewards": [epoch, ["0"]],
    }
    absent = {"get_peer", "get_light_client_finality_update", "get_light_client_optimistic_update", "get_attestations_rewards"}
    answered, missing = 0, []
    for name in sorted(name for name in dir(beacon) if name.startswith("get_")):
        try:
            assert getattr(beacon, name)(*arguments.get(name, [])) is not None
            answered += 1
        except HTTPError as error:
            assert error.response.status_code == 404 and name in absent, f"{name}: {error} {error.response.text[:200]}"
            missing.append(name)
    print(f"beacon: {answered} methods of web3.beacon answered, nothing yet for {', '.join(missing) or 'none'}")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    check_execution(sys.argv[1])
    if len(sys.argv) > 2:
        check_beacon(sys.argv[2])
