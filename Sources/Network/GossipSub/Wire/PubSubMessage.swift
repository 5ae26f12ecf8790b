import Crypto
public import LibP2PProtocols
import Multiformats
public import PeerIdentity

/// One message of a topic (libp2p specs, pubsub).
public struct PubSubMessage: Hashable, Sendable {
    public var topic: String
    public var data: [UInt8]
    /// The author's peer id, where messages are signed.
    public var from: [UInt8]?
    public var sequence: [UInt8]?
    public var signature: [UInt8]?
    /// The author's public key, where the peer id does not hold it.
    public var key: [UInt8]?

    public init(topic: String, data: [UInt8]) { (self.topic, self.data) = (topic, data) }

    /// A message that says who wrote it.
    public init(topic: String, data: [UInt8], sequence: UInt64, key: any PeerSigner) throws(PeerIdentityError) {
        self.init(topic: topic, data: data)
        from = key.peerID.bytes
        self.sequence = withUnsafeBytes(of: sequence.bigEndian) { Array($0) }
        signature = try key.sign(Self.prefix + bytes)
    }

    private static let prefix = Array("libp2p-pubsub:".utf8)

    /// Whether author, number and signature are there and fit.
    public var isSigned: Bool {
        guard let from, sequence != nil, let signature, let peer = Multihash(bytes: from).map({ PeerID($0) }) else { return false }
        var bare = self
        (bare.signature, bare.key) = (nil, nil)
        let message = key ?? peer.embeddedKey
        guard let message, let public_ = try? RemotePublicKey(message: message), public_.peerID == peer else { return false }
        return public_.verify(signature, of: Self.prefix + bare.bytes)
    }

    /// Whether nothing tells who wrote it.
    public var isAnonymous: Bool { from == nil && sequence == nil && signature == nil && key == nil }

    public init(bytes: [UInt8]) throws(WireError) {
        self.init(topic: "", data: [])
        var reader = ProtobufReader(bytes)
        while let field = try reader.next() {
            switch field.number {
            case 1: from = field.bytes
            case 2: data = field.bytes ?? []
            case 3: sequence = field.bytes
            case 4: topic = field.text ?? ""
            case 5: signature = field.bytes
            case 6: key = field.bytes
            default: break
            }
        }
    }

    public var bytes: [UInt8] {
        var writer = ProtobufWriter()
        writer.bytes(1, from)
        writer.bytes(2, data)
        writer.bytes(3, sequence)
        writer.text(4, topic)
        writer.bytes(5, signature)
        writer.bytes(6, key)
        return writer.bytes
    }
}

extension PeerID {
    /// The public key message that a short peer id holds itself (the identity multihash).
    fileprivate var embeddedKey: [UInt8]? {
        bytes.count > 2 && bytes[0] == 0 && Int(bytes[1]) == bytes.count - 2 ? Array(bytes[2...]) : nil
    }
}
