import EVM
import EngineTypes
import ExecutionChain
import KeyValueStore
import Primitives
import ServiceInterfaces
import TestSupport
import Testing
import Transactions

@testable import ExecutionNode

@Suite("Transactions through a node")
struct TransactionTests {
    private let account: TestAccount

    init() throws { account = try TestAccount(1) }

    private func refusal(_ node: ExecutionNode, _ transaction: Transaction) async -> String? {
        do {
            _ = try await node.submit(transaction.encoded)
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test("a signed transfer waits, is mined, and leaves a receipt and balances")
    func transfer() async throws {
        let directory = TemporaryFolder()
        let test = try TestNode(directory, funded: [account.address])
        let transaction = account.transaction(nonce: 0)
        let hash = try await test.node.submit(transaction.encoded)
        #expect(hash == transaction.hash)
        #expect(await test.node.pooled(hash)?.sender == account.address)
        #expect(await test.node.poolCounts() == (1, 0))
        #expect(await test.node.nextNonce(of: account.address) == 1)
        #expect(try await test.node.place(of: hash) == nil)
        let answer = try await test.follow(test.genesisHash, attributes: TestNode.attributes(slot: 1))
        let built = try await test.node.getPayload(#require(answer.payloadID))
        #expect(built.payload.transactions == [transaction.encoded] && built.payload.gasUsed == 21_000)
        #expect(built.blockValue == UInt256(21_000_000_000_000))
        #expect(try await test.submit(built.payload) == .valid(built.payload.blockHash))
        _ = try await test.follow(built.payload.blockHash)
        let place = try #require(await test.node.place(of: hash))
        #expect(place == (built.payload.blockHash, 0))
        let receipts = try #require(await test.node.receipts(of: place.block))
        #expect(receipts == [Receipt(kind: .dynamicFee, outcome: .status(true), cumulativeGasUsed: 21_000, logs: [])])
        #expect(await test.node.poolCounts() == (0, 0))
        let price = built.payload.baseFeePerGas &+ 1_000_000_000
        let sender = try #require(await test.node.account(account.address, at: .latest))
        #expect(sender.nonce == 1 && sender.balance == TestNode.fortune &- price &* 21_000 &- 5)
        #expect(try await test.node.account(TestNode.coinbase, at: .latest)?.balance == UInt256(21_000_000_000_000))
        // One wei from genesis, five sent, and a withdrawal of one Gwei.
        #expect(try await test.node.account(TestNode.alice, at: .latest)?.balance == 1_000_000_006)
        #expect(await refusal(test.node, transaction) == "nonce too low: next nonce 1, tx nonce 0")
    }

    @Test("a contract is deployed, called and read, and its log is found")
    func contract() async throws {
        let directory = TemporaryFolder()
        let test = try TestNode(directory, funded: [account.address])
        let deployment = account.transaction(nonce: 0, to: nil) {
            $0.data = TestContract.initcode
            $0.gasLimit = 200_000
            $0.value = 0
        }
        let address = EVM.createAddress(account.address, nonce: 0)
        let call = account.transaction(nonce: 1, to: address) {
            $0.data = TestContract.call(7)
            $0.gasLimit = 100_000
            $0.value = 0
        }
        // Out of order: the later one waits for the earlier.
        _ = try await test.node.submit(call.encoded)
        #expect(await test.node.poolCounts() == (0, 1))
        _ = try await test.node.submit(deployment.encoded)
        #expect(await test.node.poolCounts() == (2, 0))
        let payload = try await test.advance(slot: 1)
        #expect(payload.transactions == [deployment.encoded, call.encoded])
        #expect(try await test.node.account(address, at: .latest)?.code == TestContract.code)
        #expect(try await test.node.storage(address, slot: .zero, at: .latest) == 7)
        #expect(try await test.node.storage(address, slot: .zero, at: .earliest) == 0)
        try await test.advance(slot: 2)
        let found = try await test.node.logs(LogFilter(addresses: [address]), in: 0...2, limit: 10)
        #expect(found.count == 1)
        let log = try #require(found.first)
        #expect(log.log == Log(address: address, topics: [TestContract.topic], data: TestContract.call(7)))
        #expect(
            log.block == payload.blockHash && log.number == 1 && log.transaction == call.hash && log.transactionIndex == 1 && log.index == 0
        )
        #expect(try await test.node.logs(LogFilter(topics: [[TestContract.topic]]), of: payload.blockHash) == found)
        #expect(try await test.node.logs(LogFilter(topics: [[.zero]]), in: 0...2, limit: 10).isEmpty)
        #expect(try await test.node.logs(LogFilter(topics: [[], []]), in: 0...2, limit: 10).isEmpty)
        #expect(try await test.node.logs(LogFilter(), of: .zero) == nil)

        var request = CallRequest()
        request.to = address
        request.data = TestContract.call(9)
        let result = try #require(await test.node.call(request, at: .latest, overrides: CallOverrides()))
        #expect(result.succeeded && result.output == TestContract.call(9))
        #expect(try await test.node.storage(address, slot: .zero, at: .latest) == 7)
        let gas = try #require(await test.node.estimateGas(request, at: .latest, overrides: CallOverrides()))
        #expect(gas >= result.gasUsed && gas < result.gasUsed + result.gasUsed / 10)
        #expect(try await test.node.call(request, at: .number(9), overrides: CallOverrides()) == nil)
    }

    @Test("what a left block held comes back, and is mined again")
    func reorganisation() async throws {
        let directory = TemporaryFolder()
        let test = try TestNode(directory, funded: [account.address])
        let base = try await test.advance(slot: 1)
        let transaction = account.transaction(nonce: 0)
        _ = try await test.node.submit(transaction.encoded)
        let empty = try await test.build(on: base.blockHash, slot: 9, amount: 3)
        #expect(empty.transactions == [transaction.encoded])
        let left = try await test.advance(slot: 2)
        #expect(try await test.node.place(of: transaction.hash)?.block == left.blockHash)
        // A sibling without the transaction, as another proposer would make it.
        let bare = try TestNode(TemporaryFolder(), funded: [account.address])
        _ = try await bare.submit(base)
        let sibling = try await bare.build(on: base.blockHash, slot: 3, amount: 50)
        #expect(sibling.transactions.isEmpty)
        #expect(try await test.submit(sibling) == .valid(sibling.blockHash))
        _ = try await test.follow(sibling.blockHash)
        #expect(try await test.node.place(of: transaction.hash) == nil)
        #expect(await test.node.pooled(transaction.hash)?.hash == transaction.hash)
        #expect(try await test.node.account(account.address, at: .latest)?.nonce == 0)
        let again = try await test.advance(slot: 4)
        #expect(again.transactions == [transaction.encoded])
        #expect(try await test.node.place(of: transaction.hash)?.block == again.blockHash)
        // Back to the branch that held it first.
        _ = try await test.follow(left.blockHash)
        #expect(try await test.node.place(of: transaction.hash)?.block == left.blockHash)
        #expect(await test.node.poolCounts() == (0, 0))
        #expect(try await test.node.receipts(of: left.blockHash)?.count == 1)
    }

    @Test("the pool is there after a restart; damaged entries are skipped and removed")
    func restart() async throws {
        let directory = TemporaryFolder()
        do {
            let test = try TestNode(directory, funded: [account.address])
            for nonce in [1, 0, 5] as [UInt64] { _ = try await test.node.submit(account.transaction(nonce: nonce).encoded) }
            try test.file.write { txn in
                try txn.put([0xc0], for: Hash32.zero, in: "execution/pool")
                try txn.put([1, 2, 3], for: "short", in: "execution/pool")
            }
            test.file.close()
        }
        let test = try TestNode(directory, funded: [account.address])
        #expect(await test.node.poolCounts() == (2, 1))
        #expect(try test.file.read { txn in try txn.count(in: "execution/pool") } == 3)
        let payload = try await test.advance(slot: 1)
        #expect(payload.transactions.count == 2)
        #expect(try test.file.read { txn in try txn.count(in: "execution/pool") } == 1)
    }

    @Test("what cannot be taken is refused in words, and nothing is stored")
    func refusals() async throws {
        let directory = TemporaryFolder()
        let test = try TestNode(directory, funded: [account.address])
        let stranger = try TestAccount(2)
        let cases: [(Transaction, String)] = [
            (
                stranger.transaction(nonce: 0),
                "insufficient funds for gas * price + value: balance 0, tx cost 210000000000005, overshot 210000000000005"
            ),
            (account.transaction(nonce: 0) { $0.gasLimit = 20_000 }, "intrinsic gas too low: gas 20000, minimum needed 21000"),
            (account.transaction(nonce: 0) { $0.chainID = 1 }, "invalid chain id for signer: have 1 want 13337"),
            (
                account.transaction(nonce: 0) {
                    $0.gasLimit = 20_000_000
                    $0.gasPrice = 100_000_000_000
                }, "tx fee (2000000000000000000 wei) exceeds the configured cap (1000000000000000000 wei)"
            ),
            (
                account.transaction(nonce: 0) {
                    $0.kind = .legacy
                    $0.chainID = nil
                }, "only replay-protected (EIP-155) transactions allowed over RPC"
            ),
        ]
        for (transaction, words) in cases { #expect(await refusal(test.node, transaction) == words) }
        for (bytes, words) in [
            ([], "an empty byte string is no transaction"), ([0x03, 0xc0], "transaction type not supported: type 3 is not accepted"),
            ([0x05], "transaction type not supported: type 5"), ([0x02, 0xc0], "malformed transaction"),
            ([UInt8](repeating: 0xc0, count: 200_000), "oversized data: transaction size 200000, limit 131072"),
        ] as [([UInt8], String)] {
            let error = await #expect(throws: TransactionRefused.self) { _ = try await test.node.submit(bytes) }
            #expect(error?.description.hasPrefix(words) == true, "\(error?.description ?? "")")
        }
        #expect(await test.node.poolCounts() == (0, 0))
        #expect(try test.file.read { txn in try txn.count(in: "execution/pool") } == 0)
    }

    @Test("a block with a transaction that is not valid there is refused with its place and reason")
    func invalidBlock() async throws {
        let directory = TemporaryFolder()
        let test = try TestNode(directory, funded: [account.address])
        let payload = try await test.build(on: test.genesisHash, slot: 1)
        let wrong = account.transaction(nonce: 4)
        var changed = payload
        for nonce in UInt64(0)..<10_000 {
            changed = try TestNode.rehashed(payload) {
                $0.transactions = [wrong.encoded]
                $0.powNonce = Bytes8(bigEndian: nonce)
            }
            if try await !(test.submit(changed).validationError ?? "").contains("seal") { break }
        }
        let status = try await test.submit(changed)
        #expect(status.validationError == "transaction 0: the transaction has nonce 4, the account 0")
        #expect(try await test.node.block(.hash(changed.blockHash)) == nil)
    }

    @Test("a full block takes the best paying, and the rest waits")
    func selection() async throws {
        let directory = TemporaryFolder()
        let other = try TestAccount(2)
        let test = try TestNode(directory, funded: [account.address, other.address])
        // The gas limit is 30 million, and creation code 0xfe uses up what it is given: of two such one fits, and a small one.
        func burner(_ account: TestAccount, tip: UInt256) -> Transaction {
            account.transaction(nonce: 0) {
                ($0.gasLimit, $0.maxPriorityFeePerGas, $0.to, $0.data) = (20_000_000, tip, nil, [0xfe])
            }
        }
        let (large, larger) = (burner(account, tip: 1_500_000_000), burner(other, tip: 2_000_000_000))
        let small = other.transaction(nonce: 1)
        for transaction in [large, larger, small] { _ = try await test.node.submit(transaction.encoded) }
        let payload = try await test.advance(slot: 1)
        #expect(payload.transactions == [larger.encoded, small.encoded] && payload.gasUsed == 20_021_000)
        #expect(await test.node.poolCounts().pending == 1)
        #expect(try await test.advance(slot: 2).transactions == [large.encoded])
    }
}
