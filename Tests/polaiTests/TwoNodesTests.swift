import BeaconNode
import BeaconTypes
import ChainSync
import ContentRouting
import ExecutionNode
import Primitives
import Secp256k1
import ServiceInterfaces
import Testing
import Transactions

@testable import polai

@Suite("Two nodes in one process")
struct TwoNodesTests {
    /// Lets the slots pass: each part of a slot begins once what the part before it brings has come to every node.
    static func pass(_ slots: ClosedRange<Slot>, _ network: TwoNodeNetwork, _ nodes: [TestNode], validators: Int) async throws {
        for slot in slots {
            var heads: [AsyncStream<BeaconEvent>] = []
            var votes: [AsyncStream<OperationEvent>] = []
            for node in nodes {
                heads.append(await node.beacon.beacon.events())
                votes.append(await node.beacon.beacon.operationEvents())
            }
            network.turn(to: slot)
            for stream in heads {
                _ = await stream.first { if case .head(_, let head, _, _) = $0 { head >= slot } else { false } }
            }
            network.turn(to: slot, fraction: 1.0 / 3.0)
            for stream in votes {
                var voters: Set<ValidatorIndex> = []
                for await case .singleAttestation(let vote) in stream where vote.data.slot == slot {
                    voters.insert(vote.attesterIndex)
                    if voters.count == validators { break }
                }
            }
            // Aggregates and proposals of the next slot.
            network.turn(to: slot, fraction: 2.0 / 3.0)
        }
    }

    @Test("Nodes with two validators each follow each other to finality over gossip", .timeLimit(.minutes(10)))
    func finality() async throws {
        let network = try TwoNodeNetwork(validators: 4)
        let one = try await network.node("one", validators: 0..<2)
        let two = try await network.node("two", validators: 2..<4)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for node in [one, two] { group.addTask { await node.run() } }
            await network.waitUntilReady(2)
            try await Self.pass(1...6, network, [one, two], validators: 4)
            let heads = try await (one.beacon.beacon.blockRoot(.head), two.beacon.beacon.blockRoot(.head))
            #expect(heads.0 == heads.1)
            for node in [one, two] {
                let state = try #require(try await node.beacon.beacon.state(.head)).state
                #expect(state.slot == 6)
                // The first block is final at the start of slot 5, the second a slot later.
                #expect(state.finalizedCheckpoint.epoch == 2)
                // Peers with another finalised block are told apart, as far as one knows.
                let final = try #require(try await node.beacon.beacon.block(.slot(2))).root
                #expect(await node.source.contradicts(Checkpoint(epoch: 2, root: .zero)))
                #expect(await !node.source.contradicts(Checkpoint(epoch: 2, root: final)))
                #expect(await !node.source.contradicts(Checkpoint(epoch: 100, root: .zero)))
                // All four proposed and voted somewhere: nobody was left out.
                #expect(await network.network.rejections(of: node.name) == 0)
            }
            group.cancelAll()
        }
    }

    @Test("A transaction given to one node is in the blocks of both", .timeLimit(.minutes(10)))
    func transaction() async throws {
        let key = try Secp256k1PrivateKey(UInt256(1).bigEndianHash)
        let network = try TwoNodeNetwork(validators: 2, funded: [key.address])
        let one = try await network.node("one", validators: 0..<2)
        let two = try await network.node("two", validators: 0..<0)
        let target = Address([UInt8](repeating: 0x35, count: 20)) ?? .zero
        let transfer = Transaction(
            kind: .dynamicFee, chainID: 13337, gasPrice: 10_000_000_000, maxPriorityFeePerGas: 1_000_000_000, to: target, value: 5
        ).signed(by: key)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for node in [one, two] { group.addTask { await node.run() } }
            await network.waitUntilReady(2)
            try await Self.pass(1...1, network, [one, two], validators: 2)
            _ = try await one.geth.execution.submit(transfer.encoded)
            try await Self.pass(2...4, network, [one, two], validators: 2)
            for node in [one, two] {
                let place = try #require(try await node.geth.execution.place(of: transfer.hash), "\(node.name)")
                #expect(try await node.geth.execution.receipts(of: place.block)?.count == 1)
                #expect(try await node.geth.execution.account(target, at: .latest)?.balance == 5)
                let state = try #require(try await node.beacon.beacon.state(.head)).state
                #expect(state.latestExecutionPayloadHeader.blockNumber == 4)
            }
            #expect(await one.geth.execution.poolCounts() == (0, 0))
            group.cancelAll()
        }
    }

    @Test("A node that comes late fetches the range, and a node that missed blocks fetches them by root", .timeLimit(.minutes(10)))
    func catchUp() async throws {
        let network = try TwoNodeNetwork(validators: 2)
        let one = try await network.node("one", validators: 0..<2)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await one.run() }
            await network.waitUntilReady(1)
            try await Self.pass(1...4, network, [one], validators: 2)
            let late = try await network.node("late", validators: 0..<0, sources: [one.source])
            try await late.beacon.catchUp()
            #expect(try await late.beacon.beacon.blockRoot(.head) == one.beacon.beacon.blockRoot(.head))

            // Cut off for a while, then the next block names parents that are not there.
            group.addTask { await late.run() }
            await network.waitUntilReady(2)
            await network.network.sever("late", true)
            try await Self.pass(5...6, network, [one], validators: 2)
            await network.network.sever("late", false)
            let heads = await late.beacon.beacon.events()
            try await Self.pass(7...7, network, [one], validators: 2)
            _ = await heads.first { if case .head(_, let slot, _, _) = $0 { slot >= 7 } else { false } }
            #expect(try await late.beacon.beacon.blockRoot(.head) == one.beacon.beacon.blockRoot(.head))
            group.cancelAll()
        }
    }
}
