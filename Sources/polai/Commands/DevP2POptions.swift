import ArgumentParser
import Multiformats
import NodeConfiguration
import NodeRecords

/// The execution P2P network, as geth spells it. A node takes part when a port or a boot node is named.
struct DevP2POptions: ParsableArguments {
    @Option(name: .customLong("port"), help: "Take part in the P2P network at this TCP port (geth's is 30303; 0 is any that is free).")
    var port: Int?

    @Option(name: .customLong("bootnodes"), help: "Nodes to begin with, enode://… or enr:…, with commas. Takes part in the P2P network.")
    var bootNodes: NameList?

    @Option(name: .customLong("discovery.port"), help: "UDP port of discovery (default: that of --port).")
    var discoveryPort: Int?

    @Flag(name: .customLong("nodiscover"), help: "Look for no peers; those that dial and those of --bootnodes and admin_addPeer are taken.")
    var noDiscovery = false

    @Option(name: .customLong("maxpeers"), help: "Peers at once.")
    var maximumPeers = 50

    @Option(name: .customLong("nat"), help: "extip:ADDRESS is where others reach this node; any leaves it to them to say.")
    var nat = "any"

    @Option(name: .customLong("nodekey"), help: "File of the node's key, 64 hexadecimal digits (default: secrets_data/nodekey).")
    var nodeKey: String?

    func validate() throws {
        for (option, port) in [("--port", port), ("--discovery.port", discoveryPort)] {
            if let port { try refusing { try PortNumber.check(port, key: option) } }
        }
        guard (0...1000).contains(maximumPeers) else { throw ValidationError("--maxpeers is from 0 to 1000") }
        guard nat == "any" || externalAddress != nil else { throw ValidationError("--nat is any or extip:ADDRESS, as extip:192.0.2.1") }
        for text in bootNodes?.names ?? [] { _ = try refusing { try BootNode(text) } }
    }

    /// Whether this node takes part at all.
    var isWanted: Bool { port != nil || discoveryPort != nil || bootNodes != nil }
    var externalAddress: IPAddress? { nat.hasPrefix("extip:") ? IPAddress(nat.dropFirst(6)) : nil }
    var nodes: [BootNode] { (bootNodes?.names ?? []).compactMap { text in try? BootNode(text) } }
}
