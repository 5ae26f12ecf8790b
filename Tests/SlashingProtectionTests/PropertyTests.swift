import Primitives
import SlashingProtection
import TestSupport
import Testing
import SSZOracle

/// Random histories: whatever the rules allow is never slashable by the consensus specification's own definition.
@Suite("Slashing protection properties")
struct PropertyTests {
    /// `is_slashable_attestation_data` of phase0, for different messages.
    static func slashable(_ a: SignedAttestationRecord, _ b: SignedAttestationRecord) -> Bool {
        guard a != b else { return false }
        return a.targetEpoch == b.targetEpoch || (a.sourceEpoch < b.sourceEpoch && b.targetEpoch < a.targetEpoch)
            || (b.sourceEpoch < a.sourceEpoch && a.targetEpoch < b.targetEpoch)
    }

    @Test("nothing slashable is ever recorded, with and without pruning", arguments: 0..<20 as Range<UInt64>)
    func never(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var history = ValidatorHistory()
        var signedVotes: [SignedAttestationRecord] = []
        var signedBlocks: [SignedBlockRecord] = []
        var refusals = 0
        for step in 0..<300 {
            let target = UInt64.random(in: 0...24, using: &random) + UInt64(step / 20)
            let attestation = vote(
                target &- min(target, UInt64.random(in: 0...8, using: &random)), target, UInt8.random(in: 0...1, using: &random))
            if (try? history.record(attestation)) != nil { signedVotes.append(attestation) } else { refusals += 1 }
            let block = SignedBlockRecord(slot: target, signingRoot: root(UInt8.random(in: 0...1, using: &random)))
            if (try? history.record(block)) != nil { signedBlocks.append(block) }
            if step % 37 == 36 {
                if seed % 3 == 1 { history.prune(blocksBefore: target, attestationsWithTargetBefore: target, acksBefore: 0) }
                if seed % 3 == 2 && step % 111 == 110 { history.minimize() }
                history = try ValidatorHistory(bytes: history.bytes)
            }
        }
        #expect(signedVotes.count > 3 && refusals > 10)
        for (index, first) in signedVotes.enumerated() {
            for second in signedVotes[index...] where Self.slashable(first, second) { Issue.record("\(first) and \(second)") }
        }
        for (slot, roots) in Dictionary(grouping: signedBlocks, by: \.slot) where Set(roots).count > 1 { Issue.record("slot \(slot)") }
    }

    @Test("a stored history comes back whole; damage is an error")
    func bytes() throws {
        var history = ValidatorHistory()
        history.merge(
            blocks: [
                SignedBlockRecord(slot: 1, signingRoot: nil), SignedBlockRecord(slot: 1, signingRoot: root(1)),
                SignedBlockRecord(slot: .max, signingRoot: root(2)),
            ],
            attestations: [vote(1, 2), SignedAttestationRecord(sourceEpoch: 9, targetEpoch: 3, signingRoot: nil)])
        try history.record(ack: AckSubject(slot: 7, anchorRoot: root(1), updateID: root(2)), signingRoot: root(3))
        history.prune(blocksBefore: 2, attestationsWithTargetBefore: 3, acksBefore: 0)
        let bytes = history.bytes
        #expect(try ValidatorHistory(bytes: bytes) == history)
        #expect(try ValidatorHistory(bytes: ValidatorHistory().bytes) == ValidatorHistory())
        for count in 0..<bytes.count {
            #expect(throws: SlashingProtectionError.self) { _ = try ValidatorHistory(bytes: Array(bytes.prefix(count))) }
        }
        #expect(throws: SlashingProtectionError.self) { _ = try ValidatorHistory(bytes: bytes + [0]) }
        #expect(throws: SlashingProtectionError.corruptHistory("unknown format")) {
            _ = try ValidatorHistory(bytes: [9] + bytes.dropFirst())
        }
        var random = SeededGenerator(seed: 1)
        for _ in 0..<300 {
            var damaged = bytes
            damaged[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            if let read = try? ValidatorHistory(bytes: damaged) { #expect(try ValidatorHistory(bytes: read.bytes) == read) }
        }
    }
}
