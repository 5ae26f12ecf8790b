import AckQuorum
import BLS
import BeaconTypes
import Primitives
import SSZ
import Testing

/// A committee of `size` with real keys, a candidate by the member in seat 0, and votes on it.
struct Committee {
    let secrets: [SecretKey]
    let context: AckContext
    let candidate: UpdateCandidate

    init(size: Int, quorum: UInt64 = 0) throws {
        secrets = try (0..<size).map { try SecretKey(bytes: [UInt8](repeating: 0, count: 31) + [UInt8($0 + 1)]) }
        context = AckContext(
            anchorRoot: SHA256.hash([1]), members: (0..<size).map { ValidatorIndex(100 + $0) },
            publicKeys: secrets.map(\.publicKey.bytes), quorumSetting: quorum, domain: SHA256.hash([2]), spec: .pol)
        candidate = UpdateCandidate(
            baseModelRoot: .zero, parentAdapterRoot: .zero, slot: 7, author: 100,
            inputs: [CandidateInput(fileHash: SHA256.hash([3]), rewardAddress: .zero)], selected: [true])
    }

    func ack(after: Float = 3.8, verdict: UpdateAckVerdict = .valid) -> UpdateAck {
        let isValid = verdict == .valid
        return UpdateAck(
            slot: 9, anchorRoot: context.anchorRoot, updateId: candidate.updateID(.pol), author: 100, verdict: verdict.rawValue,
            adapterRoot: isValid ? SHA256.hash([4]) : .zero, lossBefore: isValid ? Float(3.9).bitPattern : 0,
            lossAfter: isValid ? after.bitPattern : 0, sliceSeed: context.sliceSeed(candidate.updateID(.pol)))
    }

    static let losses = SHA256.hash([5])

    func statement(_ ack: UpdateAck) -> AckStatement { AckStatement(ack: ack, lossesRoot: Self.losses) }

    /// - Parameter losses: what the inner signature is over.
    func vote(_ seat: Int, _ ack: UpdateAck, losses: Bytes32 = Committee.losses) -> SignedUpdateAck {
        context.signing.vote(AckStatement(ack: ack, lossesRoot: losses), validator: context.members[seat]) { secrets[seat].sign($0) }
    }

    /// Counts at a node whose own gate says `ack`.
    func tally(_ votes: [SignedUpdateAck], gate ack: UpdateAck) -> AckTally.Outcome {
        context.tally(candidate, slot: 9, votes: votes, statement: statement(ack))
    }
}

@Suite struct AckTallyTests {
    /// As soon as the author and the quorum of others agree, there is a certificate, and it keeps all rules.
    @Test(arguments: [1, 2, 3, 4, 7]) func certificate(size: Int) throws {
        let committee = try Committee(size: size)
        let needed = Int(committee.context.quorum)
        let seats = size == 1 ? 1 : needed + 1
        var votes = (0..<seats).map { committee.vote($0, committee.ack()) }
        guard case .certificate(let certificate) = committee.tally(votes.reversed(), gate: committee.ack()) else {
            Issue.record("no certificate of \(seats) votes")
            return
        }
        #expect(certificate.committeeBits.setCount == seats)
        #expect(AckCertificateRules.votesFault(certificate, committee.context) == nil)
        #expect(
            AckCertificateRules.statementFault(
                certificate, updateID: committee.candidate.updateID(.pol), blockSlot: 10, hasPools: false, spec: .pol) == nil)
        let keys = committee.context.publicKeys(at: certificate.committeeBits)
        #expect(
            BLS.fastAggregateVerify(
                publicKeys: keys, message: committee.context.signingRoot(certificate.statement), signature: certificate.signature))

        votes.removeLast()
        guard case .pending(let counted, let missing) = committee.tally(votes, gate: committee.ack()) else {
            Issue.record("a certificate of \(votes.count) votes")
            return
        }
        #expect(counted < missing && missing == needed)
    }

    /// Doubles, strangers, bad signatures and votes on other updates do not count.
    @Test func passesOverWhatDoesNotCount() throws {
        let committee = try Committee(size: 4)
        let good = committee.vote(1, committee.ack())
        var stranger = good
        stranger.validatorIndex = 999
        var forged = committee.vote(2, committee.ack())
        forged.signature = good.signature
        var other = committee.ack()
        other.updateId = .zero
        var elsewhere = committee.ack()
        elsewhere.anchorRoot = .zero
        let votes = [
            committee.vote(0, committee.ack()), good, good, stranger, forged, committee.vote(3, other), committee.vote(3, elsewhere),
        ]
        guard case .pending(let counted, let needed) = committee.tally(votes, gate: committee.ack()) else {
            Issue.record("there is no quorum among these votes")
            return
        }
        #expect(counted == 1 && needed == 2)
    }

    /// Only votes that say what the author says aggregate with it.
    @Test func disagreementDoesNotAggregate() throws {
        let committee = try Committee(size: 4)
        let votes = [committee.vote(0, committee.ack())] + (1...3).map { committee.vote($0, committee.ack(after: 3.7)) }
        guard case .pending(let counted, _) = committee.tally(votes, gate: committee.ack()) else {
            Issue.record("votes that differ made a certificate")
            return
        }
        #expect(counted == 0)
    }

    @Test func twoThirdsInvalidReject() throws {
        let committee = try Committee(size: 4)
        let invalid = (1...3).map { committee.vote($0, committee.ack(verdict: .invalid)) }
        guard case .rejected = committee.tally(invalid + [committee.vote(0, committee.ack())], gate: committee.ack(verdict: .invalid))
        else {
            Issue.record("not rejected")
            return
        }
        guard case .pending = committee.tally(Array(invalid.prefix(2)), gate: committee.ack(verdict: .invalid)) else {
            Issue.record("two of four are not two thirds")
            return
        }
    }

    /// Votes for losses that fail the gate never make a certificate.
    @Test func gateHolds() throws {
        let committee = try Committee(size: 2)
        let votes = (0..<2).map { committee.vote($0, committee.ack(after: 3.9)) }
        guard case .pending = committee.tally(votes, gate: committee.ack(after: 3.9)) else {
            Issue.record("a certificate for an update that does not improve")
            return
        }
    }
}
