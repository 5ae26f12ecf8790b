public import Primitives
public import Secp256k1

/// A node's place in the tables of discovery: keccak of its public key's coordinates.
public typealias NodeID = Hash32

extension Secp256k1PublicKey {
    /// The node id of who has this key (identity scheme `v4`).
    public var nodeID: NodeID { Keccak256.hash(coordinates.bytes) }

    /// The key whose coordinates these 64 bytes are (x ‖ y), as enode addresses and devp2p's messages write it.
    public init(coordinates: [UInt8]) throws(Secp256k1Error) {
        guard coordinates.count == 64 else { throw .invalidPublicKey }
        try self.init([4] + coordinates)
    }
}
