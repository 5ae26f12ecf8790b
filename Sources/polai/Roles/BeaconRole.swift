import Primitives
import BeaconAPI
public import BeaconGossip
public import BeaconNode
import BeaconTypes
import BeaconWire
import ChainStore
import ChainSync
import ContentRouting
import GossipValidation
import HTTPDoor
import KeyValueStore
import LibP2P
import Logging
import PeerBlocks
import PeerIdentity
import PrysmRPC
import ServiceInterfaces
import ServiceLifecycle
import StateTransition

/// The consensus layer: the chain, its synchronisation and its gossip, and the doors to it.
struct BeaconRole: NodeRole {
    static let name = "beacon"

    let beacon: BeaconNode
    let sync: ChainSync
    /// What a node without a network has not.
    let gossip: BeaconGossip?
    private let checkpointSource: (any BlockSource)?
    private let history: BeaconHistory
    private let hasSources: Bool
    private let peers: Peers?
    private let agreement: ChainAgreement
    private let requests: PeerRequests?
    private let partings: PeerPartings?

    /// How peers are reached: they give blocks, and are given some.
    struct Peers {
        let host: Host
        /// Whether somebody is likely to be there, who is asked before this node's validators sign.
        let areExpected: Bool
        /// Is told of peers whose answers no honest node gives.
        let blame: @Sendable (PeerID) -> Void
        /// Lets go of a peer that is of no use.
        let part: @Sendable (PeerID, GoodbyeReason) async -> Void
    }

    /// Seconds in which a node that was away waits for the first peer with the chain before its validators go on.
    private static let patience = 15.0

    /// Opens the chain, or begins it: at genesis, or at the checkpoint that other nodes give.
    ///
    /// - Parameters:
    ///   - store: opened with `BeaconStore.tables`.
    ///   - network: where blocks and votes come and go.
    ///   - peers: who gives blocks that did not come by the network.
    ///   - sources: whom blocks can be had from, besides the checkpoint's source.
    ///   - retention: the finalised states that stay on disk.
    init(
        genesis: CachedBeaconState, clock: SlotClock, store: KeyValueStore, engine: any ExecutionEngine,
        checkpoint: (any CheckpointOrigin)? = nil, network: (any MessageTopics)? = nil, peers: Peers? = nil,
        sources: [any BlockSource] = [], syncSetting: ChainSync.Setting = .init(), retention: StateRetention = .init()
    ) async throws {
        let beaconStore = try BeaconStore(store)
        let isNew = try beaconStore.pointer(.genesisBlock) == nil
        let anchor = isNew ? try await checkpoint?.anchor(genesis: genesis, currentSlot: clock.currentSlot ?? 0) : nil
        beacon = try BeaconNode(
            genesis: genesis, anchor: anchor, clock: clock, store: beaconStore, engine: engine, retention: retention,
            logger: Logger(label: Self.name))
        sync = ChainSync(importer: beacon, clock: clock, setting: syncSetting, logger: Logger(label: "sync"))
        history = BeaconHistory(beacon)
        checkpointSource = checkpoint?.source
        hasSources = checkpointSource != nil || !sources.isEmpty
        self.peers = peers
        for source in sources + (checkpointSource.map { [$0] } ?? []) { await sync.add(source) }
        gossip = network.map { [beacon, sync] network in
            BeaconGossip(node: beacon, sync: sync, network: network, logger: Logger(label: "gossip"))
        }
        let source = ChainBlockSource(name: "this node", chain: beacon) { [history] in try history.unprovenHistory() }
        agreement = ChainAgreement(forkDigest: genesis.forkDigest, source: source) { await source.contradicts($0) }
        requests = peers.map { [agreement, beacon] in PeerRequests(host: $0.host, forkDigest: agreement.forkDigest, spec: beacon.spec) }
        partings = peers.flatMap { [requests] peers in requests.map { PeerPartings($0, part: peers.part) } }
        if let peers {
            RequestServer(
                host: peers.host, agreement: agreement, source: source, lightClients: beacon, spec: beacon.spec, blame: peers.blame,
                partings: partings, logger: Logger(label: "sync")
            ).serve()
        }
    }

    var metrics: [any MetricsSource] { [beacon] }

    /// Brings a node that began at a checkpoint, or was away, to the heads of the sources that were named. Peers are asked once
    /// it runs.
    func catchUp() async throws {
        if hasSources {
            // Who was named is asked for everything at once; peers give the history behind the head.
            if try checkpointSource != nil && !history.isWhole { try await sync.fetchHistory(history) }
            try await sync.catchUp()
        }
        // Before anything runs, so that no duty comes first.
        if peers?.areExpected == true { await sync.expectSources(for: Self.patience) }
        // It may stop tomorrow; peers are asked from now on.
        if peers != nil, let checkpointSource { await sync.remove(checkpointSource.name) }
    }

    func workers() -> [any Service] {
        var services: [any Service] = [TaskService(Self.name) { await beacon.run() }]
        services.append(
            TaskService("history") { [sync, history] in
                guard try !history.isWhole else { return }
                await sync.completeHistory(history)
            })
        if let gossip {
            services.append(TaskService("gossip") { await gossip.run() })
            services.append(TaskService("sync") { await sync.run() })
        }
        if let peers, let requests {
            let sources = PeerSources(
                requests: requests, sync: sync, agreement: agreement, blame: peers.blame, partings: partings, logger: Logger(label: "sync"))
            services.append(TaskService("peers") { await sources.run() })
        }
        return services
    }

    /// - Parameter signers: whom an averager in another process has vote.
    func door(
        learning: (any UpdateReader)?, peers: any PeerDirectory, ackRequests: any AckRequestService, signers: BeaconDoor.Signers? = nil
    ) -> any Door {
        BeaconDoor(chain: beacon, services: beacon, learning: learning, peers: peers, ackRequests: ackRequests, signers: signers)
    }

    func grpcDoor(peers: any PeerDirectory, address: ListenAddress, logger: Logger) -> any Service {
        PrysmRPC.beaconDoor(chain: beacon, node: beacon, operations: beacon, peers: peers, address: address, logger: logger)
    }
}

extension BeaconNode: GossipJudging {}

extension CachedBeaconState {
    /// `compute_fork_digest` (phase0 beacon-chain) of a chain whose fork never changes.
    var forkDigest: ForkDigest {
        ForkDigest(version: state.fork.currentVersion, genesisValidatorsRoot: state.genesisValidatorsRoot)
    }
}
