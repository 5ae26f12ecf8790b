import BeaconTypes
import KeyValueStore
import Primitives
import SSZ
import SlashingDetection
import StateTransition
import TestSupport
import Testing
import SSZOracle

@testable import Slasher

/// A vote; `variant` tells votes for the same epochs apart.
private func vote(_ source: Epoch, _ target: Epoch, _ validators: [ValidatorIndex], variant: UInt8 = 0) -> IndexedAttestation {
    IndexedAttestation(
        attestingIndices: validators.sorted(),
        data: AttestationData(
            slot: target, index: 0, beaconBlockRoot: SHA256.hash([variant]), source: Checkpoint(epoch: source, root: .zero),
            target: Checkpoint(epoch: target, root: .zero)), signature: BLSSignature())
}

private func accused(_ slashing: AttesterSlashing) -> Set<ValidatorIndex> {
    Set(slashing.attestation1.attestingIndices).intersection(slashing.attestation2.attestingIndices)
}

@Suite struct VoteDatabaseTests {
    let scratch: ScratchStore
    let database: VoteDatabase

    init() throws {
        scratch = try ScratchStore()
        database = VoteDatabase(store: scratch.store, spec: .pol)
    }

    @Test func doubleVote() throws {
        #expect(try database.judge([vote(1, 2, [3, 4])], currentEpoch: 5).isEmpty)
        #expect(try database.judge([vote(1, 2, [3, 4, 5])], currentEpoch: 5).isEmpty)
        let found = try database.judge([vote(1, 2, [4, 5, 9], variant: 1)], currentEpoch: 5)
        // 4 cast its first vote with 3, 5 with all three: two pairs.
        #expect(found.count == 2)
        for slashing in found {
            #expect(isSlashableAttestationData(slashing.attestation1.data, slashing.attestation2.data))
            #expect(accused(slashing).isSubset(of: [4, 5]))
        }
    }

    /// The surrounding vote comes first, as the chain demands.
    @Test func surroundVotesBothWays() throws {
        #expect(try database.judge([vote(3, 4, [1])], currentEpoch: 9).isEmpty)
        let outer = try database.judge([vote(2, 5, [1])], currentEpoch: 9)
        #expect(outer.map(\.attestation1.data.source.epoch) == [2])
        let inner = try database.judge([vote(7, 8, [2]), vote(6, 9, [2])], currentEpoch: 9)
        #expect(inner.map(\.attestation1.data.source.epoch) == [6])
        let reversed = try database.judge([vote(6, 9, [600]), vote(7, 8, [600])], currentEpoch: 9)
        #expect(reversed.map(\.attestation1.data.source.epoch) == [6])
    }

    @Test func aTrialLeavesNoTrace() throws {
        _ = try database.judge([vote(3, 4, [1])], currentEpoch: 9)
        #expect(try database.judge([vote(2, 5, [1])], currentEpoch: 9, recording: false).count == 1)
        #expect(try database.judge([vote(6, 7, [1])], currentEpoch: 9, recording: false).isEmpty)
        #expect(try database.judge([vote(6, 7, [1], variant: 1)], currentEpoch: 9).isEmpty)
        #expect(try database.highest(1)?.target == 7)
    }

    /// What cannot be judged is passed over and not recorded.
    @Test(arguments: [(source: UInt64(5), target: UInt64(4)), (1, 11), (.max, .max), (0, .max)])
    func votesOutOfReach(_ epochs: (source: UInt64, target: UInt64)) throws {
        #expect(try database.judge([vote(epochs.source, epochs.target, [1])], currentEpoch: 10).isEmpty)
        #expect(try database.highest(1) == nil)
        #expect(try database.judge([vote(1, 2, [.max, 1 << 40])], currentEpoch: 10).isEmpty)
    }

    @Test func highestVotes() throws {
        _ = try database.judge([vote(3, 4, [1]), vote(1, 9, [1, 256])], currentEpoch: 9)
        let highest = try database.highest(1)
        #expect(highest?.source == 3 && highest?.target == 9)
        #expect(try database.highest(256)?.source == 1)
        #expect(try database.highest(2) == nil)
        #expect(try database.highest(1 << 39) == nil)
    }

