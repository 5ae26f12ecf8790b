import Primitives
import BeaconAPI
public import BeaconGossip
public import BeaconNode
import BeaconTypes
import ChainStore
import ChainSync
import ContentRouting
import GossipValidation
import HTTPDoor
import KeyValueStore
import Logging
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
    private let hasSources: Bool

    /// Opens the chain, or begins it: at genesis, or at the checkpoint that another node gives.
    ///
    /// - Parameters:
    ///   - store: opened with `BeaconStore.tables`.
    ///   - network: where blocks and votes come and go.
    ///   - sources: whom blocks can be had from, besides the checkpoint's source.
    ///   - retention: the finalised states that stay on disk.
    init(
        genesis: CachedBeaconState, clock: SlotClock, store: KeyValueStore, engine: any ExecutionEngine,
        checkpoint: CheckpointSync? = nil, network: (any MessageTopics)? = nil, sources: [any BlockSource] = [],
        syncSetting: ChainSync.Setting = .init(), retention: StateRetention = .init()
    ) async throws {
        let beaconStore = try BeaconStore(store)
        let isNew = try beaconStore.pointer(.genesisBlock) == nil
        let anchor = isNew ? try await checkpoint?.anchor(genesis: genesis, currentSlot: clock.currentSlot ?? 0) : nil
        beacon = try BeaconNode(
            genesis: genesis, anchor: anchor, clock: clock, store: beaconStore, engine: engine, retention: retention,
            logger: Logger(label: Self.name))
        sync = ChainSync(importer: beacon, clock: clock, setting: syncSetting, logger: Logger(label: "sync"))
        hasSources = network != nil || checkpoint != nil || !sources.isEmpty
        for source in sources + (checkpoint.map { [$0.source] } ?? []) { await sync.add(source) }
        gossip = network.map { [beacon, sync] network in
            BeaconGossip(
                node: beacon, sync: sync, network: network, forkDigest: genesis.forkDigest, logger: Logger(label: "gossip"))
        }
    }

    var metrics: [any MetricsSource] { [beacon] }

    /// Brings a node that began at a checkpoint, or was away, to its sources' heads.
    func catchUp() async throws {
        if hasSources { try await sync.catchUp(beacon) }
    }

    func workers() -> [any Service] {
        var services: [any Service] = [TaskService(Self.name) { await beacon.run() }]
        if let gossip {
            services.append(TaskService("gossip") { await gossip.run() })
            services.append(TaskService("sync") { await sync.run() })
        }
        return services
    }

    func door(learning: any LearningReader, peers: any PeerDirectory, ackRequests: any AckRequestService) -> any Door {
        BeaconDoor(chain: beacon, services: beacon, learning: learning, peers: peers, ackRequests: ackRequests)
    }

    func grpcDoor(peers: any PeerDirectory, address: ListenAddress, logger: Logger) -> any Service {
        PrysmRPC.beaconDoor(chain: beacon, node: beacon, operations: beacon, peers: peers, address: address, logger: logger)
    }
}

extension BeaconNode: GossipJudging {}

extension CachedBeaconState {
    /// `compute_fork_digest` (phase0 beacon-chain) of a chain whose fork never changes.
    fileprivate var forkDigest: ForkDigest {
        ForkDigest(computeForkDataRoot(state.fork.currentVersion, state.genesisValidatorsRoot).bytes.prefix(4)) ?? ForkDigest()
    }
}
