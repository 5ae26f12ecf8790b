import BeaconTypes
public import BeaconWire
import Discovery
public import DiscoveryService
public import LibP2P
import LibP2PProtocols
public import Logging
public import Multiformats
public import NIOCore
public import NodeRecords
public import PeerIdentity
import Primitives
import SSZ

/// The beacon node in discovery 5.1: its record says which chain it follows and where its libp2p host listens, and nodes whose
/// records say the same chain are handed to whoever dials for that host (consensus specs, p2p-interface, "The discovery domain:
/// discv5").
///
/// Host and record have one key, so that a record tells a peer's id. Nodes of other chains are left alone.
public actor BeaconDiscovery {
    /// Dials a peer by and by, or remembers it.
    public typealias Offer = @Sendable (PeerID, Multiaddr) async -> Void

    /// Nodes that are live are told again so often: who dials may have given one up meanwhile.
    private static let pause: Duration = .seconds(60)

    private let host: Host
    private let key: Secp256k1PeerKey
    private let settings: DiscoverySettings
    private let port: UInt16?
    private let offer: Offer
    private let logger: Logger
    private var service: DiscoveryService?

    /// - Parameters:
    ///   - fork: what the chain's nodes have in common.
    ///   - subnets: those that this node serves.
    ///   - settings: where datagrams are awaited, how others reach this node, and where it begins to look.
    ///   - port: for datagrams; `nil` for the number of the host's own port, or any where that is taken.
    ///   - offer: takes the chain's nodes; the host's own peerstore, from which its dialler chooses, where none is given.
    /// - Returns: `nil` where the host's key is not of secp256k1: no record can name it.
    public init?(
        host: Host, fork: ENRForkID, subnets: MetaData, settings: DiscoverySettings, port: UInt16?, offer: Offer? = nil, logger: Logger
    ) {
        guard let key = host.identity as? Secp256k1PeerKey else { return nil }
        (self.host, self.key, self.port, self.logger) = (host, key, port, logger)
        self.offer = offer ?? { [host] peer, address in host.learn([address], of: peer) }
        var settings = settings
        settings.speaksVersion4 = false
        settings.entries.eth2 = fork
        // The record holds the bits as SSZ packs them, after the sequence number.
        let bytes = subnets.serialize(.pol)
        settings.entries.attestationSubnets = Bytes8(bytes.dropFirst(8).prefix(8))
        settings.entries.syncSubnets = bytes.last
        // The next fork may differ: who does not know of it yet parts when it comes.
        settings.isWanted = { node in node.tcp != 0 && node.record?.eth2?.forkDigest == fork.forkDigest }
        self.settings = settings
    }

    /// What this node says of itself; `nil` while it takes no part.
    public var record: NodeRecord? {
        get async { await service?.record }
    }

    /// The records of the nodes that answer, of this chain and of others, by the peers whose they are.
    public var records: [PeerID: NodeRecord] {
        get async {
            let known = await service?.liveNodes ?? []
            return Dictionary(known.compactMap { node in node.record.map { (node.peerID, $0) } }) { first, _ in first }
        }
    }

    /// Takes part until it is cancelled. Where no port was named and none can be had, the node does without.
    ///
    /// - Parameter tcp: where the host listens.
    public func run(tcp: UInt16, on group: any EventLoopGroup) async throws(DiscoveryServiceError) {
        let service: DiscoveryService
        do throws(DiscoveryServiceError) {
            service = try await begin(tcp: tcp, on: group)
        } catch {
            guard port == nil else { throw error }
            return logger.warning("Peers are not looked for by discovery: \(error)")
        }
        self.service = service
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { for await node in service.found { await self.take(node) } }
            tasks.addTask { while (try? await Task.sleep(for: Self.pause)) != nil { await service.tellAgain() } }
        }
        self.service = nil
        await service.stop()
    }

    private func begin(tcp: UInt16, on group: any EventLoopGroup) async throws(DiscoveryServiceError) -> DiscoveryService {
        var settings = settings
        settings.entries.tcp = tcp
        settings.port = port ?? tcp
        if let listening = settings.host, listening.isUnspecified, settings.externalAddress == nil {
            // What others see takes the place of this, which at least this machine's neighbours can use.
            let own = host.listenAddresses.filter { !$0.isRelayed }.compactMap { $0.ip.flatMap { IPAddress(bytes: $0) } }
            let first = own.first { $0.isIPv4 == listening.isIPv4 }
            if listening.isIPv4 { settings.entries.ip4 = first } else { settings.entries.ip6 = first }
        }
        do throws(DiscoveryServiceError) {
            return try await started(settings, on: group)
        } catch {
            guard port == nil, case .cannotListen = error else { throw error }
            logger.warning("UDP port \(tcp) is taken: discovery listens on another; --discovery.port names one")
            settings.port = 0
            return try await started(settings, on: group)
        }
    }

    private func started(
        _ settings: DiscoverySettings, on group: any EventLoopGroup
    ) async throws(DiscoveryServiceError) -> DiscoveryService {
        let service = DiscoveryService(key: key.privateKey, settings: settings, logger: logger)
        try await service.start(on: group)
        return service
    }

    private func take(_ node: NodeContact) async {
        // Where it answered; nobody has proved that the record's other addresses are its own.
        let (address, kind) = (node.endpoint.address, node.endpoint.address.isIPv4 ? Multiaddr.Kind.ip4 : .ip6)
        logger.debug("A node of the chain was found", metadata: ["peer": "\(node.peerID)", "at": "\(address)", "tcp": "\(node.tcp)"])
        await offer(node.peerID, Multiaddr([.init(kind, address.bytes), .init(.tcp, port: node.tcp)]))
    }
}

extension NodeContact {
    /// The node as a libp2p peer: it has one key for both.
    fileprivate var peerID: PeerID { RemotePublicKey(publicKey).peerID }
}
