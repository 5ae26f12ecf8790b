import UpdateLedger
import AckQuorum
import AckRecords
import BeaconTypes
import BLS
import ContentRouting
import PeerIdentity
import Primitives
import ServiceInterfaces
import SSZ
import Testing
import TestNetwork
import TestSupport
import UpdateLife

@testable import AIEngine

/// Real votes of a committee of four on one candidate, until they make a certificate or do not.
@Suite struct QuorumTests {
    /// The candidate's, and that of its reveal block.
    private static let (slot, revealed): (UInt64, UInt64) = (6, 8)
    private let secrets: [SecretKey]
    private let committee: AckCommittee
    private let candidate: UpdateCandidate
    private let chain: FakeChain
    private let bench: Bench
    private var id: Hash32 { candidate.updateID(.pol) }

    init() throws {
        secrets = try (1...4).map { try SecretKey(bytes: [UInt8](repeating: 0, count: 31) + [UInt8($0)]) }
        committee = AckCommittee(
            slot: Self.revealed,
            context: AckContext(
                anchorRoot: SHA256.hash([3]), revealMix: SHA256.hash([8]), members: [10, 11, 12, 13],
                publicKeys: secrets.map { $0.publicKey.bytes }, quorumSetting: 0,
                domain: SHA256.hash([2]), spec: .pol), learning: LearningState())
        candidate = UpdateCandidate(
            baseModelRoot: .zero, parentAdapterRoot: .zero, slot: Self.slot, author: 10,
            inputs: [CandidateInput(fileHash: SHA256.hash([7]), rewardAddress: .zero)], selected: [true])
        chain = FakeChain(committee: committee)
        bench = try Bench(chain: chain)
    }

    private func vote(_ seat: Int, _ verdict: UpdateAckVerdict = .valid, losses: Bytes32 = QuorumTests.losses) -> SignedUpdateAck {
        let isValid = verdict == .valid
        let ack = UpdateAck(
            slot: Self.revealed, anchorRoot: committee.context.anchorRoot, updateId: id, author: 10, verdict: verdict.rawValue,
            adapterRoot: isValid ? SHA256.hash([4]) : .zero, lossBefore: isValid ? Float(2).bitPattern : 0,
            lossAfter: isValid ? Float(1).bitPattern : 0, sliceSeed: committee.context.sliceSeed(id))
        return committee.context.signing.vote(AckStatement(ack: ack, lossesRoot: losses), validator: committee.context.members[seat]) {
            secrets[seat].sign($0)
        }
    }

    /// The author's word for the candidate.
    private var announcement: SignedUpdateAck {
        let statement = AckStatement(withoutGate: UpdateAck(announcing: candidate, updateID: id))
        return committee.context.signing.vote(statement, validator: 10) { secrets[0].sign($0) }
    }

    /// The head: blocks of two members besides the author.
    private var head: LearningPoint {
        var learning = LearningState()
        learning.recentProposers = SSZVector((0..<64).map { $0 == 7 ? 11 : $0 == 8 ? 12 : Constant.noProposer })
        return LearningPoint(root: SHA256.hash([3]), slot: Self.revealed, learning: learning)
    }

    private static let losses = SHA256.hash([5])

    /// What this node's gate found.
    private func found(_ verdict: UpdateAckVerdict = .valid) -> AckStatement {
        AckStatement(ack: vote(0, verdict).message, lossesRoot: Self.losses)
    }

    private func store(_ vote: SignedUpdateAck, seat: Int) async throws {
        let peer = try PeerKeyPair(seed: [UInt8](repeating: 1, count: 32))
        await bench.routing.put(
            try AckRecordEnvelope.record(
                vote, publicKey: committee.context.publicKeys[seat], peerKey: peer, now: 100, spec: .pol))
    }

    private var stage: UpdateStage? { get async { await bench.ledger.record(of: id)?.stage } }

