import BeaconTypes
import Foundation
import PeerIdentity
import Primitives
import ServiceInterfaces
import TestNetwork
import Testing
import UpdateCodec
import UpdateLife

@testable import Averager

@Suite struct AveragerRefusalTests {
    /// Judges a file and expects the journal to say why it was refused, and nothing to have left the node.
    private func expectRefusal(
        _ bytes: [UInt8], _ reason: String, status: UpdateStatus = .rejected, in fixture: Fixture, evaluations: Int = 0,
        at location: SourceLocation = #_sourceLocation
    ) async throws {
        let summary = try #require(await fixture.judge(bytes), sourceLocation: location)
        #expect(summary.status == status, sourceLocation: location)
        #expect(summary.reason?.contains(reason) == true, "\(summary.reason ?? "no reason")", sourceLocation: location)
        #expect(await fixture.evaluator.evaluations == evaluations, sourceLocation: location)
        await expectSilence(fixture, at: location)
        // The AI engine writes entries as JSON, which knows no NaN.
        #expect(throws: Never.self, sourceLocation: location) { try JSONEncoder().encode(summary) }
    }

    private func expectSilence(_ fixture: Fixture, at location: SourceLocation = #_sourceLocation) async {
        #expect(await fixture.routing.announced.isEmpty, sourceLocation: location)
        #expect(await fixture.routing.announcedVotes.isEmpty, sourceLocation: location)
        #expect(await fixture.routing.stored.isEmpty, sourceLocation: location)
    }

    @Test func refusesBrokenFiles() async throws {
        let fixture = try Fixture()
        var corrupt = try fixture.update()
        corrupt[9] ^= 0xff
        try await expectRefusal(corrupt, "damaged", in: fixture)
        try await expectRefusal([], "damaged", in: fixture)
        try await expectRefusal(Array(try fixture.update().dropLast()), "damaged", in: fixture)
        try await expectRefusal([UInt8](repeating: 0, count: UpdateFile.maximumSize + 1), "more than the 150000", in: fixture)
    }

    @Test func refusesValuesThatAreNoNumbers() async throws {
        let fixture = try Fixture()
        // Infinity, minus infinity, NaN.
        for word in [0x7c00, 0xfc00, 0x7e01] as [UInt16] {
            let file = try fixture.edited(fixture.update()) { bytes, name in
                if name == "values" { (bytes[2], bytes[3]) = (UInt8(word & 0xff), UInt8(word >> 8)) }
            }
            try await expectRefusal(file, "NaN or infinite", in: fixture)
        }
    }

    @Test func refusesAnotherModelsShapes() async throws {
        let fixture = try Fixture()
        try await expectRefusal(fixture.update(layout: tinyLayout(layers: 3)), "does not fit the model", in: fixture)
        try await expectRefusal(fixture.update(layout: tinyLayout(hidden: 16)), "tensor values is F16", in: fixture)
    }

    @Test func refusesAnotherModelAndAnotherParent() async throws {
        let fixture = try Fixture()
        try await expectRefusal(fixture.update(base: SHA256.hash([9])), "is for base model \(SHA256.hash([9]))", in: fixture)
        try await expectRefusal(fixture.update(parent: SHA256.hash([9])), "starts from adapter \(SHA256.hash([9]))", in: fixture)
    }

    @Test func refusesAForgedSignature() async throws {
        let fixture = try Fixture()
        let other = try PeerKeyPair(seed: [UInt8](repeating: 3, count: 32))
        try await expectRefusal(fixture.update(signer: other), "signature is not its trainer's", in: fixture)
    }

    @Test(arguments: [2, 1.999, 3, .infinity, .nan] as [Float])
    func refusesALossThatDoesNotFall(_ loss: Float) async throws {
        let fixture = try Fixture(lossAfter: loss)
        try await expectRefusal(fixture.update(), "does not fall by 0.1 %", status: .invalid, in: fixture, evaluations: 2)
    }

    @Test func doesNotJudgeAFileTwice() async throws {
        let fixture = try Fixture(lossAfter: 3)
        let file = try fixture.update()
        try await expectRefusal(file, "does not fall", status: .invalid, in: fixture, evaluations: 2)
        // The first verdict and its reason stay, and the gate does not run again.
        try await expectRefusal(file, "does not fall", status: .invalid, in: fixture, evaluations: 2)

        let misfit = try fixture.update(layout: tinyLayout(layers: 3))
        for _ in 1...2 { try await expectRefusal(misfit, "does not fit the model", in: fixture, evaluations: 2) }
    }

    @Test(
        arguments: [
            .certified(votes: 2, VoteSeats(members: 3, quorum: 2)),
            .included(Inclusion(block: .zero, slot: 1, executionBlock: .zero)), .finalised, .overtaken("too late"), .timedOut("no votes"),
            .outvoted,
        ] as [UpdateEvent])
    func doesNotVoteAgainOnAJudgedFile(_ event: UpdateEvent) async throws {
        let fixture = try Fixture()
        let file = try fixture.update()
        let id = SHA256.hash(file)
        await fixture.journal.apply(.announced(FileFacts(bytes: file.count)), to: id)
        let known = await fixture.journal.apply(event, to: id)
        _ = await fixture.judge(file)
        #expect(await fixture.journal.record(id) == known)
        #expect(await fixture.evaluator.evaluations == 0)
        await expectSilence(fixture)
    }

    /// What was certified when the node was killed, and stands in no block, is handed back; on a passed adapter it is left.
    @Test func handsBackALostCertificate() async throws {
        let fixture = try Fixture()
        let head = try await fixture.averager.currentLearning().learning.adapterRoot
        let (lost, passed) = (SHA256.hash([1]), SHA256.hash([2]))
        for (id, parent) in [(lost, head), (passed, SHA256.hash([3]))] {
            let facts = CandidateFacts(slot: 1, parent: parent, inputs: [SHA256.hash([9])], considered: [])
            await fixture.journal.apply(.named(facts), to: id)
            await fixture.journal.apply(.certified(votes: 2, VoteSeats(members: 3, quorum: 2)), to: id)
        }
        await fixture.averager.resume()
        let reason = "the node stopped before a block took its certificate"
        #expect(await fixture.journal.record(of: lost)?.stage == .expired(reason))
        #expect(await fixture.journal.record(of: passed)?.stage == .certified)
    }

    @Test func judgesAFileThatTurnsUpLate() async throws {
        let fixture = try Fixture()
        let file = try fixture.update()
        await fixture.averager.admit(SHA256.hash(file))
        let missing = await fixture.journal.summary(SHA256.hash(file))
        #expect(missing?.status == .rejected)
        #expect(missing?.reason == "nobody provides the file")
        await expectSilence(fixture)

        let summary = await fixture.judge(file)
        #expect(summary?.status == .pending)
        #expect(summary?.reason == nil)
        #expect(await fixture.routing.announced.count == 1)
    }

    @Test func needsTheHeadAdapterAndAValidator() async throws {
        let headless = try Fixture(holdsHead: false)
        try await expectRefusal(headless.update(), "does not hold the head adapter", in: headless)
    }

    @Test func withoutAVoteUpdatesWait() async throws {
        let fixture = try Fixture(held: [])
        let summary = try #require(await fixture.judge(try fixture.update()))
        #expect(summary.status == .pending)
        #expect(summary.reason == nil)
        #expect(await fixture.evaluator.evaluations == 0)
        await expectSilence(fixture)
    }
}
