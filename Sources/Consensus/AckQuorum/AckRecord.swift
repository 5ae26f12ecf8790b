public import BeaconTypes
public import Primitives
import SSZ

/// How a vote stands in the DHT (docs/protocol.md#votes-on-the-network): its key, and its value before the signed envelope is put around it.
public enum AckRecord {
    /// How long a record lives, in seconds.
    public static let timeToLiveSeconds = 3600

    /// The record key `ack:{updateID[:16] hex}:{peerID hex}`. Both are lookup prefixes; the value carries full ids.
    public static func key(updateID: Bytes32, publicKey: BLSPubkey) -> String {
        "ack:\(updateID.bytes.prefix(16).bareHex):\(peerID(publicKey).bareHex)"
    }

    /// The `peerID` of a record key: the first eight bytes of SHA-256 of the validator's public key.
    public static func peerID(_ publicKey: BLSPubkey) -> [UInt8] {
        Array(SHA256.hash(publicKey.bytes).bytes.prefix(8))
    }

    /// The value: one byte 0x01 (VALID), 0x02 (INVALID) or 0x03 (announced), then the SSZ of the signed vote, 374 bytes in all.
    public static func value(_ vote: SignedUpdateAck, spec: BeaconSpec) -> [UInt8] {
        [vote.message.verdict] + vote.serialize(spec)
    }

    /// Reads a value.
    ///
    /// - Throws: `AckRecordError` unless the value has exactly the form above and its first byte is the vote's verdict.
    public static func vote(from value: [UInt8], spec: BeaconSpec) throws(AckRecordError) -> SignedUpdateAck {
        guard let first = value.first else { throw .empty }
        guard UpdateAckVerdict(rawValue: first) != nil || first == UpdateAck.announced else { throw .unknownVerdict(first) }
        let vote: SignedUpdateAck
        do {
            vote = try SignedUpdateAck(deserializing: Array(value.dropFirst()), spec)
        } catch {
            throw .malformedVote("\(error)")
        }
        guard vote.message.verdict == first else { throw .verdictMismatch(byte: first, vote: vote.message.verdict) }
        return vote
    }
}

/// Why a DHT record is no ACK vote.
public enum AckRecordError: Error, Equatable, Sendable, CustomStringConvertible {
    case empty
    case unknownVerdict(UInt8)
    case malformedVote(String)
    case verdictMismatch(byte: UInt8, vote: UInt8)

    public var description: String {
        switch self {
        case .empty: "the record is empty; an ACK record begins with 0x01, 0x02 or 0x03"
        case .unknownVerdict(let byte): "the record begins with \(byte); an ACK record begins with 1 (VALID), 2 (INVALID) or 3 (announced)"
        case .malformedVote(let reason): "the record holds no signed vote: \(reason)"
        case .verdictMismatch(let byte, let vote): "the record begins with \(byte), but its vote says \(vote)"
        }
    }
}
