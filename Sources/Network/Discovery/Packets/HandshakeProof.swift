public import NodeRecords
public import Primitives

/// How the sender of a handshake proves who it is: a signature over the challenge, the key it agrees with, and its record where
/// the other side may not have it.
public struct HandshakeProof: Hashable, Sendable {
    public var source: NodeID
    /// r ‖ s.
    public var signature: FixedBytes<64>
    /// A compressed point, 33 bytes, made for this handshake.
    public var ephemeralKey: FixedBytes<33>
    /// RLP, unchecked; empty where it was left out.
    public var record: [UInt8]

    static let headSize = 34

    init(source: NodeID, signature: FixedBytes<64>, ephemeralKey: FixedBytes<33>, record: [UInt8]) {
        (self.source, self.signature, self.ephemeralKey, self.record) = (source, signature, ephemeralKey, record)
    }

    /// Identity scheme `v4`: 64 bytes of signature, 33 of key.
    init(_ authData: [UInt8]) throws(DiscoveryError) {
        guard authData.count >= Self.headSize + 64 + 33, authData[32] == 64, authData[33] == 33, let source = NodeID(authData[..<32]),
            let signature = FixedBytes<64>(authData[34..<98]), let key = FixedBytes<33>(authData[98..<131])
        else { throw .badAuthData }
        let record = Array(authData[131...])
        guard record.count <= NodeRecord.maximumSize else { throw .badRecord(.tooLarge(record.count)) }
        self.init(source: source, signature: signature, ephemeralKey: key, record: record)
    }

    var authData: [UInt8] { source.bytes + [64, 33] + signature.bytes + ephemeralKey.bytes + record }
}
