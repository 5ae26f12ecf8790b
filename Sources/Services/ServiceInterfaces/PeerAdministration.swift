public import Primitives

/// How a node is seen on the execution P2P network.
public struct ExecutionNodeInfo: Sendable, Hashable {
    public var id: Hash32
    public var enode: String
    /// Its record, where it takes part in discovery.
    public var enr: String
    public var address: String
    public var discoveryPort: UInt16
    public var listenerPort: UInt16

    public init(id: Hash32, enode: String, enr: String, address: String, discoveryPort: UInt16, listenerPort: UInt16) {
        (self.id, self.enode, self.enr, self.address) = (id, enode, enr, address)
        (self.discoveryPort, self.listenerPort) = (discoveryPort, listenerPort)
    }
}

/// A peer of the execution P2P network.
public struct ExecutionPeerInfo: Sendable, Hashable {
    public var id: Hash32
    public var enode: String
    /// What it calls itself.
    public var name: String
    /// As `eth/68`.
    public var capabilities: [String]
    public var remoteAddress: String
    public var isInbound: Bool
    /// The version of `eth` that is spoken with it.
    public var ethVersion: UInt64?

    public init(
        id: Hash32, enode: String, name: String, capabilities: [String], remoteAddress: String, isInbound: Bool, ethVersion: UInt64?
    ) {
        (self.id, self.enode, self.name, self.capabilities) = (id, enode, name, capabilities)
        (self.remoteAddress, self.isInbound, self.ethVersion) = (remoteAddress, isInbound, ethVersion)
    }
}

/// What is not an address of a node.
public struct BadPeerAddress: Error, Hashable, CustomStringConvertible, Sendable {
    public let description: String

    public init(_ description: String) { self.description = description }
}

/// The execution P2P network as an operator sees and changes it.
public protocol PeerAdministration: Sendable {
    func nodeInfo() async -> ExecutionNodeInfo?
    func peerInfos() async -> [ExecutionPeerInfo]
    /// Keeps a connection to the node at an `enode://` address or of a record.
    ///
    /// - Returns: whether it can be dialled.
    /// - Throws: `BadPeerAddress`.
    func addPeer(_ address: String) async throws -> Bool
    /// Ends the connection, and keeps none any more.
    func removePeer(_ address: String) async throws -> Bool
}
