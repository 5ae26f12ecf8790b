import AckQuorum
import AckRecords
public import BeaconTypes
public import ContentRouting
import Primitives
public import ServiceInterfaces

/// An ACK signer some of whose validators misbehave.
///
/// Honest validators come first among the signers, so that one of them is the author of this node's candidates.
public struct FaultySigner: AckSigner {
    private let honest: any AckSigner
    private let faults: DevnetFaults
    private let topics: any MessageTopics
    private let spec: BeaconSpec
    private let signUnprotected: @Sendable (AckStatement, ValidatorIndex) async throws -> SignedUpdateAck

    /// - Parameters:
    ///   - honest: signs with all keys of this node, under slashing protection.
    ///   - topics: where a contradicting validator announces its second vote.
    ///   - signUnprotected: signs with a validator's key and asks nobody: only for second votes.
    public init(
        _ honest: any AckSigner, faults: DevnetFaults, topics: any MessageTopics, spec: BeaconSpec,
        signUnprotected: @escaping @Sendable (AckStatement, ValidatorIndex) async throws -> SignedUpdateAck
    ) {
        self.honest = honest
        self.faults = faults
        self.topics = topics
        self.spec = spec
        self.signUnprotected = signUnprotected
    }

    public func signers(among members: [ValidatorIndex]) async -> [ValidatorIndex] {
        let voters = await honest.signers(among: members).filter { !faults.silent.contains($0) }
        let dishonest = faults.invalid.union(faults.contradicting).union(faults.copying)
        return voters.filter { !dishonest.contains($0) } + voters.filter(dishonest.contains)
    }

    public func sign(_ statement: AckStatement, validator: ValidatorIndex) async throws -> SignedUpdateAck {
        // They announce as everybody does: what they do wrong is their vote.
        if statement.ack.isAnnouncement { return try await honest.sign(statement, validator: validator) }
        let contrary = AckStatement(withoutGate: statement.ack.invalidWithoutGate)
        if faults.invalid.contains(validator) { return try await honest.sign(contrary, validator: validator) }
        // Whoever has only seen the others' votes knows the message and has to guess the losses.
        let guess = AckStatement(ack: statement.ack, lossesRoot: SHA256.hash(statement.ack.adapterRoot.bytes))
        if faults.copying.contains(validator) { return try await honest.sign(guess, validator: validator) }
        let vote = try await honest.sign(statement, validator: validator)
        if faults.contradicting.contains(validator) {
            try await topics.announce(signUnprotected(contrary, validator), spec: spec)
        }
        return vote
    }
}
