import Primitives
import SSZOracle
import TestSupport
import Testing

@testable import UpdateLife

private func hash(_ byte: UInt8) -> Hash32 { SHA256.hash([byte]) }

/// What three parties say of one candidate, each in its order.
private struct Story: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let parties: [[UpdateEvent]]
    let end: UpdateStage
}

private let seats = VoteSeats(members: 6, quorum: 3)
private let place = Inclusion(block: hash(20), slot: 9, executionBlock: hash(21))
private let judged = UpdateEvent.judged(Judgement(lossBefore: 2, lossAfter: 1, adapter: hash(5), seconds: 1))

private func facts(own: Bool) -> CandidateFacts {
    CandidateFacts(
        slot: 7, parent: hash(1), inputs: [hash(2), hash(3)],
        considered: [
            ConsideredFile(id: hash(2), trainer: own ? "a" : nil, steps: own ? 10 : nil, isSelected: true),
            ConsideredFile(id: hash(3), trainer: own ? "b" : nil, steps: own ? 10 : nil, isSelected: true),
            ConsideredFile(id: hash(4), isSelected: false, reason: own ? "an outlier" : nil),
        ], file: own ? FileFacts(bytes: 280_000, codec: "sign1bit", parent: hash(1)) : nil)
}

private let counted: [UpdateEvent] = [.proposed(facts(own: false), seats), .voted(1), .voted(3)]
private let certified = UpdateEvent.certified(votes: 4, seats)

private let stories = [
    Story(
        testDescription: "an own candidate enters",
        parties: [
            [.proposed(facts(own: true), seats), judged], counted + [certified], [.named(facts(own: false)), .included(place), .finalised],
        ],
        end: .finalised),
    Story(
        testDescription: "the quorum is there, the own gate fails",
        parties: [[.contested("Loss gate")], counted + [certified], [.named(facts(own: false))]], end: .certified),
    Story(
        testDescription: "no quorum here, but a block holds it",
        parties: [
            [judged], counted + [.timedOut("30 s")],
            [.named(facts(own: false)), .certified(votes: 4, VoteSeats(members: 6, quorum: 0)), .included(place)],
        ],
        end: .included),
    Story(testDescription: "found INVALID", parties: [[.contested("no")], counted + [.outvoted]], end: .outvoted),
    Story(testDescription: "in want of votes", parties: [[judged], counted + [.timedOut("30 s")]], end: .expired("30 s")),
    Story(
        testDescription: "a file is refused, judged anew and overtaken",
        parties: [
            [
                .announced(FileFacts(bytes: 9)), .refused(RefusedUpdate(.unavailable, "nobody")), .readmitted,
                .fetched(FileFacts(bytes: 9, codec: "topk", trainer: "a", parent: hash(1))), .overtaken("late"),
            ]
        ], end: .expired("late")),
]

@Suite struct InterleavingTests {
    /// Whatever order the parties' words arrive in, the same is known in the end, and no word is lost on the way.
    @Test(arguments: stories) fileprivate func everyOrderEndsAlike(story: Story) {
        var random = SeededGenerator(seed: 9)
        var ends: Set<UpdateRecord> = []
        for _ in 0..<500 {
            var record = UpdateRecord(id: hash(0))
            var rest = story.parties
            var wasCertified = false
            while !rest.allSatisfy(\.isEmpty) {
                let party = Int.random(in: rest.indices, using: &random)
                guard !rest[party].isEmpty else { continue }
                record.apply(rest[party].removeFirst())
                wasCertified = wasCertified || record.isCertified
                #expect(record.isCertified == wasCertified)
            }
            #expect(record.stage == story.end)
            ends.insert(record)
        }
        #expect(ends.count == 1)
    }

    @Test func theSameWordTwiceChangesNothing() {
        for story in stories {
            var record = UpdateRecord(id: hash(0))
            for event in story.parties.joined() where event != .readmitted {
                record.apply(event)
                let once = record
                record.apply(event)
                #expect(record == once)
            }
        }
    }

    @Test func aManifestSpeaksForItsFilesOnceSomebodyAgrees() {
        var record = UpdateRecord(id: hash(0))
        record.apply(.proposed(facts(own: false), seats))
        record.apply(.contested("no"))
        #expect(!record.takesFiles && record.filesInBlock.isEmpty)
        record.apply(.included(place))
        #expect(record.takesFiles && record.filesInBlock.count == 5)
        var file = UpdateRecord(id: hash(2))
        file.apply(.announced(FileFacts(bytes: 1)))
        #expect(file.isFile && !file.takesFiles && file.stage.isOpen)
    }

    /// A certificate that went with the process is handed back, unless a block holds it all the same.
    @Test func aLostCertificateIsOver() {
        var record = UpdateRecord(id: hash(0))
        record.apply(.proposed(facts(own: true), seats))
        record.apply(judged)
        record.apply(certified)
        #expect(record.stage == .certified)
        record.apply(.certificateLost("stopped"))
        #expect(record.stage == .expired("stopped") && !record.stage.isOpen)
        record.apply(certified)
        #expect(record.stage == .certified)
        record.apply(.certificateLost("stopped"))
        record.apply(.included(place))
        #expect(record.stage == .included)
    }

    @Test func everyRefusalNamesItsRuleAndWhoseFaultItIs() {
        for kind in UpdateRefusal.allCases {
            let refused = RefusedUpdate(kind, "why")
            #expect(refused.rule == kind.rawValue && refused.description == "why")
            #expect(!kind.mayPass || refused.fault != .sender)
        }
    }
}
