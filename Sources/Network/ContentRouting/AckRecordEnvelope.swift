import AckQuorum
public import BeaconTypes
import BLS
public import PeerIdentity
public import Primitives
import SSZ

/// An ACK vote as the DHT stores it: one byte 0x01 (VALID) or 0x02 (INVALID), then a libp2p signed envelope whose
/// payload is the same byte and the SSZ of the signed vote (docs/protocol.md#votes-on-the-network). A reader of the first byte alone still
/// sees the verdict; everybody else verifies the rest.
public struct AckRecordEnvelope: Sendable {
    /// The domain string of the envelope's signature.
    public static let domain = "polai-update-ack"
    /// The payload type: `/polai/update-ack` as bytes.
    public static let payloadType = Array("/polai/update-ack".utf8)

    public let vote: SignedUpdateAck
    /// The libp2p key of the node that published the record.
    public let publisher: PeerPublicKey

    /// Key and value of the record of `vote`, published by the node with `peerKey`.
    public static func record(
        _ vote: SignedUpdateAck, publicKey: BLSPubkey, peerKey: PeerKeyPair, now: Double, spec: BeaconSpec
    ) throws(PeerIdentityError) -> DHTRecord {
        let payload = AckRecord.value(vote, spec: spec)
        let envelope = try SignedEnvelope(domain: domain, payloadType: payloadType, payload: payload, key: peerKey)
        return DHTRecord(
            key: AckRecord.key(updateID: vote.message.updateId, publicKey: publicKey),
            value: [vote.message.verdict] + envelope.bytes, expires: now + Double(AckRecord.timeToLiveSeconds))
    }

    /// Reads a record's value: envelope, vote, and that all three verdict bytes agree.
    public init(value: [UInt8], spec: BeaconSpec) throws(RoutingError) {
        guard let first = value.first else { throw .invalidRecord("it is empty") }
        let envelope: SignedEnvelope
        do {
            envelope = try SignedEnvelope(
                bytes: Array(value.dropFirst()), domain: Self.domain, payloadType: Self.payloadType)
        } catch {
            throw .invalidRecord("\(error)")
        }
        do {
            vote = try AckRecord.vote(from: envelope.payload, spec: spec)
        } catch {
            throw .invalidRecord("\(error)")
        }
        guard vote.message.verdict == first else {
            throw .invalidRecord("it begins with \(first), but its vote says \(vote.message.verdict)")
        }
        publisher = envelope.publicKey
    }
}

/// Validates `ack:` records as every node of the network does before it stores or forwards one.
public struct AckRecordValidator: Sendable {
    let spec: BeaconSpec
    let domain: Domain
    let publicKey: @Sendable (ValidatorIndex) async -> BLSPubkey?

    /// - Parameters:
    ///   - domain: the signing domain of ACKs on this chain.
    ///   - publicKey: the registry's key of a validator, `nil` when there is none.
    public init(spec: BeaconSpec, domain: Domain, publicKey: @escaping @Sendable (ValidatorIndex) async -> BLSPubkey?) {
        self.spec = spec
        self.domain = domain
        self.publicKey = publicKey
    }

    /// Checks envelope, vote, key and BLS signature of a record, and returns its vote.
    @discardableResult
    public func validate(_ record: DHTRecord, now: Double) async throws -> SignedUpdateAck {
        guard record.expires > now, record.expires <= now + Double(AckRecord.timeToLiveSeconds) + 60 else {
            throw RoutingError.expired
        }
        let vote = try AckRecordEnvelope(value: record.value, spec: spec).vote
        guard let key = await publicKey(vote.validatorIndex) else {
            throw RoutingError.invalidRecord("validator \(vote.validatorIndex) is not in the registry")
        }
        guard record.key == AckRecord.key(updateID: vote.message.updateId, publicKey: key) else {
            throw RoutingError.invalidRecord("its key names another update or validator")
        }
        guard
            BLS.verify(
                publicKey: key, message: updateAckSigningRoot(vote.message, domain: domain, spec: spec), signature: vote.signature)
        else { throw RoutingError.invalidRecord("the validator's signature does not verify") }
        return vote
    }

    /// Whether a validated record takes the place of the one held under the same key: it must not carry an older vote
    /// (whose anchor may be gone), nor the same slot's vote with less time to live. Nobody can bring back an old vote
    /// by wrapping it anew.
    public func prefers(_ new: DHTRecord, over held: DHTRecord) -> Bool {
        guard let newVote = try? AckRecordEnvelope(value: new.value, spec: spec).vote else { return false }
        guard let heldVote = try? AckRecordEnvelope(value: held.value, spec: spec).vote else { return true }
        return (newVote.message.slot, new.expires) >= (heldVote.message.slot, held.expires)
    }
}
