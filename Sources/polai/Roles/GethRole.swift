import ChainStore
import EngineAPI
import EngineWire
import ExecutionChain
import ExecutionNode
import Foundation
import HTTPDoor
import IPCDoor
import JSONRPC
import JSONRPCCore
import KeyValueStore
import Logging
import ServiceInterfaces
import ServiceLifecycle

/// The execution layer: executes payloads, builds and seals them, and answers JSON-RPC.
struct GethRole: NodeRole {
    static let name = "geth"

    let execution: ExecutionNode
    private let dataDirectory: String?

    /// - Parameters:
    ///   - store: opened with `ExecutionStore.tables`.
    ///   - secondsPerSlot: bounds the time that a seal may take.
    ///   - dataDirectory: what operators are told who ask for it.
    ///   - sealThreads: threads that search for seals; none leaves that to miners of other processes.
    init(
        genesis: Genesis, store: KeyValueStore, secondsPerSlot: Double, stateHistory: StateHistory = .recent(128),
        seals: any SealEngine = EthashSeals(), sealThreads: Int = 1, dataDirectory: String? = nil
    ) throws {
        var options = ExecutionNodeOptions()
        options.sealThreads = sealThreads
        self.dataDirectory = dataDirectory
        options.stateHistory = stateHistory
        // docs/decisions/0002: a prepared payload may be sealed until 5 % of its slot, or half a second, have passed.
        options.sealTimeLimit = .milliseconds(Int64(max(secondsPerSlot * 50, 500)))
        execution = try ExecutionNode(
            genesis: genesis, store: store, sealEngine: seals, options: options, logger: Logger(label: Self.name))
    }

    /// What a beacon node in this process asks.
    var engine: any ExecutionEngine { execution }
    var metrics: [any MetricsSource] { [execution] }

    func workers() -> [any Service] { [] }

    /// - Parameters:
    ///   - namespaces: those that are served, without their underscore; `nil` for all.
    ///   - faucet: of a development chain.
    ///   - peers: the execution P2P network, where this node takes part in it.
    func door(
        namespaces: Set<String>? = nil, faucet: Faucet? = nil, peers: (any PeerAdministration)? = nil
    ) -> any Door {
        JSONRPCDoor(dispatcher: dispatcher(namespaces, faucet, peers))
    }

    /// JSON-RPC with subscriptions.
    ///
    /// - Parameters:
    ///   - host: where it listens unless the options say otherwise.
    ///   - access: how many connections an address may hold.
    func webSocketDoor(
        _ options: WebSocketOptions, faucet: Faucet? = nil, peers: (any PeerAdministration)? = nil, host: String, access: DoorAccess,
        logger: Logger
    ) -> any Service {
        let door = JSONRPCWebSocketDoor(
            chain: execution, dispatcher: dispatcher(options.namespaces, faucet, peers), logger: Logger(label: "rpc"))
        let server = door.server(
            at: options.listenAddress(host: host), origins: options.originList, access: access, logger: logger)
        return options.isOptional ? OptionalDoor(server: server, logger: logger) : server
    }

    /// All methods, for who may open a file of this node's.
    func socket(path: String, peers: (any PeerAdministration)? = nil) -> IPCDoor {
        IPCDoor(path: path, dispatcher: dispatcher(nil, nil, peers, isOperator: true), logger: Logger(label: "ipc"))
    }

    private func dispatcher(
        _ namespaces: Set<String>?, _ faucet: Faucet?, _ peers: (any PeerAdministration)?, isOperator: Bool = false
    ) -> RPCDispatcher {
        var dispatcher = RPCDispatcher(logger: Logger(label: "rpc"))
        // Who may say how the node builds, and whom it connects to, was told so by the operator.
        let isAdministrator = isOperator || namespaces?.contains("admin") == true
        EthereumMethods(
            chain: execution, hasMinerMethods: isOperator || namespaces?.contains("miner") == true, administersPeers: isAdministrator,
            dataDirectory: isAdministrator ? dataDirectory : nil, peers: peers
        ).register(in: &dispatcher)
        if let namespaces { dispatcher.keep(namespaces: namespaces) }
        faucet?.register(in: &dispatcher)
        EthereumMethods.registerModules(in: &dispatcher)
        return dispatcher
    }

    /// The Engine API for a beacon node in another process, with the `eth_` methods that it asks as well.
    func engineDoor(_ secret: JWTSecret) -> any Door {
        var dispatcher = RPCDispatcher(limits: EngineDoor.limits, logger: Logger(label: "engine"))
        EthereumMethods(chain: execution).register(in: &dispatcher)
        EngineMethods(engine: execution, chain: execution, client: .init(name: "polai", version: PolaiVersion.current))
            .register(in: &dispatcher)
        return EngineDoor(dispatcher: dispatcher, secret: secret, now: { Date().timeIntervalSince1970 })
    }
}
