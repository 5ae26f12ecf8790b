public import Primitives
import RLP
public import Secp256k1

/// A datagram of discovery 4 with what its signature says (devp2p, `discv4.md`).
public struct Version4Packet: Sendable {
    /// `hash || signature || packet-type`.
    static let headerSize = 98
    static let limits = RLPLimits(maximumSize: DiscoveryPacket.maximumSize, maximumDepth: 16)

    public let hash: Hash32
    public let sender: Secp256k1PublicKey
    public let message: Version4Message

    /// Whether the bytes may be one: they begin with the hash of the rest, which tells them from those of discovery 5 on the same
    /// port.
    public static func isOne(_ datagram: [UInt8]) -> Bool {
        guard (headerSize + 1...DiscoveryPacket.maximumSize).contains(datagram.count) else { return false }
        return Hash32(datagram[..<32]) == Keccak256.hash(Array(datagram[32...]))
    }

    public init(_ datagram: [UInt8]) throws(DiscoveryError) {
        guard Self.isOne(datagram), let hash = Hash32(datagram[..<32]) else { throw .notDiscovery }
        guard let signature = Secp256k1Signature(compact: Array(datagram[32..<96]), recoveryID: datagram[96]),
            let key = try? signature.recover(Keccak256.hash(Array(datagram[97...])))
        else { throw .badKey }
        (self.hash, sender) = (hash, key)
        message = try Version4Message(type: datagram[97], data: Array(datagram[Self.headerSize...]))
    }

    /// The bytes and their hash.
    public static func datagram(_ message: Version4Message, by key: Secp256k1PrivateKey) -> (bytes: [UInt8], hash: Hash32) {
        let signed = [message.type] + message.data
        let signature = key.sign(Keccak256.hash(signed))
        let rest = signature.compact + [signature.recoveryID] + signed
        let hash = Keccak256.hash(rest)
        return (hash.bytes + rest, hash)
    }
}
