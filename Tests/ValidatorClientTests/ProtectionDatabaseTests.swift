import BeaconTypes
import KeyValueStore
import Primitives
import SlashingProtection
import Testing
import ValidatorClient

private let validator = Bytes48(repeatElement(1, count: 48)) ?? Bytes48()
private let other = Bytes48(repeatElement(2, count: 48)) ?? Bytes48()

private func block(_ slot: UInt64, _ byte: UInt8) -> SignedBlockRecord { SignedBlockRecord(slot: slot, signingRoot: root(byte)) }

private func vote(_ source: UInt64, _ target: UInt64, _ byte: UInt8) -> SignedAttestationRecord {
    SignedAttestationRecord(sourceEpoch: source, targetEpoch: target, signingRoot: root(byte))
}

private func subject(slot: UInt64 = 9, anchor: UInt8 = 1, update: UInt8 = 2) -> AckSubject {
    AckSubject(slot: slot, anchorRoot: root(anchor), updateID: root(update))
}

/// Expects the refusal.
private func expectRefusal(
    _ expected: SlashingProtectionError, at location: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) {
    let error = #expect(throws: ValidatorClientError.self, sourceLocation: location) { try body() }
    guard case .protectionRefused(let reason)? = error else {
        Issue.record("not refused by slashing protection: \(String(describing: error))", sourceLocation: location)
        return
    }
    #expect(reason == expected, sourceLocation: location)
}

/// Expects that the database cannot be used, for a reason that holds `reason`.
private func expectUnusable(_ reason: String, at location: SourceLocation = #_sourceLocation, _ body: () throws -> Void) {
    let error = #expect(throws: ValidatorClientError.self, sourceLocation: location) { try body() }
    guard case .protectionDatabase(let text)? = error else {
        Issue.record("the database was used: \(String(describing: error))", sourceLocation: location)
        return
    }
    #expect(text.contains(reason), sourceLocation: location)
}

@Suite struct ProtectionDatabaseTests {
    @Test func signsOneBlockForASlot() throws {
        try Scratch().life { database in
            try database.record(block(5, 1), by: validator)
            // The same message is no second one.
            try database.record(block(5, 1), by: validator)
            for _ in 0..<2 { expectRefusal(.doubleBlock(slot: 5)) { try database.record(block(5, 2), by: validator) } }
            expectRefusal(.blockTooOld(slot: 4, bound: 5)) { try database.record(block(4, 1), by: validator) }
            try database.record(block(5, 2), by: other)
            try database.record(block(7, 3), by: validator)
            // The history is complete, so the gap may be filled.
            try database.record(block(6, 3), by: validator)
        }
    }

    @Test(arguments: [
        (vote(10, 12, 2), SlashingProtectionError.doubleVote(target: 12)), (vote(11, 12, 2), .doubleVote(target: 12)),
        (vote(10, 11, 2), .attestationTooOld(source: 10, target: 11)), (vote(9, 13, 2), .surroundsSigned(source: 10, target: 12)),
        (vote(11, 11, 2), .surroundedBySigned(source: 10, target: 12)), (vote(13, 12, 2), .sourceAfterTarget(source: 13, target: 12)),
    ])
    func refusesVotesThatCouldBeSlashed(_ bad: SignedAttestationRecord, _ reason: SlashingProtectionError) throws {
        try Scratch().life { database in
            try database.record(vote(10, 12, 1), by: validator)
            expectRefusal(reason) { try database.record(bad, by: validator) }
            // Another validator has voted for nothing yet, and this one may go on.
            if bad.sourceEpoch <= bad.targetEpoch { try database.record(bad, by: other) }
            try database.record(vote(10, 12, 1), by: validator)
            try database.record(vote(10, 13, 3), by: validator)
        }
    }

    @Test func judgesTheVotesOfASlotOneByOne() throws {
        try Scratch().life { database in
            try database.record(vote(1, 5, 1), by: validator)
            let refusals = try database.record([
                (validator, vote(1, 5, 2)), (other, vote(1, 5, 2)), (other, vote(2, 5, 3)), (validator, vote(1, 6, 2)),
            ])
            #expect(refusals.map { $0 == nil } == [false, true, false, true])
            expectRefusal(.doubleVote(target: 6)) { try database.record(vote(1, 6, 9), by: validator) }
        }
    }

