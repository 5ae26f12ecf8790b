public import Multiformats

/// A peer's secret key of whatever kind: who it is, and its signatures.
public protocol PeerSigner: Sendable {
    /// The public key in its protobuf form.
    var publicKeyMessage: [UInt8] { get }
    var peerID: PeerID { get }
    func sign(_ message: [UInt8]) throws(PeerIdentityError) -> [UInt8]
}

extension PeerSigner {
    public var peerID: PeerID { PeerID(Multihash(peerKey: publicKeyMessage)) }
}

extension PeerKeyPair: PeerSigner {
    public var publicKeyMessage: [UInt8] { publicKey.message }
}
