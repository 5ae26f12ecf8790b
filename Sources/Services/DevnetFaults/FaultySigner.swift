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
    private let signUnprotected: @Sendable (UpdateAck, ValidatorIndex) async throws -> SignedUpdateAck

    /// - Parameters:
    ///   - honest: signs with all keys of this node, under slashing protection.
    ///   - topics: where a contradicting validator announces its second vote.
    ///   - signUnprotected: signs with a validator's key and asks nobody: only for second votes.
    public init(
        _ honest: any AckSigner, faults: DevnetFaults, topics: any MessageTopics, spec: BeaconSpec,
        signUnprotected: @escaping @Sendable (UpdateAck, ValidatorIndex) async throws -> SignedUpdateAck
    ) {
        self.honest = honest
        self.faults = faults
        self.topics = topics
        self.spec = spec
        self.signUnprotected = signUnprotected
    }

    public func signers(among members: [ValidatorIndex]) async -> [ValidatorIndex] {
        let voters = await honest.signers(among: members).filter { !faults.silent.contains($0) }
        let dishonest = faults.invalid.union(faults.contradicting)
        return voters.filter { !dishonest.contains($0) } + voters.filter(dishonest.contains)
    }

    public func sign(_ ack: UpdateAck, validator: ValidatorIndex) async throws -> SignedUpdateAck {
        if faults.invalid.contains(validator) { return try await honest.sign(ack.withVerdictInvalid, validator: validator) }
        let vote = try await honest.sign(ack, validator: validator)
        if faults.contradicting.contains(validator) {
            try await topics.announce(signUnprotected(ack.withVerdictInvalid, validator), spec: spec)
        }
        return vote
    }
}

extension UpdateAck {
    /// The INVALID vote on the same update: no adapter and no losses, so that INVALID votes aggregate.
    var withVerdictInvalid: UpdateAck {
        UpdateAck(
            slot: slot, anchorRoot: anchorRoot, updateId: updateId, author: author, verdict: UpdateAckVerdict.invalid.rawValue,
            adapterRoot: .zero, lossBefore: 0, lossAfter: 0)
    }
}