    @Test func votesMakeACertificate() async throws {
        // One is in the DHT, one came before the candidate, the others come after it; all of them are told twice.
        try await store(vote(0), seat: 0)
        await bench.engine.take(vote(1))
        await bench.engine.take(vote(1))
        await bench.engine.begin(candidate)
        #expect(await bench.routing.lookups == 1)
        // Nothing counts before the reveal block.
        #expect(await stage == nil)
        #expect(await bench.engine.open[id]?.tally == nil)
        #expect(await bench.engine.open[id]?.waiting.count == 2)
        await bench.engine.headMoved(head)
        #expect(await stage == .voted)
        for seat in [0, 1] { await bench.engine.take(vote(seat)) }
        #expect(await bench.engine.open[id]?.tally?.verifications == 0)
        #expect(await chain.certificates.isEmpty)
        for seat in [2, 3] { await bench.engine.take(vote(seat)) }
        // Nobody can tell yet which of them ran the gate.
        #expect(await chain.certificates.isEmpty)
        await bench.engine.judged(found())
        await bench.engine.judged(found())
        let certificate = try #require(await chain.certificates.first)
        #expect(await chain.certificates.count == 1)
        #expect(AckCertificateRules.votesFault(certificate, committee.context) == nil)
        #expect(
            BLS.fastAggregateVerify(
                publicKeys: committee.context.publicKeys(at: certificate.committeeBits),
                message: committee.context.signingRoot(certificate.statement), signature: certificate.signature))
        #expect(await stage == .certified)
        let summary = try #require(await bench.engine.update(id))
        #expect(summary.status == .valid && summary.committee == 4 && summary.acks == certificate.committeeBits.setCount)
        // Its file leads to it, and it is not counted again.
        #expect(await bench.engine.update(SHA256.hash([7]))?.updateID == id.hex)
        await bench.engine.begin(candidate)
        #expect(await bench.engine.open.isEmpty)
        #expect(await bench.routing.lookups == 1)
    }

    /// A beacon node that is killed forgets what it was given: it is handed over at each head, until the head moves on.
    @Test(arguments: [true, false]) func aCertificateIsHandedOverUntilABlockHasIt(isIncluded: Bool) async throws {
        await bench.engine.begin(candidate)
        await bench.engine.headMoved(head)
        for seat in 0..<4 { await bench.engine.take(vote(seat)) }
        await bench.engine.judged(found())
        await bench.engine.headMoved(point(adapter: .zero))
        #expect(await chain.certificates.count == 2)
        #expect(await Set(chain.certificates.map { $0.ack.updateId }) == [id])
        if isIncluded {
            await bench.engine.headMoved(point(adapter: SHA256.hash([4])))
        } else {
            // The last slot whose block may take it, and the one after it.
            chain.time.set(to: Double(Self.revealed + chain.spec.ackWindowSlots) * 12 + 1)
            await bench.engine.headMoved(point(adapter: .zero))
            #expect(await chain.certificates.count == 3)
            #expect(await stage == .certified)
            chain.time.set(to: Double(Self.revealed + chain.spec.ackWindowSlots + 1) * 12 + 1)
            await bench.engine.headMoved(point(adapter: .zero))
            #expect(await stage == .expired("no block took its certificate in time"))
        }
        let count = await chain.certificates.count
        await bench.engine.headMoved(point(adapter: .zero))
        #expect(await chain.certificates.count == count)
    }

    private func point(adapter: Hash32) -> LearningPoint {
        var learning = LearningState()
        learning.adapterRoot = adapter
        return LearningPoint(root: .zero, slot: Self.slot, learning: learning)
    }

    /// What the gate found may come before the candidate, and its result be told after the certificate.
    @Test(arguments: [true, false]) func theOwnGateMayEndFirst(ownGatePasses: Bool) async throws {
        await bench.engine.judged(found())
        await bench.engine.begin(candidate)
        await bench.engine.headMoved(head)
        for seat in 0..<4 { await bench.engine.take(vote(seat)) }
        #expect(await stage == .certified)
        if ownGatePasses {
            await bench.ledger.apply(.judged(Judgement(lossBefore: 2, lossAfter: 1, adapter: SHA256.hash([4]), seconds: 9)), to: id)
        } else {
            await bench.ledger.apply(.contested("Loss gate"), to: id)
        }
        #expect(await stage == .certified)
        let summary = try #require(await bench.engine.update(id))
        #expect(summary.status == .valid && summary.gateSeconds == (ownGatePasses ? 9 : nil))
    }

    /// An engine that was killed meanwhile counts what the DHT has once it is told what the gate found.
    @Test func anEngineThatWasStartedAnewCounts() async throws {
        for seat in 0..<4 { try await store(vote(seat), seat: seat) }
        await bench.engine.headMoved(head)
        await bench.engine.judged(found(), of: candidate)
        #expect(await chain.certificates.count == 1)
        #expect(await stage == .certified)
    }

    @Test func twoThirdsOfInvalidVotesRejectIt() async throws {
        await bench.engine.headMoved(head)
        await bench.engine.begin(candidate)
        await bench.engine.judged(found(.invalid))
        await bench.engine.take(vote(0))
        for seat in 1...3 { await bench.engine.take(vote(seat, .invalid)) }
        #expect(await stage == .outvoted)
        #expect(await chain.certificates.isEmpty)
        #expect(await bench.engine.update(id)?.status == .invalid)
    }

    /// Three of four say the same as the author and do not know the losses: no certificate.
    @Test func copiesMakeNoCertificate() async throws {
        await bench.engine.headMoved(head)
        await bench.engine.begin(candidate)
        for seat in 0..<2 { await bench.engine.take(vote(seat)) }
        await bench.engine.take(vote(2, losses: .zero))
        await bench.engine.judged(found())
        await bench.engine.take(vote(3, losses: SHA256.hash([6])))
        #expect(await chain.certificates.isEmpty)
        #expect(await stage == .voted)
    }

    @Test func tellsOnACandidateOnceItsAuthorStandsByIt() async throws {
        var backed = await bench.engine.backedCandidates().makeAsyncIterator()
        await bench.engine.begin(candidate)
        await bench.engine.take(vote(1))
        // Nobody else's word counts.
        var foreign = announcement
        foreign.validatorIndex = 11
        var forged = announcement
        forged.signature = vote(1).signature
        for word in [foreign, forged] { await bench.engine.take(word) }
        #expect(await stage == nil)
        for _ in 1...2 { await bench.engine.take(announcement) }
        #expect(await backed.next() == candidate)
        await bench.engine.stopCounting()
        #expect(await backed.next() == nil)
    }

    @Test func passesOverStrangersAndLateCandidates() async throws {
        var stranger = candidate
        stranger.author = 99
        await bench.engine.begin(stranger)
        // One of a time that never comes is nothing to wait for.
        for slot in [0, 12, UInt64.max - 9, .max] {
            var late = candidate
            late.slot = slot
            await bench.engine.begin(late)
        }
        #expect(await bench.engine.open.isEmpty)
        #expect(await bench.routing.lookups == 0)
    }

    /// Others cannot crowd out the author's word: what is not of this time is not kept, nor what no member signed.
    @Test func keepsWhatMembersSign() async throws {
        var junk = vote(1)
        for slot in [0, 1, 12, UInt64.max] {
            junk.message.slot = slot
            junk.message.updateId = SHA256.hash([UInt8(truncatingIfNeeded: slot)])
            await bench.engine.take(junk)
        }
        #expect(await bench.engine.early.isEmpty)
        await bench.engine.begin(candidate)
        var forged = vote(2)
        forged.validatorIndex = 13
        var stranger = vote(2)
        stranger.validatorIndex = 99
        for vote in [forged, stranger, vote(3), vote(3, losses: .zero)] { await bench.engine.take(vote) }
        #expect(await bench.engine.open[id]?.waiting == [13: vote(3)])
        await bench.engine.stopCounting()
    }

    /// The author's word is found in the DHT by whoever hears of the candidate later.
    @Test func findsTheAuthorsWordInTheDHT() async throws {
        var backed = await bench.engine.backedCandidates().makeAsyncIterator()
        try await store(announcement, seat: 0)
        await bench.engine.begin(candidate)
        #expect(await backed.next() == candidate)
        await bench.engine.stopCounting()
    }

    /// What travels over the topics ends in the same.
    @Test func followsTheTopics() async throws {
        let candidates = await bench.routing.candidates(spec: .pol)
        let votes = await bench.routing.votes(spec: .pol)
        for seat in 0..<4 { try await bench.routing.announce(vote(seat), spec: .pol) }
        try await bench.routing.announce(candidate, spec: .pol)
        await bench.routing.finish()
        await bench.engine.followVotes(votes)
        await bench.engine.followCandidates(candidates)
        await bench.engine.headMoved(head)
        await bench.engine.judged(found())
        #expect(await chain.certificates.count == 1)
    }
}
