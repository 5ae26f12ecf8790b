import ContentRouting
import HTTPDoor
import KeyValueStore
import Logging
import PrysmRPC
import ServiceInterfaces
import ServiceLifecycle
import Slasher

/// Watches for slashable offences.
struct SlasherRole: NodeRole {
    static let name = "slasher"

    /// What the slasher asks of a beacon node.
    typealias Chain = AckCommittees & BeaconChainReader & BlockHistory & EvidenceTaking & OperationEventSource

    let slasher: Slasher
    private let chain: any Chain
    private let setRefusedBlockObserver: @Sendable (any RefusedBlockObserver) async -> Void

    /// - Parameter setRefusedBlockObserver: names to the beacon node who sees the blocks that it refuses; one in another process
    ///   tells nobody.
    init(
        chain: any Chain, topics: (any MessageTopics)?, store: KeyValueStore,
        setRefusedBlockObserver: @escaping @Sendable (any RefusedBlockObserver) async -> Void = { _ in }
    ) {
        self.chain = chain
        self.setRefusedBlockObserver = setRefusedBlockObserver
        slasher = Slasher(
            chain: chain, committees: chain, operations: chain, topics: topics, history: chain, store: store,
            logger: Logger(label: Self.name))
    }

    /// Opens the slasher's database. What is in it can be seen again: it is not synced to disk at each write.
    static func openStore(datadir: String) throws -> KeyValueStore {
        var options = KeyValueStore.Options()
        options.durability = .unsynced
        return try KeyValueStore(directory: "\(datadir)/chain_data/slasher", tables: Slasher.tables, options: options)
    }

    var metrics: [any MetricsSource] { [slasher] }

    func workers() -> [any Service] {
        [
            TaskService(Self.name) {
                await setRefusedBlockObserver(slasher)
                await slasher.run()
            }
        ]
    }

    func grpcDoor(address: ListenAddress, logger: Logger) -> any Service {
        PrysmRPC.slasherDoor(slasher: slasher, chain: chain, address: address, logger: logger)
    }
}
