import AckQuorum
public import BeaconTypes
public import ContentRouting
public import PeerIdentity
public import Primitives
import SSZ

/// An ACK vote as the DHT stores it: one byte 0x01 (VALID), 0x02 (INVALID) or 0x03 (its author announces it), then a libp2p signed envelope whose
/// payload is the same byte and the SSZ of the signed vote (docs/protocol.md#votes-on-the-network). A reader of the first byte alone still
/// sees the verdict; everybody else verifies the rest.
public struct AckRecordEnvelope: Sendable {
    /// The domain string of the envelope's signature.
    public static let domain = "polai-update-ack"
    /// The payload type: `/polai/update-ack` as bytes.
    public static let payloadType = Array("/polai/update-ack".utf8)

    /// What the keys of these records begin with.
    public static let namespace = "ack:"

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
            key: RecordKey(AckRecord.key(updateID: vote.message.updateId, publicKey: publicKey)),
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
