public import PeerIdentity
import Primitives

/// A place in the key space: the SHA-256 of a record's key or of a peer id (libp2p specs, kad-dht).
public struct KademliaKey: Hashable, Sendable, Comparable {
    /// Four words, most significant first.
    let words: (UInt64, UInt64, UInt64, UInt64)

    init(words: (UInt64, UInt64, UInt64, UInt64)) { self.words = words }

    /// The place of a record's key.
    public init(_ key: [UInt8]) {
        let hash = SHA256.hash(key)
        words = (hash.bigEndian(at: 0), hash.bigEndian(at: 8), hash.bigEndian(at: 16), hash.bigEndian(at: 24))
    }

    /// The place of a peer.
    public init(_ peer: PeerID) { self.init(peer.bytes) }

    /// The distance to another place, itself a number to compare.
    public func distance(to other: KademliaKey) -> KademliaKey {
        KademliaKey(words: (words.0 ^ other.words.0, words.1 ^ other.words.1, words.2 ^ other.words.2, words.3 ^ other.words.3))
    }

    /// How many leading bits are zero: of a distance, the length of the common prefix.
    public var leadingZeros: Int {
        if words.0 != 0 { return words.0.leadingZeroBitCount }
        if words.1 != 0 { return 64 + words.1.leadingZeroBitCount }
        if words.2 != 0 { return 128 + words.2.leadingZeroBitCount }
        return 192 + words.3.leadingZeroBitCount
    }

    public static func < (left: KademliaKey, right: KademliaKey) -> Bool { left.words < right.words }
    public static func == (left: KademliaKey, right: KademliaKey) -> Bool { left.words == right.words }
    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.3)
    }
}
