import BeaconTypes
import BeaconWire
import DHTDaemon
import Foundation
import HTTPDoor
import LibP2P
import Logging
import PeerBlocks
import SSZ
import ServiceInterfaces
import ServiceLifecycle

/// The beacon node's own place in the network, on the port of Ethereum's consensus clients: an identity on secp256k1, topics and
/// requests by their protocols.
struct BeaconNetwork {
    /// Topics, and who is there.
    let role: DHTRole
    /// Through which other nodes' beacon nodes are found: the DHT of the same process, or this node's own place in it.
    private let finder: LibP2P.Host
    private let clocks: PeerClocks
    private let requests: PeerRequests
    /// How long the farewell from all peers may take when the node stops.
    private static let farewell: Duration = .seconds(1)
    private let logger = Logger(label: "p2p")

    /// - Parameters:
    ///   - peers: where a beacon node in a process of its own finds the DHT; in the process of its DHT it needs none.
    ///   - dht: the DHT of the same process.
    init(
        genesis: ChainGenesis, chain: OpenedChain, datadir: String, address: ListenAddress, peers: PeerSettings, beside dht: DHTRole? = nil,
        chainDescription: [UInt8]? = nil
    ) throws {
        let stored = try Databases.network(of: BeaconRole.name, datadir: datadir)
        let forkDigest = genesis.beacon.forkDigest
        role = DHTRole(
            store: stored.store, validator: genesis.recordValidator { chain.reader },
            key: try PeerKeyFile.beaconKey(datadir: datadir), address: address, peers: peers, topics: .chain(forkDigest),
            scoring: .chain(genesis), folder: stored.folder, chainDescription: chainDescription, label: "p2p")
        BeaconIntroduction.serve(dht?.host ?? role.host, of: role.host)
        finder = dht?.host ?? role.host
        requests = PeerRequests(host: role.host, forkDigest: forkDigest, spec: genesis.spec)
        clocks = PeerClocks(host: role.host, now: { Date().timeIntervalSince1970 }, logger: Logger(label: "clock"))
    }

    func workers() -> [any Service] {
        role.workers() + [
            // Services stop in reverse order: nobody is met any more, and the connections are still there.
            LastWord { [requests] in await requests.farewell(.shutdown, within: Self.farewell) },
            TaskService("introductions") { [finder, role, logger] in await BeaconIntroduction.run(finder, for: role.host, logger: logger) },
            TaskService("clocks") { [clocks] in await clocks.run() },
        ]
    }

    /// Who is there, as the beacon API tells it.
    var directory: any PeerDirectory { BeaconPeers(network: role.dht) }
    var metrics: any MetricsSource { BeaconPeers(network: role.dht) }
}

/// The peers of the beacon node's network.
private struct BeaconPeers: PeerDirectory, MetricsSource {
    let network: DHTDaemon
    /// The node's record, once discovery makes one.
    var record: @Sendable () async -> String? = { nil }

    func listing() async -> PeerListing {
        var listing = await network.listing()
        listing.own.enr = await record()
        let metadata = MetaData.own
        listing.subnets = PeerListing.Subnets(
            sequenceNumber: metadata.sequenceNumber, attestations: metadata.attnets.map { $0 }, syncCommittees: metadata.syncnets.map { $0 }
        )
        return listing
    }

    func metrics() async -> [MetricSample] {
        let count = await network.listing().peers.count
        return [MetricSample("libp2p_peers", Double(count), help: "Connected peers of the consensus network.")]
    }
}
