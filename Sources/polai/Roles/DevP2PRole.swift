import Discovery
import DiscoveryService
import EthNetwork
import EthProtocol
import ExecutionChain
import ExecutionNode
import Logging
import NIOPosix
import NodeRecords
import Primitives
import RLPx
import RLPxHost
import Secp256k1
import ServiceInterfaces
import ServiceLifecycle

/// The execution layer among its peers: discovery, connections, `eth`.
struct DevP2PRole: NodeRole, PeerAdministration {
    static let name = "devp2p"

    private let execution: ExecutionNode
    private let key: Secp256k1PrivateKey
    private let chain: ExecutionEthChain
    private let eth: EthPeers
    private let host: RLPxHost
    private let dialer: PeerDialer
    private let port: UInt16
    /// `nil` when peers are not looked for.
    private let discovery: DiscoveryService?
    /// `nil` where a consensus layer says what the chain's head is.
    private let follower: ChainFollower?
    private let logger = Logger(label: Self.name)

    /// Listens for connections, so that its port is known.
    init(_ options: DevP2POptions, execution: ExecutionNode, key: Secp256k1PrivateKey, defaultPort: Int) async throws {
        guard let chain = try await ExecutionEthChain(execution) else { throw SetupError("the chain has no genesis") }
        (self.execution, self.key, self.chain) = (execution, key, chain)
        let isWork = execution.rules.isWorkOnly
        eth = EthPeers(chain: chain, pool: ExecutionEthPool(execution: execution), followsWork: isWork, logger: logger)
        follower = isWork ? ChainFollower(chain: execution, peers: eth, logger: logger) : nil
        var settings = RLPxHostSettings(offered: isWork ? EthPeers.offeredForWork : EthPeers.offered)
        settings.port = UInt16(options.port ?? defaultPort)
        (settings.clientID, settings.maximumPeers) = ("polai/\(PolaiVersion.current)", options.maximumPeers)
        // Half of the places are for peers that this node chose.
        let wanted = max(1, options.maximumPeers / 2)
        settings.maximumInbound = max(min(1, options.maximumPeers), options.maximumPeers - wanted)
        host = RLPxHost(key: key, settings: settings, handler: eth, logger: logger)
        port = try await host.start(on: MultiThreadedEventLoopGroup.singleton)
        dialer = PeerDialer(host: host, wanted: wanted, logger: logger)
        for node in options.nodes { _ = await dialer.keep(node) }
        guard !options.noDiscovery else {
            discovery = nil
            return
        }
        var search = DiscoverySettings()
        search.port = UInt16(options.discoveryPort ?? Int(port))
        (search.externalAddress, search.bootNodes) = (options.externalAddress, options.nodes)
        search.entries.tcp = port
        let position = await chain.position()
        search.entries.eth = position.status.forkID
        // Who says that it is of another chain is not dialled; who says nothing is asked.
        search.isWanted = { contact in
            guard contact.tcp != 0 else { return false }
            guard let other = contact.record?.eth else { return true }
            do throws(ForkMismatch) {
                try position.schedule.check(other, number: position.number, time: position.time)
                return true
            } catch {
                return false
            }
        }
        discovery = DiscoveryService(key: key, settings: search, logger: logger)
    }

    func workers() -> [any Service] { [TaskService(Self.name) { try await run() }] }

    /// Looks for peers and serves them until cancelled.
    func run() async throws {
        await execution.setTransactionObserver { [eth] in await eth.announce([$0]) }
        try await discovery?.start(on: MultiThreadedEventLoopGroup.singleton)
        let enode = await nodeInfo()?.enode ?? ""
        logger.info("Takes part in the execution P2P network", metadata: ["enode": "\(enode)"])
        await withTaskGroup(of: Void.self) { tasks in
            if let follower {
                tasks.addTask { await follower.run() }
            } else {
                tasks.addTask { [execution, eth] in for await _ in await execution.chainChanges() { await eth.announceRange() } }
            }
            if let discovery {
                tasks.addTask { [dialer] in
                    for await node in discovery.found {
                        await dialer.offer(node.publicKey, at: NodeEndpoint(address: node.endpoint.address, port: node.tcp))
                    }
                }
                tasks.addTask { [chain] in
                    // What the record says of the forks follows the head; and a node that was full may have room by now.
                    while !Task.isCancelled {
                        let forkID = await chain.position().status.forkID
                        try? await discovery.updateRecord { $0.eth = forkID }
                        await discovery.tellAgain()
                        try? await Task.sleep(for: .seconds(60))
                    }
                }
            }
            tasks.addTask { [dialer] in
                while !Task.isCancelled {
                    await dialer.dialDue()
                    try? await Task.sleep(for: .seconds(1))
                }
            }
        }
        await discovery?.stop()
        await host.stop()
    }

    /// Tells peers of a block that this node made.
    func announce(_ block: Block, totalDifficulty: UInt256) async { await eth.announce(block, totalDifficulty: totalDifficulty) }

    // MARK: What an operator asks

    func nodeInfo() async -> ExecutionNodeInfo? {
        let record = await discovery?.record
        let address = record?.udpEndpoint.map { "\($0.address)" } ?? "127.0.0.1"
        let udp = record?.udp ?? 0
        let enode = EnodeURL(publicKey: key.publicKey, host: address, tcp: port, udp: udp)
        return ExecutionNodeInfo(
            id: key.publicKey.nodeID, enode: "\(enode)", enr: record?.text ?? "", address: address, discoveryPort: udp, listenerPort: port)
    }

    func peerInfos() async -> [ExecutionPeerInfo] {
        var infos: [ExecutionPeerInfo] = []
        for peer in await host.peers {
            let place = EnodeURL(
                publicKey: peer.publicKey, host: "\(peer.endpoint.address)", tcp: peer.endpoint.port, udp: peer.endpoint.port)
            infos.append(
                ExecutionPeerInfo(
                    id: peer.nodeID, enode: "\(place)", name: peer.hello.clientID, capabilities: peer.hello.capabilities.map { "\($0)" },
                    remoteAddress: "\(peer.endpoint)", isInbound: peer.isInbound, ethVersion: await eth.version(of: peer.nodeID)?.rawValue))
        }
        return infos
    }

    private func node(_ address: String) throws -> BootNode {
        do throws(NodeRecordError) {
            return try BootNode(address)
        } catch {
            throw BadPeerAddress("\(error)")
        }
    }

    func addPeer(_ address: String) async throws -> Bool { await dialer.keep(try node(address)) }

    func removePeer(_ address: String) async throws -> Bool {
        await dialer.drop(try node(address))
        return true
    }
}
