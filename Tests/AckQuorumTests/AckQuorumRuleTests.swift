import AckQuorum
import Testing

@Suite struct AckQuorumRuleTests {
    /// Half of the committee, rounded up, at least one (docs/protocol.md#helpers).
    @Test(arguments: [(0, 1), (1, 1), (2, 1), (3, 2), (4, 2), (5, 3), (16, 8), (2048, 1024)] as [(UInt64, UInt64)])
    func automaticQuorum(size: UInt64, quorum: UInt64) {
        #expect(AckQuorumRule.quorum(committeeSize: size, setting: 0) == quorum)
    }

    /// A set quorum counts, but never asks for more than there are others.
    @Test func setQuorum() {
        #expect(AckQuorumRule.quorum(committeeSize: 5, setting: 1) == 1)
        #expect(AckQuorumRule.quorum(committeeSize: 5, setting: 4) == 4)
        #expect(AckQuorumRule.quorum(committeeSize: 5, setting: 9) == 4)
        #expect(AckQuorumRule.quorum(committeeSize: 1, setting: 9) == 1)
        #expect(AckQuorumRule.quorum(committeeSize: 0, setting: .max) == 1)
    }

    @Test func twoThirds() {
        #expect(AckQuorumRule.isTwoThirds(2, of: 3))
        #expect(!AckQuorumRule.isTwoThirds(2, of: 4))
        #expect(AckQuorumRule.isTwoThirds(3, of: 4))
        #expect(!AckQuorumRule.isTwoThirds(.max / 2, of: .max))
        #expect(AckQuorumRule.isTwoThirds(.max, of: .max))
    }

    @Test func everyFaultHasItsOwnName() {
        #expect(Set(AckFault.allCases.map(\.rawValue)).count == AckFault.allCases.count)
        #expect(AckFault.quorum.isSlashable && AckFault.signature.isSlashable)
        #expect(!AckFault.replay.isSlashable && !AckFault.parentAdapter.isSlashable && !AckFault.baseModel.isSlashable)
    }
}
