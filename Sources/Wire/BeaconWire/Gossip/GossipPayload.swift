import Primitives

/// How a message of a topic travels (altair p2p-interface, Topics and messages): SSZ in a snappy block, without an author, under an
/// id that everybody computes alike.
public enum GossipPayload {
    /// `MAX_PAYLOAD_SIZE`: bytes of SSZ.
    public static let maximumSize = 10 << 20
    /// `max_compressed_len` of that, which no message's data exceeds.
    public static let maximumCompressed = 32 + maximumSize + maximumSize / 6
    /// `MESSAGE_DOMAIN_VALID_SNAPPY` and `MESSAGE_DOMAIN_INVALID_SNAPPY`.
    static let validDomain: [UInt8] = [1, 0, 0, 0]
    static let invalidDomain: [UInt8] = [0, 0, 0, 0]

    public static func encode(_ ssz: [UInt8]) -> [UInt8] { SnappyBlock.compress(ssz) }

    /// The SSZ of a message's data, or `nil` where the data is no snappy block or holds too much.
    public static func decode(_ data: [UInt8]) -> [UInt8]? {
        data.count <= maximumCompressed ? SnappyBlock.decompress(data, limit: maximumSize) : nil
    }

    /// `message-id`: the first 20 bytes of SHA-256 of a domain, the topic behind its length, and what the data holds. Data that is
    /// no snappy block is hashed as it is, under a domain of its own.
    public static func messageID(topic: String, data: [UInt8]) -> [UInt8] {
        let name = Array(topic.utf8)
        let prefix = UInt64(name.count).littleEndianBytes + name
        let hashed = decode(data).map { validDomain + prefix + $0 } ?? invalidDomain + prefix + data
        return Array(SHA256.hash(hashed).bytes.prefix(20))
    }
}
