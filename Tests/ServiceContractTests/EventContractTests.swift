import BeaconTypes
import Primitives
import SSZ
import ServiceInterfaces
import TestChains
import Testing

@testable import BeaconNode

/// ``BeaconEventSource`` and ``LearningMoves``.
@Suite("Contract: what a beacon node tells", .timeLimit(.minutes(1)))
struct EventContractTests {
    @Test("Blocks, heads and finality come in order, and say whether they are validated", arguments: Side.allCases)
    func events(_ side: Side) async throws {
        try await BeaconBench.with(side) { bench in
            let (chain, client) = (bench.chain, bench.client)
            let open = chain.node.subscriberCount
            let told = await client.events()
            while chain.node.subscriberCount == open { await Task.yield() }
            let truth = chain.node.events()
            for slot in 3...7 as ClosedRange<Slot> { try await chain.advance(to: slot) }
            try await chain.extendOptimistically(to: 8)
            chain.node.stop()
            let expected = await truth.reduce(into: [BeaconEvent]()) { if $1.isOfTheAPI { $0.append($1) } }
            // The blocks of slots 3 to 8, each with its head, and finality.
            #expect(expected.count > 12)
            #expect(expected.contains { if case .finalized(_, _, false) = $0 { true } else { false } })
            #expect(expected.contains { if case .head(_, 8, _, true) = $0 { true } else { false } })
            var seen: [BeaconEvent] = []
            for await event in told where event.isOfTheAPI {
                seen.append(event)
                if seen.count == expected.count { break }
            }
            #expect(seen == expected)
        }
    }

    @Test("The head and the finalised block come first, then what moves, each with its learning state", arguments: Side.allCases)
    func moves(_ side: Side) async throws {
        try await BeaconBench.with(side) { bench in
            let (chain, client) = (bench.chain, bench.client)
            for slot in 3...8 as ClosedRange<Slot> { try await chain.advance(to: slot) }
            var moves = await client.learningMoves().makeAsyncIterator()
            let head = try #require(try await chain.node.block(.head))
            let learning = try await chain.head().learning
            #expect(await moves.next() == .head(LearningPoint(root: head.root, slot: 8, learning: learning)))
            guard case .finalized(let final) = await moves.next() else {
                Issue.record("finality is not told")
                return
            }
            #expect(try final.root == chain.node.blockRoot(.finalized) && final.slot > 0)
            let block = try await chain.extend(to: 9)
            let root = block.message.hashTreeRoot(chain.spec)
            #expect(await moves.next() == .block(root: root, slot: 9))
            let after = try await chain.head().learning
            #expect(await moves.next() == .head(LearningPoint(root: root, slot: 9, learning: after)))
            #expect(try await client.block(root: root) == block)
            #expect(try await client.block(root: .filled(9)) == nil)
        }
    }
}

extension BeaconEvent {
    /// Whether nodes in another process tell it.
    fileprivate var isOfTheAPI: Bool {
        switch self {
        case .block, .head, .finalized, .chainReorg: true
        case .fastConfirmation, .payloadAttributes: false
        }
    }
}
