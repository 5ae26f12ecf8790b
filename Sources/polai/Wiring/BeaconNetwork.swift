import BeaconTypes
import BeaconWire
import DHTDaemon
import DiscoveryService
import Foundation
import HTTPDoor
import LibP2P
import Logging
import Multiformats
import NIOCore
import NIOPosix
import NodeRecords
import PeerBlocks
import PeerIdentity
import SSZ
import ServiceInterfaces
import ServiceLifecycle
import StateTransition

/// The beacon node's own place in the network, on the port of Ethereum's consensus clients: an identity on secp256k1, topics and
/// requests by their protocols, and its node record in discovery.
struct BeaconNetwork: NodeRole {
    static let name = "p2p"

    /// Topics, and who is there.
    let role: DHTRole
    /// Through which other nodes' beacon nodes are found: the DHT of the same process, or this node's own place in it.
    private let finder: LibP2P.Host
    /// `nil` where peers are not looked for by their records.
    private let discovery: BeaconDiscovery?
    private let hostAddress: IPAddress?
    private let clocks: PeerClocks
    private let requests: PeerRequests
    /// How long the farewell from all peers may take when the node stops.
    private static let farewell: Duration = .seconds(1)
    private let logger = Logger(label: Self.name)

    /// - Parameters:
    ///   - peers: where a beacon node in a process of its own finds the DHT; in the process of its DHT it needs none.
    ///   - dht: the DHT of the same process.
    init(
        genesis: ChainGenesis, chain: OpenedChain, datadir: String, address: ListenAddress, peers: PeerSettings, beside dht: DHTRole? = nil,
        discovery: BeaconDiscoverySettings, chainDescription: [UInt8]? = nil
    ) throws {
        let stored = try Databases.network(of: BeaconRole.name, datadir: datadir)
        let forkDigest = genesis.beacon.forkDigest
        role = DHTRole(
            store: stored.store, validator: genesis.recordValidator { chain.reader },
            key: try PeerKeyFile.beaconKey(datadir: datadir), address: address, peers: peers, topics: .chain(forkDigest),
            scoring: .chain(genesis), folder: stored.folder, chainDescription: chainDescription, label: Self.name)
        BeaconIntroduction.serve(dht?.host ?? role.host, of: role.host)
        finder = dht?.host ?? role.host
        requests = PeerRequests(host: role.host, forkDigest: forkDigest, spec: genesis.spec)
        clocks = PeerClocks(host: role.host, now: { Date().timeIntervalSince1970 }, logger: Logger(label: "clock"))
        hostAddress = discovery.hostAddress
        self.discovery = discovery.isOn ? Self.discovery(discovery, of: role.host, genesis, at: address) : nil
    }

    private static func discovery(
        _ wanted: BeaconDiscoverySettings, of host: LibP2P.Host, _ genesis: ChainGenesis, at address: ListenAddress
    ) -> BeaconDiscovery? {
        var settings = DiscoverySettings()
        let resolved = try? SocketAddress.makeAddressResolvingHost(address.host, port: 0)
        settings.host = resolved?.ipAddress.flatMap { IPAddress($0) }
        (settings.externalAddress, settings.bootNodes) = (wanted.hostAddress, wanted.bootNodes)
        let state = genesis.beacon.state
        // No fork is planned: the version that holds, for ever (phase0 p2p-interface, "eth2 field").
        let fork = ENRForkID(
            forkDigest: genesis.beacon.forkDigest, nextForkVersion: state.fork.currentVersion, nextForkEpoch: Constant.farFutureEpoch)
        return BeaconDiscovery(
            host: host, fork: fork, subnets: .own, settings: settings, port: wanted.port, logger: Logger(label: "discovery"))
    }

    func workers() -> [any Service] {
        role.workers() + [
            // Services stop in reverse order: nobody is met any more, and the connections are still there.
            LastWord { [requests] in await requests.farewell(.shutdown, within: Self.farewell) },
            TaskService("introductions") { [finder, role, logger] in await BeaconIntroduction.run(finder, for: role.host, logger: logger) },
            TaskService("clocks") { [clocks] in await clocks.run() },
            TaskService("discovery") { try await discover() },
        ]
    }

    /// Tells of the address that the operator named, and takes part in discovery, once the host listens.
    private func discover() async throws {
        for await port in role.listening {
            if let hostAddress {
                role.host.announce([Multiaddr([.init(hostAddress.isIPv4 ? .ip4 : .ip6, hostAddress.bytes), .init(.tcp, port: port)])])
            }
            try await discovery?.run(tcp: port, on: MultiThreadedEventLoopGroup.singleton)
            return
        }
    }

    /// Who is there, as the beacon API tells it.
    var directory: any PeerDirectory { BeaconPeers(network: role.dht, discovery: discovery) }
    var metrics: [any MetricsSource] { [BeaconPeers(network: role.dht, discovery: discovery)] }
}

/// The peers of the beacon node's network.
private struct BeaconPeers: PeerDirectory, MetricsSource {
    let network: DHTDaemon
    let discovery: BeaconDiscovery?

    func listing() async -> PeerListing {
        var listing = await network.listing()
        let metadata = MetaData.own
        listing.subnets = PeerListing.Subnets(
            sequenceNumber: metadata.sequenceNumber, attestations: metadata.attnets.map { $0 }, syncCommittees: metadata.syncnets.map { $0 }
        )
        guard let discovery else { return listing }
        if let record = await discovery.record {
            listing.own.enr = record.text
            listing.discoveryAddresses = record.udpEndpoint.map { place in
                ["/\(place.address.isIPv4 ? "ip4" : "ip6")/\(place.address)/udp/\(place.port)/p2p/\(listing.own.id)"]
            }
        }
        let records = await discovery.records.map { ($0.key.description, $0.value.text) }
        let known = Dictionary(uniqueKeysWithValues: records)
        for index in listing.peers.indices { listing.peers[index].enr = known[listing.peers[index].id] }
        return listing
    }

    func metrics() async -> [MetricSample] {
        let count = await network.listing().peers.count
        let peers = MetricSample("libp2p_peers", Double(count), help: "Connected peers of the consensus network.")
        guard let discovery else { return [peers] }
        let found = await discovery.records.count
        return [peers, MetricSample("discovery_nodes", Double(found), help: "Nodes that answer in the beacon node's discovery.")]
    }
}
