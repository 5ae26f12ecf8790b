import CSecp256k1
public import Primitives

/// A point of secp256k1.
public struct Secp256k1PublicKey: Sendable, Hashable {
    /// x ‖ y, 64 big-endian bytes.
    public let coordinates: FixedBytes<64>

    /// Reads 33 compressed or 65 uncompressed bytes (SEC 1).
    public init(_ bytes: [UInt8]) throws(Secp256k1Error) {
        var key = secp256k1_pubkey()
        guard secp256k1_ec_pubkey_parse(Secp256k1Context.shared, &key, bytes, bytes.count) == 1 else { throw .invalidPublicKey }
        self.init(key)
    }

    init(_ key: secp256k1_pubkey) {
        var key = key
        var output = [UInt8](repeating: 0, count: 65)
        var count = 65
        secp256k1_ec_pubkey_serialize(Secp256k1Context.shared, &output, &count, &key, UInt32(SECP256K1_EC_UNCOMPRESSED))
        coordinates = FixedBytes<64>(output.dropFirst()) ?? FixedBytes<64>()
    }

    var parsed: secp256k1_pubkey {
        get throws(Secp256k1Error) {
            var key = secp256k1_pubkey()
            let bytes = [4] + coordinates.bytes
            guard secp256k1_ec_pubkey_parse(Secp256k1Context.shared, &key, bytes, 65) == 1 else { throw .invalidPublicKey }
            return key
        }
    }

    /// 33 bytes (SEC 1).
    public var compressed: [UInt8] { [coordinates.bytes[63] & 1 == 0 ? 2 : 3] + coordinates.bytes.prefix(32) }

    /// Whether `signature`, r ‖ s in 64 bytes, is this key's on `digest`; an s above half the order is refused.
    public func verify(compact signature: [UInt8], of digest: Hash32) -> Bool {
        guard let signature = Secp256k1Signature(compact: signature) else { return false }
        return (try? signature.verify(digest, by: self)) ?? false
    }

    /// The last 20 bytes of keccak(x ‖ y).
    public var address: Address { Address(Keccak256.hash(coordinates.bytes).bytes.suffix(20)) ?? .zero }
}
