public import Primitives
import RLP
public import Secp256k1

/// What the dialling side says first (EIP-8). More items are for later versions and not read.
public struct AuthMessage: Sendable, Hashable {
    /// r ‖ s ‖ v, by the ephemeral key over the static shared secret xor the nonce.
    public var signature: FixedBytes<65>
    public var publicKey: Secp256k1PublicKey
    public var nonce: Hash32
    public var version: UInt64

    var encoded: [UInt8] {
        RLPEncoder.list { list in
            list.append(signature)
            list.append(publicKey.coordinates)
            list.append(nonce)
            list.append(version)
        }
    }

    init(signature: FixedBytes<65>, publicKey: Secp256k1PublicKey, nonce: Hash32, version: UInt64 = 4) {
        (self.signature, self.publicKey, self.nonce, self.version) = (signature, publicKey, nonce, version)
    }

    /// Reads the list; what follows it is padding.
    init(_ bytes: [UInt8]) throws(RLPxError) {
        let key: FixedBytes<64>
        do throws(RLPError) {
            var outer = try RLPDecoder(bytes, limits: HandshakePacket.limits)
            var fields = try outer.list()
            signature = try fields.fixedBytes(FixedBytes<65>.self)
            key = try fields.fixedBytes(FixedBytes<64>.self)
            nonce = try fields.hash32()
            version = try fields.uint64()
        } catch {
            throw .malformed(error)
        }
        publicKey = try HandshakePacket.publicKey(key)
    }
}

/// What the dialled side answers.
public struct AckMessage: Sendable, Hashable {
    public var ephemeralKey: Secp256k1PublicKey
    public var nonce: Hash32
    public var version: UInt64

    var encoded: [UInt8] {
        RLPEncoder.list { list in
            list.append(ephemeralKey.coordinates)
            list.append(nonce)
            list.append(version)
        }
    }

    init(ephemeralKey: Secp256k1PublicKey, nonce: Hash32, version: UInt64 = 4) {
        (self.ephemeralKey, self.nonce, self.version) = (ephemeralKey, nonce, version)
    }

    init(_ bytes: [UInt8]) throws(RLPxError) {
        let key: FixedBytes<64>
        do throws(RLPError) {
            var outer = try RLPDecoder(bytes, limits: HandshakePacket.limits)
            var fields = try outer.list()
            key = try fields.fixedBytes(FixedBytes<64>.self)
            nonce = try fields.hash32()
            version = try fields.uint64()
        } catch {
            throw .malformed(error)
        }
        ephemeralKey = try HandshakePacket.publicKey(key)
    }
}

/// `size || ecies(body || padding)`, the size authenticated with the body (EIP-8). The older form without a size is not read.
public enum HandshakePacket {
    static let limits = RLPLimits(maximumSize: maximumSize, maximumDepth: 8)
    /// The sizes that are read, the two bytes of the size apart.
    public static let minimumSize = ECIES.overhead + 100
    public static let maximumSize = 2_048

    /// The whole packet's length, once its first two bytes are there.
    static func length(_ bytes: ArraySlice<UInt8>) throws(RLPxError) -> Int? {
        guard let size = bytes.bigEndian(UInt16.self, at: 0).map({ Int($0) }) else { return nil }
        guard (minimumSize...maximumSize).contains(size) else { throw .handshakeSize(size) }
        return 2 + size
    }

    static func publicKey(_ coordinates: FixedBytes<64>) throws(RLPxError) -> Secp256k1PublicKey {
        guard let key = try? Secp256k1PublicKey([4] + coordinates.bytes) else { throw .badKey }
        return key
    }

    static func seal(
        _ body: [UInt8], padding: [UInt8], to key: Secp256k1PublicKey, ephemeral: Secp256k1PrivateKey, iv: FixedBytes<16>
    ) throws(RLPxError) -> [UInt8] {
        let plain = body + padding
        let size = UInt16(truncatingIfNeeded: plain.count + ECIES.overhead).bigEndianBytes
        return size + (try ECIES.encrypt(plain, to: key, ephemeral: ephemeral, iv: iv, authenticating: size))
    }

    static func open(_ packet: [UInt8], by key: Secp256k1PrivateKey) throws(RLPxError) -> [UInt8] {
        guard packet.count > 2 else { throw .handshakeSize(packet.count) }
        return try ECIES.decrypt(Array(packet[2...]), by: key, authenticating: Array(packet[..<2]))
    }
}
