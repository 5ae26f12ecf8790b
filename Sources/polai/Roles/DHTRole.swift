import AckRecords
import BeaconWire
import ContentNetwork
import ContentRouting
import DHTAPI
import DHTDaemon
import Foundation
import GossipSub
import HivemindDHT
import HTTPDoor
import KeyValueStore
import LibP2P
import Logging
import Multiformats
import NATTraversal
import NIOPosix
import PeerBlocks
import PeerIdentity
import ServiceInterfaces
import ServiceLifecycle

/// Records and update files, and the topics of the learning side: libp2p and HTTP on one port.
struct DHTRole: NodeRole {
    static let name = "dht"

    let dht: DHTDaemon
    private let network: ContentNetwork
    private let address: ListenAddress
    private let hivemind: HivemindMember?
    /// The port, once it is open; for one who waits.
    let listening: AsyncStream<UInt16>
    private let listens: AsyncStream<UInt16>.Continuation

    /// - Parameters:
    ///   - store: opened with `DHTDaemon.tables`.
    ///   - validator: judges `ack:` records.
    ///   - address: of the port.
    ///   - peers: where others are found.
    ///   - topics: how they are called and packed among peers.
    ///   - label: of its words in the log.
    ///   - folder: where its peers are kept for the next start.
    ///   - chainDescription: what those are told who want to follow the chain.
    ///   - hivemind: how it takes part in a Hivemind DHT; `nil` where it does not.
    init(
        store: KeyValueStore, validator: any RecordValidator, key: any PeerSigner, address: ListenAddress, peers: PeerSettings,
        topics: TopicCoding, scoring: ScoreParameters = ScoreParameters(), folder: String, chainDescription: [UInt8]? = nil,
        label: String = Self.name, hivemind: HivemindSetting? = nil
    ) {
        self.address = address
        (listening, listens) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        var setting = ContentNetwork.Setting(
            key: key, addresses: address.port == 0 ? [] : Self.multiaddresses(address), bootstrap: peers.bootstrap, isSolo: peers.isSolo,
            topics: topics)
        setting.scoring = scoring
        setting.maximumMessage = GossipPayload.maximumCompressed
        setting.nat = NATSetting()
        if !peers.helpsOthers { (setting.nat.servesRelay, setting.nat.servesAutoNAT) = (false, false) }
        let now: @Sendable () -> Double = { Date().timeIntervalSince1970 }
        (dht, network) = DHTDaemon.networked(
            store: store, namespaces: [RecordNamespace(AckRecordEnvelope.namespace, validator)], network: setting,
            group: MultiThreadedEventLoopGroup.singleton, peerCache: PeerCacheFile(path: "\(folder)/peers"),
            now: now, logger: Logger(label: label))
        self.hivemind = hivemind.map { [network] in HivemindMember($0, over: network, now: now, logger: Logger(label: "hivemind")) }
        if let chainDescription { GenesisExchange.serve(network.host, chainDescription) }
    }

    /// How the chain's blocks come from peers and go to them.
    ///
    /// - Parameter areExpected: whether somebody with the chain is likely to be there.
    func blockPeers(areExpected: Bool) -> BeaconRole.Peers {
        BeaconRole.Peers(
            host: network.host, areExpected: areExpected, blame: { [network] in network.gossip.blame($0) },
            part: { [network] peer, reason in
                // Who stops, or has no room, is welcome again.
                await network.part(from: peer, for: reason == .irrelevantNetwork ? .seconds(600) : .seconds(30))
            })
    }

    /// Whether somebody is likely to be there.
    var expectsOthers: Bool {
        let setting = network.setting
        return !setting.bootstrap.isEmpty && !setting.isSolo || !setting.cachedPeers.isEmpty
    }

    var host: LibP2P.Host { network.host }

    var metrics: [any MetricsSource] { [dht] + (hivemind.map { [$0] } ?? []) }

    func workers() -> [any Service] {
        [TaskService(Self.name) { await dht.run() }] + (hivemind.map { member in [TaskService("hivemind") { await member.run() }] } ?? [])
    }

    /// The port: HTTP for whoever speaks it, libp2p for everybody else.
    func server(access: DoorAccess, logger: Logger) -> DoorServer {
        let (network, address, servesHivemind, listens) = (network, address, hivemind != nil, listens)
        return DHTDoor(directory: dht, records: dht, metrics: metrics).server(
            at: address, access: access, logger: logger,
            shared: SharedPort(firstByte: 0x13, onListening: { await network.host.leave(from: $0) }) { network.host.accept($0) },
            onListening: { port in
                network.host.announce(Self.multiaddresses(ListenAddress(host: address.host, port: port)))
                for shown in network.host.listenAddresses.prefix(1) {
                    logger.info("libp2p at \(shown)/p2p/\(network.host.peerID)")
                    guard servesHivemind else { continue }
                    logger.info("hivemind.DHT(initial_peers=[\"\(shown)/p2p/\(network.host.peerID)\"], start=True) joins here")
                }
                listens.yield(UInt16(clamping: port))
                await network.host.pushIdentify()
            })
    }

    /// How libp2p writes the place: an IP address or a name; none where it is neither.
    static func multiaddresses(_ address: ListenAddress) -> [Multiaddr] {
        (try? BootstrapAddress.read(address.host.contains(":") ? "[\(address.host)]" : address.host, port: UInt16(clamping: address.port)))
            ?? []
    }
}
