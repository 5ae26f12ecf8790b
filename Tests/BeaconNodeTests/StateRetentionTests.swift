import TestSupport
import BeaconTypes
import ChainStore
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition
import Testing

@testable import BeaconNode

@Suite struct StateRetentionTests {
    @Test func distancesDoubleWithTheAge() {
        let retention = StateRetention(slotsPerPoint: 64, fullPoints: 2)
        for (age, expected) in [(0, 64), (128, 64), (129, 128), (256, 128), (257, 256), (1024, 512), (1025, 1024)] as [(Slot, UInt64)] {
            #expect(retention.spacing(at: 10_000 - age, finalized: 10_000) == expected, "age \(age)")
        }
        #expect(retention.spacing(at: 20, finalized: 10) == 64)
        #expect(StateRetention(slotsPerPoint: 64, fullPoints: .max).spacing(at: 0, finalized: .max) == 64)
        #expect(StateRetention(slotsPerPoint: 0, fullPoints: 0) == StateRetention(slotsPerPoint: 1, fullPoints: 1))
    }

    /// A chain that finalises slot after slot, with gaps: the points stay few, genesis stays, and from every slot one of them is no
    /// farther back than the distance of its age allows.
    @Test(arguments: [1, 3, 8] as [UInt64], [1, 4] as [UInt64])
    func pointsStayFewAndNear(slotsPerPoint: UInt64, fullPoints: UInt64) {
        let retention = StateRetention(slotsPerPoint: slotsPerPoint, fullPoints: fullPoints)
        var points: [ArchivePoint] = []
        for slot in 0..<3000 as Range<Slot> where slot % 7 != 3 && !(500..<540).contains(slot) {
            points.append(ArchivePoint(slot: slot, stateRoot: .zero))
            let excess = Set(retention.excess(of: points, finalized: slot))
            points.removeAll { excess.contains($0) }
            guard slot % 100 == 99 else { continue }
            #expect(points.first?.slot == 0)
            let doublings = UInt64(max(1, 64 - (slot / (slotsPerPoint * fullPoints)).leadingZeroBitCount + 1))
            #expect(UInt64(points.count) <= (fullPoints + 2) * (doublings + 1), "\(points.count) points at slot \(slot)")
            for (earlier, later) in zip(points, points.dropFirst()) {
                let spacing = retention.spacing(at: earlier.slot, finalized: slot)
                #expect(later.slot - earlier.slot <= 2 * spacing + 40, "between \(earlier.slot) and \(later.slot)")
            }
        }
    }

    /// What is on disk, by slot.
    private func stored(_ chain: TestChain) throws -> [Slot] {
        let store = try BeaconStore(chain.file)
        return try store.blockRoots(from: 0, through: .max).filter { _, root in
            try store.summary(root).map { try store.hasState($0.stateRoot) } ?? false
        }.map(\.slot)
    }

    /// Every state is rebuilt from the blocks, whatever was let go; a folder thins out when the operator sets wider bounds.
    @Test func statesBetweenPointsAreRebuilt() async throws {
        let chain = try TestChain(retention: StateRetention(slotsPerPoint: 4, fullPoints: 2))
        var expected: [Slot: Root] = [0: chain.node.head.state.state.hashTreeRoot(chain.spec)]
        for slot in 1...40 as ClosedRange<Slot> where slot != 21 {
            expected[slot] = try await chain.advance(slot).message.stateRoot
        }
        let finalized = try #require(try await chain.node.block(.finalized)).block.message.slot
        #expect(finalized >= 36)
        let held = try stored(chain).filter { $0 < finalized }
        #expect(held.first == 0 && held.count <= 10 && held.contains { $0 >= finalized - 8 }, "\(held)")
        #expect(try held == BeaconStore(chain.file).archivePoints().map(\.slot))

        // A new process has no states in memory.
        let copy = try TemporaryFolder(copyOf: chain.directory.path)
        let resumed = try TestChain(resuming: chain, in: copy, retention: StateRetention(slotsPerPoint: 16, fullPoints: 8))
        for (slot, root) in expected {
            let state = try #require(try await resumed.node.state(.slot(slot)))
            #expect(state.state.hashTreeRoot(chain.spec) == root, "slot \(slot)")
        }
        for slot in 41...42 as ClosedRange<Slot> { try await resumed.advance(slot) }
        let thinned = try stored(resumed).filter { $0 < finalized }
        #expect(thinned.count < held.count && thinned.first == 0, "\(thinned)")
        #expect(try await resumed.node.state(.slot(13))?.state.hashTreeRoot(chain.spec) == expected[13])
    }
}
