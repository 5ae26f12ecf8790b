import BeaconTypes
import Foundation
import KeyValueStore
import Primitives
import Testing
import ValidatorClient

private func root(_ byte: UInt8) -> Hash32 { SHA256.hash([byte]) }
private let validator = Bytes48(repeatElement(1, count: 48)) ?? Bytes48()
private let other = Bytes48(repeatElement(2, count: 48)) ?? Bytes48()

/// A directory of its own, gone with the test.
private final class Scratch {
    let path = FileManager.default.temporaryDirectory.appending(path: "protection-\(UUID().uuidString)").path
    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Opens the database, hands it over and closes it, as one life of the process does.
    func life(_ body: (ProtectionDatabase) throws -> Void) throws {
        let store = try KeyValueStore(directory: path, tables: ProtectionDatabase.tables)
        defer { store.close() }
        try body(ProtectionDatabase(store))
    }
}

private func ack(slot: UInt64 = 9, anchor: UInt8 = 1, update: UInt8 = 2, lossAfter: UInt32 = 1) -> UpdateAck {
    UpdateAck(
        slot: slot, anchorRoot: root(anchor), updateId: root(update), author: 0, verdict: 1, adapterRoot: root(3),
        lossBefore: 2, lossAfter: lossAfter)
}

/// Expects a refusal whose reason holds `reason`.
private func expectRefusal(_ reason: String, _ body: () throws -> Void, at location: SourceLocation = #_sourceLocation) {
    let error = #expect(throws: ValidatorClientError.self, sourceLocation: location) { try body() }
    guard case .protectionRefused(let text)? = error else {
        Issue.record("not refused by slashing protection: \(String(describing: error))", sourceLocation: location)
        return
    }
    #expect(text.contains(reason), sourceLocation: location)
}

@Suite struct ProtectionDatabaseTests {
    @Test func signsOneBlockForASlot() throws {
        try Scratch().life { database in
            try database.recordBlock(validator: validator, slot: 5, signingRoot: root(1))
            // The same message is no second one.
            try database.recordBlock(validator: validator, slot: 5, signingRoot: root(1))
            expectRefusal("a block of slot 5") { try database.recordBlock(validator: validator, slot: 5, signingRoot: root(2)) }
            expectRefusal("one of slot 5") { try database.recordBlock(validator: validator, slot: 4, signingRoot: root(1)) }
            try database.recordBlock(validator: other, slot: 5, signingRoot: root(2))
            try database.recordBlock(validator: validator, slot: 6, signingRoot: root(3))
            expectRefusal("one of slot 6") { try database.recordBlock(validator: validator, slot: 5, signingRoot: root(1)) }
        }
    }

    @Test func aRefusedBlockLeavesTheMark() throws {
        try Scratch().life { database in
            try database.recordBlock(validator: validator, slot: 5, signingRoot: root(1))
            expectRefusal("slot 5") { try database.recordBlock(validator: validator, slot: 5, signingRoot: root(2)) }
            expectRefusal("slot 5") { try database.recordBlock(validator: validator, slot: 5, signingRoot: root(2)) }
            try database.recordBlock(validator: validator, slot: 5, signingRoot: root(1))
        }
    }

    @Test(arguments: [
        // Another vote for target 12, a lower target, one around 10→12, one inside it.
        (source: UInt64(10), target: UInt64(12)), (source: 11, target: 12), (source: 10, target: 11), (source: 9, target: 13),
        (source: 11, target: 11),
    ])
    func refusesVotesThatCouldBeSlashed(_ vote: (source: UInt64, target: UInt64)) throws {
        try Scratch().life { database in
            try database.recordAttestation(validator: validator, source: 10, target: 12, signingRoot: root(1))
            expectRefusal("10→12 was signed before") {
                try database.recordAttestation(validator: validator, source: vote.source, target: vote.target, signingRoot: root(2))
            }
            // Another validator has voted for nothing yet, and this one may go on.
            try database.recordAttestation(validator: other, source: vote.source, target: vote.target, signingRoot: root(2))
            try database.recordAttestation(validator: validator, source: 10, target: 13, signingRoot: root(3))
        }
    }

    @Test func refusesAVoteInsideAWideOne() throws {
        try Scratch().life { database in
            try database.recordAttestation(validator: validator, source: 2, target: 12, signingRoot: root(1))
            expectRefusal("an attestation 3→11") {
                try database.recordAttestation(validator: validator, source: 3, target: 11, signingRoot: root(2))
            }
        }
    }

    @Test func refusesASourceAfterItsTarget() throws {
        try Scratch().life { database in
            expectRefusal("source 3 after target 2") {
                try database.recordAttestation(validator: validator, source: 3, target: 2, signingRoot: root(1))
            }
            // Nothing was recorded.
            try database.recordAttestation(validator: validator, source: 1, target: 2, signingRoot: root(1))
        }
    }

    @Test func allowsTheSameAttestationAgain() throws {
        try Scratch().life { database in
            try database.recordAttestation(validator: validator, source: 0, target: 0, signingRoot: root(1))
            try database.recordAttestation(validator: validator, source: 0, target: 0, signingRoot: root(1))
            try database.recordAttestation(validator: validator, source: 0, target: 1, signingRoot: root(2))
            expectRefusal("0→1 was signed before") {
                try database.recordAttestation(validator: validator, source: 0, target: 0, signingRoot: root(1))
            }
        }
    }

    @Test func signsOneMessageForASlotAnchorAndUpdate() throws {
        try Scratch().life { database in
            try database.recordAck(validator: validator, ack: ack(), signingRoot: root(1))
            try database.recordAck(validator: validator, ack: ack(), signingRoot: root(1))
            expectRefusal("second, different ACK") {
                try database.recordAck(validator: validator, ack: ack(lossAfter: 0), signingRoot: root(2))
            }
            // Each part of the subject counts.
            try database.recordAck(validator: validator, ack: ack(slot: 10), signingRoot: root(2))
            try database.recordAck(validator: validator, ack: ack(anchor: 4), signingRoot: root(2))
            try database.recordAck(validator: validator, ack: ack(update: 4), signingRoot: root(2))
            try database.recordAck(validator: other, ack: ack(), signingRoot: root(2))
        }
    }

    @Test func remembersOverARestart() throws {
        let scratch = Scratch()
        try scratch.life { database in
            try database.recordBlock(validator: validator, slot: .max, signingRoot: root(1))
            try database.recordAttestation(validator: validator, source: 1 << 40, target: 1 << 41, signingRoot: root(2))
            try database.recordAck(validator: validator, ack: ack(), signingRoot: root(3))
        }
        try scratch.life { database in
            try database.recordBlock(validator: validator, slot: .max, signingRoot: root(1))
            try database.recordAttestation(validator: validator, source: 1 << 40, target: 1 << 41, signingRoot: root(2))
            try database.recordAck(validator: validator, ack: ack(), signingRoot: root(3))
            expectRefusal("slot \(UInt64.max)") {
                try database.recordBlock(validator: validator, slot: .max, signingRoot: root(4))
            }
            expectRefusal("was signed before") {
                try database.recordAttestation(validator: validator, source: 1 << 40, target: 1 << 41, signingRoot: root(4))
            }
            expectRefusal("second, different ACK") {
                try database.recordAck(validator: validator, ack: ack(), signingRoot: root(4))
            }
        }
    }
}
