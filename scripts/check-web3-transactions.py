#!/usr/bin/env python3
"""check-web3-transactions.py JSON_RPC_URL PRIVATE_KEY

Spends a little of the key's account on a running development node as a web3.py program would (pip install web3): transfers
of every type that the chain takes, a contract deployed, called and read, its log found, a revert understood.
Exits with an assertion where an answer does not fit the others.
"""
import sys

from web3 import Web3
from web3.exceptions import ContractLogicError, Web3RPCError
from web3.middleware import ExtraDataToPOAMiddleware, SignAndSendRawMiddlewareBuilder

# Keeps one number: set(uint256) stores and logs it, get() gives it, anything else reverts with Error("no").
SET, GET = Web3.keccak(text="set(uint256)")[:4], Web3.keccak(text="get()")[:4]
ABI = [
    {"type": "function", "name": "set", "stateMutability": "nonpayable", "inputs": [{"name": "value", "type": "uint256"}], "outputs": []},
    {"type": "function", "name": "get", "stateMutability": "view", "inputs": [], "outputs": [{"name": "", "type": "uint256"}]},
    {"type": "function", "name": "fail", "stateMutability": "nonpayable", "inputs": [], "outputs": []},
    {"type": "event", "name": "Stored", "anonymous": False, "inputs": [{"name": "value", "type": "uint256", "indexed": False}]},
]


def bytecode():
    """Assembled by hand, so that no compiler is needed."""
    topic = Web3.keccak(text="Stored(uint256)")
    select = bytes.fromhex("60003560e01c") + b"\x80\x63" + SET + b"\x14\x60\x40\x57\x63" + GET + b"\x14\x60\x80\x57"
    revert = bytes.fromhex("6308c379a060e01b60005260206004526002602452616e6f60f01b60445260646000fd")
    store = bytes.fromhex("5b600435806000556000527f") + topic + bytes.fromhex("60206000a100")
    load = bytes.fromhex("5b60005460005260206000f3")
    code = (select + revert).ljust(0x40, b"\0") + store
    code = code.ljust(0x80, b"\0") + load
    return bytes.fromhex(f"60{len(code):02x}80600b6000396000f3") + code


def check_transfers(web3, account):
    start, nonce = web3.eth.get_balance(account.address), web3.eth.get_transaction_count(account.address)
    target = Web3.to_checksum_address("0x" + "35" * 20)
    before = web3.eth.get_balance(target)
    price = web3.eth.gas_price * 2
    access = [{"address": target, "storageKeys": ["0x" + "00" * 32]}]
    kinds = [
        {"gasPrice": price}, {"gasPrice": price, "accessList": access, "type": 1},
        {"maxFeePerGas": price, "maxPriorityFeePerGas": web3.eth.max_priority_fee},
    ]
    hashes = []
    for index, fields in enumerate(kinds):
        transaction = {"chainId": web3.eth.chain_id, "nonce": nonce + index, "to": target, "value": 7, "gas": 30_000, **fields}
        signed = account.sign_transaction(transaction)
        hashes.append(web3.eth.send_raw_transaction(signed.raw_transaction))
        assert hashes[-1] == signed.hash
        assert web3.eth.get_transaction_count(account.address, "pending") == nonce + index + 1
    spent = 0
    for index, hash in enumerate(hashes):
        receipt = web3.eth.wait_for_transaction_receipt(hash, timeout=120, poll_latency=0.1)
        transaction = web3.eth.get_transaction(hash)
        assert receipt.status == 1 and receipt["from"] == account.address and receipt.to == target and receipt.type == index
        assert transaction.blockHash == receipt.blockHash and transaction.nonce == nonce + index and transaction.value == 7
        block = web3.eth.get_block(receipt.blockNumber, full_transactions=True)
        assert block.transactions[receipt.transactionIndex] == transaction
        assert receipt in web3.eth.get_block_receipts(receipt.blockNumber)
        spent += 7 + receipt.gasUsed * receipt.effectiveGasPrice
    assert web3.eth.get_balance(target) == before + 21
    assert web3.eth.get_balance(account.address) == start - spent
    assert web3.eth.get_transaction_count(account.address) == nonce + 3
    try:
        web3.eth.send_raw_transaction(account.sign_transaction(transaction_of(web3, nonce, target, price)).raw_transaction)
        raise SystemExit("a spent nonce was taken again")
    except Web3RPCError as error:
        assert "nonce too low" in str(error), error
    print(f"web3: {len(hashes)} transfers of types 0, 1 and 2 mined, {spent} wei spent")


def transaction_of(web3, nonce, target, price):
    return {"chainId": web3.eth.chain_id, "nonce": nonce, "to": target, "value": 1, "gas": 21_000, "gasPrice": price}


def check_contract(web3, account):
    web3.middleware_onion.inject(SignAndSendRawMiddlewareBuilder.build(account), layer=0)
    web3.eth.default_account = account.address
    hash = web3.eth.contract(abi=ABI, bytecode=bytecode()).constructor().transact()
    receipt = web3.eth.wait_for_transaction_receipt(hash, timeout=120, poll_latency=0.1)
    assert receipt.status == 1 and receipt.contractAddress
    contract = web3.eth.contract(address=receipt.contractAddress, abi=ABI)
    assert web3.eth.get_code(contract.address) == bytecode()[11:]
    assert contract.functions.get().call() == 0
    # Gas, fees and nonce are web3.py's own choice, from our answers.
    receipt = web3.eth.wait_for_transaction_receipt(contract.functions.set(1234).transact(), timeout=120, poll_latency=0.1)
    assert receipt.status == 1 and contract.functions.get().call() == 1234
    assert contract.functions.get().call(block_identifier=receipt.blockNumber - 1) == 0
    assert int.from_bytes(web3.eth.get_storage_at(contract.address, 0), "big") == 1234
    [event] = contract.events.Stored().process_receipt(receipt)
    assert event.args.value == 1234
    [found] = contract.events.Stored().get_logs(from_block=receipt.blockNumber)
    assert found.args.value == 1234 and found.transactionHash == receipt.transactionHash
    for attempt in (contract.functions.fail().call, contract.functions.fail().estimate_gas):
        try:
            attempt()
            raise SystemExit("a call that reverts succeeded")
        except ContractLogicError as error:
            assert "execution reverted: no" in str(error), error
    print(f"web3: contract {contract.address} deployed, called, its log found, its revert understood")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    connection = Web3(Web3.HTTPProvider(sys.argv[1]))
    connection.middleware_onion.inject(ExtraDataToPOAMiddleware, layer=0)
    owner = connection.eth.account.from_key(sys.argv[2])
    check_transfers(connection, owner)
    check_contract(connection, owner)
