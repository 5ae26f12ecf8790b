import AckQuorum
import AckRecords
import BLS
import BeaconTypes
import ContentRouting
import EngineTypes
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition
import Testing

@testable import DevnetFaults

private let signing = UpdateAckSigning(domain: SHA256.hash([9]), spec: .pol)

private func secret(_ index: ValidatorIndex) throws -> SecretKey {
    try SecretKey(bytes: [UInt8](repeating: 0, count: 31) + [UInt8(index + 1)])
}

private func signed(_ statement: AckStatement, _ validator: ValidatorIndex) throws -> SignedUpdateAck {
    let key = try secret(validator)
    return signing.vote(statement, validator: validator) { key.sign($0) }
}

/// Signs with the key 1 + index and holds the keys of the validators 0 to 4.
private struct HonestSigner: AckSigner {
    func signers(among members: [ValidatorIndex]) async -> [ValidatorIndex] { members.filter { $0 < 5 } }
    func sign(_ statement: AckStatement, validator: ValidatorIndex) async throws -> SignedUpdateAck { try signed(statement, validator) }
}

private actor Topics: MessageTopics {
    private(set) var announced: [SignedUpdateAck] = []

    func publish(_ data: [UInt8], on topic: Topic) throws {
        if topic == .updateAck { announced.append(try SignedUpdateAck(deserializing: data, .pol)) }
    }

    func subscribe(
        _ topic: Topic, validate: @escaping @Sendable (TopicMessage) async -> MessageVerdict
    ) -> AsyncStream<TopicMessage> { AsyncStream { $0.finish() } }
}

@Suite struct DevnetFaultsTests {
    private let ack = UpdateAck(
        slot: 7, anchorRoot: SHA256.hash([1]), updateId: SHA256.hash([2]), author: 0, verdict: 1, adapterRoot: SHA256.hash([3]),
        lossBefore: Float(4).bitPattern, lossAfter: Float(3).bitPattern)

    private var statement: AckStatement { AckStatement(ack: ack, lossesRoot: SHA256.hash([4])) }

    private func signer(_ faults: DevnetFaults) -> (FaultySigner, Topics) {
        let topics = Topics()
        let signer = FaultySigner(HonestSigner(), faults: faults, topics: topics, spec: .pol) { statement, index in
            try signed(statement, index)
        }
        return (signer, topics)
    }

    @Test func silentValidatorsAreNoSigners() async {
        var faults = DevnetFaults()
        faults.silent = [1, 3]
        #expect(await signer(faults).0.signers(among: [4, 3, 2, 1, 0]) == [4, 2, 0])
    }

    /// Honest validators come first, so that the author of a candidate is one of them.
    @Test func dishonestSignersComeLast() async {
        var faults = DevnetFaults()
        faults.invalid = [4]
        faults.contradicting = [2]
        #expect(await signer(faults).0.signers(among: [4, 3, 2, 1, 0]) == [3, 1, 0, 4, 2])
    }

    @Test func invalidVotersSayInvalidAndNothingElse() async throws {
        var faults = DevnetFaults()
        faults.invalid = [2]
        let (signer, topics) = signer(faults)
        let vote = try await signer.sign(statement, validator: 2)
        #expect(vote.message.verdict == 2 && vote.message.adapterRoot.isZero && vote.message.lossBefore == 0 && vote.message.lossAfter == 0)
        #expect(vote.message.updateId == ack.updateId && vote.message.slot == ack.slot && vote.message.author == ack.author)
        #expect(try await signer.sign(statement, validator: 1).message == ack)
        #expect(await topics.announced.isEmpty)
    }

    /// A copy says what the others say, and its inner signature is not over the losses.
    @Test func copyingVotersDoNotKnowTheLosses() async throws {
        var faults = DevnetFaults()
        faults.copying = [2]
        let (signer, topics) = signer(faults)
        #expect(faults.concernsVotes && faults.description == "validators 2 copy votes")
        #expect(await signer.signers(among: [2, 1]) == [1, 2])
        let copy = try await signer.sign(statement, validator: 2)
        let honest = try signed(statement, 2)
        #expect(copy.message == ack && copy.innerSignature != honest.innerSignature)
        #expect(
            BLS.verify(publicKey: try secret(2).publicKey.bytes, message: signing.sealRoot(copy), signature: copy.signature))
        #expect(await topics.announced.isEmpty)
    }

    /// What they do wrong is their vote: they announce as everybody does.
    @Test func everybodyAnnounces() async throws {
        var faults = DevnetFaults()
        faults.invalid = [0]
        let candidate = UpdateCandidate(
            baseModelRoot: .zero, parentAdapterRoot: .zero, slot: 7, author: 0, inputs: [], selected: [])
        let announcement = UpdateAck(announcing: candidate, updateID: ack.updateId)
        #expect(try await signer(faults).0.sign(AckStatement(withoutGate: announcement), validator: 0).message == announcement)
    }

    @Test func contradictingVotersSayBoth() async throws {
        var faults = DevnetFaults()
        faults.contradicting = [2]
        let (signer, topics) = signer(faults)
        #expect(try await signer.sign(statement, validator: 2).message == ack)
        let second = await topics.announced
        #expect(second.map(\.message.verdict) == [2] && second.map(\.validatorIndex) == [2])
    }

    @Test func faultsAreChecked() throws {
        var faults = DevnetFaults()
        #expect(faults.isEmpty && !faults.concernsVotes && faults.description == "none")
        try faults.validate(validators: 1)
        faults.silent = [3, 4]
        #expect(faults.concernsVotes)
        try faults.validate(validators: 5)
        #expect(throws: DevnetFaultError.unknownValidator(4, role: "silent", count: 4)) { try faults.validate(validators: 4) }
        faults.invalid = [3]
        #expect(throws: DevnetFaultError.twoRoles(3)) { try faults.validate(validators: 5) }
        faults.invalid = [1]
        faults.forgingSlots = [20]
        #expect(faults.description == "validators 3, 4 stay silent; validators 1 vote INVALID; certificates are forged from slots 20 on")
    }

    /// A forged certificate states everything as the chain would have it, and is wrong by its signature alone.
    @Test(arguments: [1, 2, 5]) func aForgedCertificateIsWrongByItsSignature(members: Int) throws {
        let keys = try (1...members).map { try SecretKey(bytes: [UInt8](repeating: 0, count: 31) + [UInt8($0)]) }
        let context = AckContext(
            anchorRoot: SHA256.hash([1]), members: keys.indices.map { ValidatorIndex($0) }, publicKeys: keys.map(\.publicKey.bytes),
            quorumSetting: 0, domain: SHA256.hash([2]), spec: .pol)
        var block = BeaconBlock(default: .pol)
        block.slot = 9
        block.proposerIndex = UInt64(members - 1)
        let forged = block.claimingForgedUpdate(
            AckCommittee(slot: 9, context: context, learning: LearningState(default: .pol)), spec: .pol)
        let certificate = forged.body.ackCertificate
        let id = try #require(PolExtraData.updateID(forged.body.executionPayload.extraData))
        #expect(!id.isZero && id == certificate.ack.updateId)
        #expect(AckCertificateRules.statementFault(certificate, updateID: id, blockSlot: 10, hasPools: false, spec: .pol) == nil)
        #expect(AckCertificateRules.votesFault(certificate, context) == nil)
        #expect(
            !BLS.fastAggregateVerify(
                publicKeys: context.publicKeys(at: certificate.committeeBits), message: context.signingRoot(certificate.statement),
                signature: certificate.signature))
    }
}
