public import NodeRecords
public import Primitives
public import RLPx
public import Secp256k1

/// A connection on which both sides have said hello.
public final class RLPxPeer: Sendable {
    public let publicKey: Secp256k1PublicKey
    public let hello: Hello
    public let capabilities: [Capability]
    let link: RLPxLink

    init(publicKey: Secp256k1PublicKey, hello: Hello, capabilities: [Capability], link: RLPxLink) {
        (self.publicKey, self.hello, self.capabilities, self.link) = (publicKey, hello, capabilities, link)
    }

    public var endpoint: NodeEndpoint { link.endpoint }
    /// Whether the other side dialled.
    public var isInbound: Bool { link.isInbound }
    public var nodeID: NodeID { publicKey.nodeID }

    /// Sends a message of a shared capability. What is sent to a peer that is gone is lost.
    public func send(_ code: UInt64, of name: String, data: [UInt8]) { link.send(code, of: name, data: data) }

    /// Tells the peer why and ends the connection.
    public func disconnect(_ reason: DisconnectReason) { link.disconnect(reason) }
}
