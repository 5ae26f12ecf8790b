import ArgumentParser
import Multiformats
import NodeConfiguration
import NodeRecords

/// How the beacon node finds peers by node records, as Prysm spells it.
struct BeaconDiscoveryOptions: ParsableArguments {
    @Option(
        name: .customLong("bootstrap-node"),
        help: "Where the beacon node begins to look for peers: a node record, enr:… (or enode://…). Repeatable, or with commas.")
    var bootstrapNodes: [String] = []

    @Option(
        name: [.customLong("discovery.port"), .customLong("p2p-udp-port")],
        help: "UDP port of the beacon node's discovery (default: the number of --p2p-tcp-port, or another where that is taken).")
    var port: Int?

    @Option(
        name: .customLong("p2p-host-ip"),
        help: "IP address at which others reach the beacon node, for its record and its libp2p (default: what others see).")
    var hostAddress: String?

    @Flag(name: .customLong("no-discovery"), help: "Look for no peers of the beacon node by node records, and answer nobody who does.")
    var isOff = false

    func validate() throws {
        if let port { try refusing { try PortNumber.check(port, key: "--discovery.port") } }
        if let hostAddress {
            guard let address = IPAddress(hostAddress), !address.isUnspecified, !address.isMulticast else {
                throw ValidationError("--p2p-host-ip is '\(hostAddress)'; it is an address that others can dial, as 192.0.2.1")
            }
        }
        let nodes = try Self.nodes(bootstrapNodes)
        guard !isOff || port == nil && nodes.isEmpty else {
            throw ValidationError("--no-discovery looks for nobody; leave out --bootstrap-node and --discovery.port")
        }
    }

    /// Reads nodes to begin with, and refuses those that nobody can ask.
    private static func nodes(_ texts: [String]) throws(ValidationError) -> [BootNode] {
        var nodes: [BootNode] = []
        for text in texts.flatMap({ $0.split(separator: ",") }) {
            let node: BootNode
            do throws(NodeRecordError) { node = try BootNode(text) } catch {
                throw ValidationError("--bootstrap-node is '\(text.prefix(80))': \(error)")
            }
            guard node.udpEndpoint != nil else {
                throw ValidationError("--bootstrap-node is '\(text.prefix(80))', which names no IP address with a UDP port")
            }
            nodes.append(node)
        }
        return nodes
    }

    /// These options with the record of an invite.
    func settings(_ join: JoinTarget? = nil) -> BeaconDiscoverySettings {
        var nodes = (try? Self.nodes(bootstrapNodes)) ?? []
        if let record = join?.record { nodes.append(.record(record)) }
        return BeaconDiscoverySettings(
            isOn: !isOff, port: port.flatMap { UInt16(exactly: $0) }, hostAddress: hostAddress.flatMap { IPAddress($0) },
            bootNodes: isOff ? [] : nodes)
    }
}

/// How the beacon node takes part in discovery.
struct BeaconDiscoverySettings {
    var isOn = true
    /// For datagrams; `nil` for the number of the libp2p port.
    var port: UInt16?
    /// Where others reach the beacon node, if that is known.
    var hostAddress: IPAddress?
    var bootNodes: [BootNode] = []
}
