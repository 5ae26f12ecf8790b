import Primitives
import SlashingProtection
import Testing

func root(_ number: UInt8) -> Hash32 { SHA256.hash([number]) }

func vote(_ source: UInt64, _ target: UInt64, _ number: UInt8 = 0) -> SignedAttestationRecord {
    SignedAttestationRecord(sourceEpoch: source, targetEpoch: target, signingRoot: root(number))
}

/// EIP-3076's conditions one by one, at their boundaries.
@Suite("Slashing protection rules")
struct RuleTests {
    @Test("blocks")
    func blocks() throws {
        var history = ValidatorHistory()
        try history.record(SignedBlockRecord(slot: 10, signingRoot: root(1)))
        try history.record(SignedBlockRecord(slot: 12, signingRoot: root(2)))
        // The same again, and the gap between: both safe.
        try history.record(SignedBlockRecord(slot: 10, signingRoot: root(1)))
        try history.record(SignedBlockRecord(slot: 11, signingRoot: root(3)))
        #expect(history.blocks.map(\.slot) == [10, 11, 12])
        #expect(throws: SlashingProtectionError.doubleBlock(slot: 12)) {
            try history.check(SignedBlockRecord(slot: 12, signingRoot: root(9)))
        }
        #expect(throws: SlashingProtectionError.doubleBlock(slot: 12)) { try history.check(SignedBlockRecord(slot: 12, signingRoot: nil)) }
        #expect(throws: SlashingProtectionError.blockTooOld(slot: 9, bound: 10)) {
            try history.check(SignedBlockRecord(slot: 9, signingRoot: root(1)))
        }
        try ValidatorHistory().check(SignedBlockRecord(slot: 0, signingRoot: root(1)))
    }

    @Test("attestations")
    func attestations() throws {
        var history = ValidatorHistory()
        try history.record(vote(2, 3))
        try history.record(vote(4, 8))
        try history.record(vote(4, 8))
        #expect(history.attestations.count == 2)
        let refused: [(SignedAttestationRecord, SlashingProtectionError)] = [
            (vote(6, 5), .sourceAfterTarget(source: 6, target: 5)),
            (vote(4, 8, 1), .doubleVote(target: 8)),
            (vote(5, 8), .doubleVote(target: 8)),
            (vote(3, 9), .surroundsSigned(source: 4, target: 8)),
            (vote(5, 7), .surroundedBySigned(source: 4, target: 8)),
            (vote(1, 4), .surroundsSigned(source: 2, target: 3)),
            (vote(2, 2), .attestationTooOld(source: 2, target: 2)),
            (vote(3, 3), .doubleVote(target: 3)),
        ]
        for (attestation, error) in refused { #expect(throws: error) { try history.check(attestation) } }
        for safe in [vote(4, 9), vote(8, 9), vote(2, 4), vote(3, 4), vote(4, 7), vote(9, 9)] { try history.check(safe) }
        let unknown = SignedAttestationRecord(sourceEpoch: 4, targetEpoch: 8, signingRoot: nil)
        #expect(throws: SlashingProtectionError.doubleVote(target: 8)) { try history.check(unknown) }
    }

    @Test("ACK votes: one message for each subject")
    func acks() throws {
        var history = ValidatorHistory()
        let subject = AckSubject(slot: 5, anchorRoot: root(1), updateID: root(2))
        try history.record(ack: subject, signingRoot: root(3))
        try history.record(ack: subject, signingRoot: root(3))
        #expect(throws: SlashingProtectionError.contradictoryAck(updateID: root(2))) {
            try history.check(ack: subject, signingRoot: root(4))
        }
        // Another anchor, slot or update is another subject.
        try history.record(ack: AckSubject(slot: 5, anchorRoot: root(9), updateID: root(2)), signingRoot: root(4))
        try history.record(ack: AckSubject(slot: 6, anchorRoot: root(1), updateID: root(2)), signingRoot: root(4))
        try history.record(ack: AckSubject(slot: 5, anchorRoot: root(1), updateID: root(9)), signingRoot: root(4))
        #expect(history.acks.count == 4)
        // After pruning, old subjects are refused, even where nothing was signed.
        history.prune(blocksBefore: 0, attestationsWithTargetBefore: 0, acksBefore: 6)
        #expect(history.acks.count == 1)
        #expect(throws: SlashingProtectionError.contradictoryAck(updateID: root(2))) {
            try history.check(ack: subject, signingRoot: root(3))
        }
        try history.check(ack: AckSubject(slot: 6, anchorRoot: root(8), updateID: root(2)), signingRoot: root(4))
    }

    @Test("minimal form: only what lies beyond the highest marks")
    func minimal() throws {
        var history = ValidatorHistory()
        for slot in [3, 9, 5] as [UInt64] { history.merge(blocks: [SignedBlockRecord(slot: slot, signingRoot: root(1))], attestations: []) }
        history.merge(blocks: [], attestations: [vote(4, 6), vote(5, 7), vote(1, 2)])
        history.minimize()
        #expect(history.blocks.isEmpty && history.attestations.isEmpty)
        #expect(history.bounds.slot == 9 && history.bounds.sourceEpoch == 5 && history.bounds.targetEpoch == 7)
        #expect(throws: SlashingProtectionError.blockTooOld(slot: 9, bound: 9)) {
            try history.check(SignedBlockRecord(slot: 9, signingRoot: root(1)))
        }
        try history.check(SignedBlockRecord(slot: 10, signingRoot: root(1)))
        for bad in [vote(5, 7), vote(4, 8)] { #expect(throws: SlashingProtectionError.self) { try history.check(bad) } }
        try history.check(vote(5, 8))
    }
}