    @Test func signsOneMessageForASlotAnchorAndUpdate() throws {
        try Scratch().life { database in
            try database.record(ack: subject(), signingRoot: root(1), by: validator)
            try database.record(ack: subject(), signingRoot: root(1), by: validator)
            expectRefusal(.contradictoryAck(updateID: root(2))) {
                try database.record(ack: subject(), signingRoot: root(2), by: validator)
            }
            // Each part of the subject counts.
            for another in [subject(slot: 10), subject(anchor: 4), subject(update: 4)] {
                try database.record(ack: another, signingRoot: root(2), by: validator)
            }
            try database.record(ack: subject(), signingRoot: root(2), by: other)
        }
    }

    @Test func remembersOverARestart() throws {
        let scratch = Scratch()
        try scratch.life { database in
            try database.record(block(.max, 1), by: validator)
            try database.record(vote(1 << 40, 1 << 41, 2), by: validator)
            try database.record(ack: subject(), signingRoot: root(3), by: validator)
        }
        try scratch.life { database in
            try database.record(block(.max, 1), by: validator)
            try database.record(vote(1 << 40, 1 << 41, 2), by: validator)
            try database.record(ack: subject(), signingRoot: root(3), by: validator)
            expectRefusal(.doubleBlock(slot: .max)) { try database.record(block(.max, 4), by: validator) }
            expectRefusal(.doubleVote(target: 1 << 41)) { try database.record(vote(1 << 40, 1 << 41, 4), by: validator) }
            expectRefusal(.contradictoryAck(updateID: root(2))) {
                try database.record(ack: subject(), signingRoot: root(4), by: validator)
            }
        }
    }

    @Test func staysSmallAndForgetsNothing() throws {
        try Scratch().life { database in
            for epoch in 1...600 as ClosedRange<UInt64> { try database.record(vote(epoch - 1, epoch, 1), by: validator) }
            let history = try database.history(of: validator)
            #expect((256..<512).contains(history.attestations.count))
            #expect(history.newestTarget == 600)
            for epoch in [1, 80, 300, 600] as [UInt64] {
                #expect(throws: ValidatorClientError.self) { try database.record(vote(epoch - 1, epoch, 2), by: validator) }
            }
        }
    }

    @Test func belongsToOneChain() throws {
        let scratch = Scratch()
        try scratch.life { database in try database.record(block(5, 1), by: validator) }
        expectUnusable("belongs to the chain") { try scratch.life(chain: root(9)) { _ in } }
        try scratch.life { database in expectRefusal(.doubleBlock(slot: 5)) { try database.record(block(5, 2), by: validator) } }
    }

    @Test func aFlippedBitIsNoHistory() throws {
        let scratch = Scratch()
        try scratch.life { database in
            try database.record(vote(3, 4, 1), by: validator)
            try database.record(vote(3, 4, 1), by: other)
        }
        let store = try scratch.store()
        try store.write { txn in
            var bytes = try #require(try txn.value(for: validator, in: "histories"))
            bytes[bytes.count - 40] ^= 1
            try txn.put(bytes, for: validator, in: "histories")
        }
        let database = try ProtectionDatabase(store, genesisValidatorsRoot: testChain)
        expectUnusable("damaged") { try database.record(vote(4, 5, 1), by: validator) }
        expectUnusable("damaged") { _ = try database.histories() }
        // The others go on.
        #expect(try database.record([(validator, vote(4, 5, 1)), (other, vote(4, 5, 1))]).map { $0 == nil } == [false, true])
        store.close()
    }

    @Test func nothingIsAllowedThatCannotBeWritten() throws {
        let scratch = Scratch()
        let store = try scratch.store()
        let database = try ProtectionDatabase(store, genesisValidatorsRoot: testChain)
        store.close()
        expectUnusable("closed") { try database.record(block(5, 1), by: validator) }
        expectUnusable("closed") { try database.record(vote(1, 2, 1), by: validator) }
        expectUnusable("closed") { _ = try database.record([(validator, vote(1, 2, 1))]) }
        expectUnusable("closed") { try database.record(ack: subject(), signingRoot: root(1), by: validator) }
    }
}
