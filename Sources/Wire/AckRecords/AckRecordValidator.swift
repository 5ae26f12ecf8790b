import AckQuorum
public import BeaconTypes
import BLS
public import ContentRouting
public import Primitives

/// Validates `ack:` records as every node of the network does before it stores or forwards one.
public struct AckRecordValidator: RecordValidator {
    let spec: BeaconSpec
    let domain: Domain
    let publicKey: @Sendable (ValidatorIndex) async -> BLSPubkey?

    /// - Parameters:
    ///   - domain: the domain of ACKs' inner signatures on this chain.
    ///   - publicKey: the registry's key of a validator, `nil` when there is none.
    public init(spec: BeaconSpec, domain: Domain, publicKey: @escaping @Sendable (ValidatorIndex) async -> BLSPubkey?) {
        self.spec = spec
        self.domain = domain
        self.publicKey = publicKey
    }

    /// Checks envelope, vote, key and outer BLS signature of a record: the inner one covers losses that are not told.
    public func validate(_ record: DHTRecord, now: Double) async throws { _ = try await vote(in: record, now: now) }

    /// The vote of a record that passes every check.
    public func vote(in record: DHTRecord, now: Double) async throws -> SignedUpdateAck {
        guard record.expires > now, record.expires <= now + Double(AckRecord.timeToLiveSeconds) + 60 else {
            throw RoutingError.expired
        }
        let vote = try AckRecordEnvelope(value: record.value, spec: spec).vote
        guard let key = await publicKey(vote.validatorIndex) else {
            throw RoutingError.invalidRecord("validator \(vote.validatorIndex) is not in the registry")
        }
        guard record.key == RecordKey(AckRecord.key(updateID: vote.message.updateId, publicKey: key)) else {
            throw RoutingError.invalidRecord("its key names another update or validator")
        }
        guard
            BLS.verify(
                publicKey: key, message: UpdateAckSigning(domain: domain, spec: spec).sealRoot(vote), signature: vote.signature)
        else { throw RoutingError.invalidRecord("the validator's signature does not verify") }
        return vote
    }

    /// Of valid records the one with the newest vote (the anchor of an older one may be gone), of one slot's the one that
    /// lives longest. Nobody can bring back an old vote by wrapping it anew.
    public func select(_ records: [DHTRecord]) -> Int {
        let order = records.map { record in
            (try? AckRecordEnvelope(value: record.value, spec: spec).vote).map { (1, $0.message.slot, record.expires) }
                ?? (0, 0, 0)
        }
        return order.indices.dropFirst().reduce(0) { best, index in order[index] > order[best] ? index : best }
    }
}