    /// Votes older than the history go, the others stay.
    @Test func pruning() throws {
        _ = try database.judge([vote(0, 1, [1]), vote(1, 2, [1])], currentEpoch: 5)
        try database.prune(currentEpoch: SpanLayout.history)
        #expect(try scratch.store.read { try $0.count(in: VoteDatabase.voteTable) } == 2)
        try database.prune(currentEpoch: SpanLayout.history + 1)
        #expect(try scratch.store.read { try $0.count(in: VoteDatabase.voteTable) } == 1)
        #expect(try scratch.store.read { try $0.count(in: VoteDatabase.rowTable) } == 1)
        #expect(try database.judge([vote(1, 2, [1], variant: 1)], currentEpoch: SpanLayout.history + 1).count == 1)
    }

    @Test func aDamagedDatabaseSaysSo() throws {
        _ = try database.judge([vote(3, 4, [1])], currentEpoch: 9)
        try scratch.store.write { txn in try txn.put([UInt8(9)], for: VoteBatch.rowKey(4, 0), in: VoteDatabase.rowTable) }
        #expect(throws: SlasherError.damaged("a row of 1 bytes")) { try database.judge([vote(3, 4, [1])], currentEpoch: 9) }
        try scratch.store.write { txn in try txn.put([UInt8(9)], for: UInt64(0), in: VoteDatabase.groupTable) }
        #expect(throws: SlashingDetectionError.damagedGroup(byteCount: 1)) { try database.highest(0) }
    }

    /// Against comparing every vote with every earlier one: nothing is missed, nobody is accused wrongly.
    @Test(arguments: 1...6 as ClosedRange<UInt64>) func agreesWithComparingAllPairs(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let validators: [ValidatorIndex] = [0, 1, 2, 254, 255, 256, 257, 600, 601, 1023]
        let stretch: UInt64 = seed % 2 == 0 ? 1 : 400
        var current: Epoch = 0
        /// What counts for a validator: its first vote for each target.
        var recorded: [ValidatorIndex: [AttestationData]] = [:]
        var covered = 0
        for _ in 0..<(stretch == 1 ? 60 : 15) {
            current += UInt64.random(in: 0...3, using: &generator) * stretch
            let oldest = SpanLayout.oldestEpoch(current: current)
            var batch: [IndexedAttestation] = []
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let target = current - min(current - oldest, UInt64.random(in: 0...6, using: &generator) * stretch)
                let source = target - min(target, UInt64.random(in: 0...5, using: &generator) * stretch)
                let voters = validators.filter { _ in Bool.random(using: &generator) }
                batch.append(vote(source, target, voters, variant: UInt8.random(in: 0...1, using: &generator)))
            }
            var expected: [(vote: IndexedAttestation, validator: ValidatorIndex)] = []
            for validator in validators {
                for attestation in batch where attestation.attestingIndices.contains(validator) {
                    let (known, data) = (recorded[validator] ?? [], attestation.data)
                    let isDouble = known.contains { $0 != data && $0.target.epoch == data.target.epoch }
                    let isSurround = known.contains { earlier in
                        (max(data.source.epoch, oldest) < earlier.source.epoch && earlier.target.epoch < data.target.epoch)
                            || (data.source.epoch >= oldest && earlier.source.epoch < data.source.epoch
                                && data.target.epoch < earlier.target.epoch)
                    }
                    if isDouble || (isSurround && !known.contains(data)) { expected.append((attestation, validator)) }
                    if !known.contains(where: { $0.target.epoch == data.target.epoch }) { recorded[validator, default: []].append(data) }
                }
            }
            let found = try database.judge(batch, currentEpoch: current)
            for slashing in found {
                #expect(isSlashableAttestationData(slashing.attestation1.data, slashing.attestation2.data))
                #expect(!accused(slashing).isEmpty)
            }
            for (attestation, validator) in expected {
                #expect(
                    found.contains { slashing in
                        (slashing.attestation1 == attestation || slashing.attestation2 == attestation)
                            && accused(slashing).contains(validator)
                    }, "validator \(validator), \(attestation.data.source.epoch)→\(attestation.data.target.epoch) at \(current)")
            }
            covered += expected.count
            try database.prune(currentEpoch: current)
        }
        #expect(covered > 10)
    }
}
