#!/usr/bin/env python3
"""check-web3-websocket.py WEBSOCKET_URL PRIVATE_KEY

Subscribes at a running development node as a web3.py program would (pip install web3): calls and batches on one socket, new
heads, pending transactions, logs of a contract that it deploys, whether the node catches up; spends a little of the key's account.
Exits with an assertion where an answer does not fit the others.
"""
import asyncio
import sys

from web3 import AsyncWeb3, Web3, WebSocketProvider
from web3.exceptions import Web3RPCError
from web3.middleware import ExtraDataToPOAMiddleware

# Logs the first word of its call under topic 42.
CODE = bytes.fromhex("600035600052602a60206000a1")
CREATE = bytes.fromhex(f"60{len(CODE):02x}80600b6000396000f3") + CODE


class News:
    """What subscriptions told, by their ids."""

    def __init__(self, web3):
        self.held, self.stream = [], web3.socket.process_subscriptions()

    async def next(self, subscription, wanted=lambda result: True):
        for index, (name, result) in enumerate(self.held):
            if name == subscription and wanted(result):
                del self.held[index]
                return result
        async for message in self.stream:
            if message["subscription"] == subscription and wanted(message["result"]):
                return message["result"]
            self.held.append((message["subscription"], message["result"]))
        raise SystemExit("the stream of subscriptions ended")


async def transact(web3, account, **fields):
    transaction = {
        "chainId": await web3.eth.chain_id, "nonce": await web3.eth.get_transaction_count(account.address, "pending"),
        "gas": 200_000, "gasPrice": 2 * await web3.eth.gas_price, "value": 0, **fields,
    }
    return await web3.eth.send_raw_transaction(account.sign_transaction(transaction).raw_transaction)


async def check(url, key):
    async with AsyncWeb3(WebSocketProvider(url)) as web3:
        # Blocks carry 64 bytes of extra data; web3.py's own formatter takes 32.
        web3.middleware_onion.inject(ExtraDataToPOAMiddleware, layer=0)
        account = web3.eth.account.from_key(key)
        assert (await web3.client_version).startswith("polai/v")
        # Many calls at once, each with the answer of its own.
        numbers = await asyncio.gather(*(web3.eth.get_block(0) for _ in range(50)), web3.eth.chain_id)
        assert len({block.hash for block in numbers[:-1]}) == 1 and numbers[-1] == int(await web3.net.version)
        async with web3.batch_requests() as batch:
            batch.add(web3.eth.get_block("latest"))
            batch.add(web3.eth.get_balance(account.address))
            head, balance = await batch.async_execute()
        assert head.number >= 0 and balance > 0

        news = News(web3)
        heads = await web3.eth.subscribe("newHeads")
        hashes = await web3.eth.subscribe("newPendingTransactions")
        whole = await web3.eth.subscribe("newPendingTransactions", True)
        syncing = await web3.eth.subscribe("syncing")
        assert await news.next(syncing) in (False, {"syncing": False})

        sent = await transact(web3, account, to="", data=CREATE)
        assert bytes(await news.next(hashes)) == bytes(sent)
        pending = await news.next(whole)
        assert pending["hash"] == sent and pending["from"] == account.address and pending["input"] == CREATE, pending
        receipt = await web3.eth.wait_for_transaction_receipt(sent, timeout=120, poll_latency=0.1)
        assert receipt.status == 1
        header = await news.next(heads, lambda result: result["hash"] == receipt.blockHash)
        block = await web3.eth.get_block(receipt.blockHash)
        assert all(header[name] == block[name] for name in header if name in block), header

        topic = "0x" + "00" * 31 + "2a"
        logs = await web3.eth.subscribe("logs", {"address": receipt.contractAddress, "topics": [topic]})
        other = await web3.eth.subscribe("logs", {"topics": ["0x" + "00" * 32]})
        word = (1234).to_bytes(32, "big")
        sent = await transact(web3, account, to=receipt.contractAddress, data=word)
        log = await news.next(logs)
        assert log["transactionHash"] == sent and bytes(log["data"]) == word and not log["removed"], log
        [found] = await web3.eth.get_logs({"blockHash": log["blockHash"], "address": receipt.contractAddress})
        assert found == log, (found, log)
        assert all(name != other for name, _ in news.held)

        for subscription in (heads, hashes, whole, syncing, logs, other):
            assert await web3.eth.unsubscribe(subscription)
        try:
            await web3.eth.subscribe("newBlocks")
            raise SystemExit("an unknown subscription was taken")
        except Web3RPCError as error:
            assert "subscription in eth namespace" in str(error), error
        print(f"web3 over WebSocket: 50 calls at once, a batch, heads, pending transactions and logs, up to block {header['number'] + 1}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    asyncio.run(check(sys.argv[1], sys.argv[2]))
