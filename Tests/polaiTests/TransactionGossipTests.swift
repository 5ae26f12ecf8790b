import ContentRouting
import ExecutionNode
import Primitives
import Secp256k1
import Testing
import Transactions

@testable import polai

@Suite("Transactions from node to node")
struct TransactionGossipTests {
    @Test("what one node takes, the others take; what no pool could take is rejected, the rest ignored", .timeLimit(.minutes(2)))
    func transaction() async throws {
        let key = try Secp256k1PrivateKey(UInt256(1).bigEndianHash)
        let (network, one, two) = try await TwoNodeNetwork.pair(funding: key)
        let first = TwoNodeNetwork.transfer(nonce: 0, by: key)
        let told = AsyncStream.makeStream(of: [UInt8].self)
        await two.geth.execution.setTransactionObserver { told.continuation.yield($0) }
        let gossip = TransactionGossip(pool: one.geth.execution, topics: await network.network.join("pool"))
        _ = try await two.geth.execution.submit(first.encoded)
        var heard = told.stream.makeAsyncIterator()
        let message = try #require(await heard.next())
        #expect(message == first.encoded)
        #expect(await gossip.judge(message) == .accept)
        #expect(await one.geth.execution.pooled(first.hash) != nil)
        #expect(await gossip.judge(message) == .ignore)
        #expect(await gossip.judge(Array(message.dropLast())) == .reject)
        #expect(await gossip.judge([]) == .reject)
        // Another chain's is right somewhere else.
        let foreign = Transaction(kind: .dynamicFee, chainID: 1, gasPrice: 10_000_000_000, to: .zero, value: 5).signed(by: key)
        #expect(await gossip.judge(foreign.encoded) == .ignore)
    }
}
