import HTTPDoor
import JSON
public import JSONRPCCore
import Primitives
public import ServiceInterfaces

/// The `web3_`, `net_` and `eth_` methods over an execution node's reader.
public struct EthereumMethods: Sendable {
    let chain: any ExecutionService
    let tips: TipOracle
    /// Seals that wait to be judged, which cost a machine milliseconds each: others' miners leave each other room.
    let waitingSeals = AddressCounts(limit: 8, limitsLoopback: false)
    let filterLifetime: Duration
    let hasTestingMethods: Bool
    let hasMinerMethods: Bool
    let administersPeers: Bool
    let dataDirectory: String?
    let peers: (any PeerAdministration)?

    /// - Parameters:
    ///   - dataDirectory: where the node's files are; `nil` where callers are not told.
    ///   - hasMinerMethods: whether callers may say how the node builds, which a door that answers everybody never lets.
    ///   - administersPeers: whether callers may say whom the node connects to, which such a door never lets either.
    ///   - filterLifetime: how long a filter stays that nobody asks for; geth's five minutes.
    ///   - hasTestingMethods: whether blocks may be built on demand, which a public door never lets.
    ///   - peers: the execution P2P network, where this node takes part in it.
    public init(
        chain: any ExecutionService, filterLifetime: Duration = .seconds(300), hasTestingMethods: Bool = false,
        hasMinerMethods: Bool = false, administersPeers: Bool = false, dataDirectory: String? = nil,
        peers: (any PeerAdministration)? = nil
    ) {
        self.peers = peers
        self.hasTestingMethods = hasTestingMethods
        self.hasMinerMethods = hasMinerMethods
        self.administersPeers = administersPeers
        self.dataDirectory = dataDirectory
        self.chain = chain
        self.filterLifetime = filterLifetime
        tips = TipOracle(chain: chain)
    }

    /// Adds all methods to `dispatcher`.
    public func register(in dispatcher: inout RPCDispatcher) {
        registerClientMethods(in: &dispatcher)
        registerBlockMethods(in: &dispatcher)
        registerStateMethods(in: &dispatcher)
        registerTransactionMethods(in: &dispatcher)
        registerReceiptMethods(in: &dispatcher)
        registerPoolMethods(in: &dispatcher)
        registerLogMethods(in: &dispatcher)
        registerFeeMethods(in: &dispatcher)
        registerCallMethods(in: &dispatcher)
        registerNodeMethods(in: &dispatcher)
        registerTraceMethods(in: &dispatcher)
        registerWalletMethods(in: &dispatcher)
        registerSimulationMethods(in: &dispatcher)
        registerProofMethods(in: &dispatcher)
        registerDebugMethods(in: &dispatcher)
        registerConfigurationMethods(in: &dispatcher)
        registerMiningMethods(in: &dispatcher)
        registerFillingMethods(in: &dispatcher)
        registerUnservedMethods(in: &dispatcher)
        if hasMinerMethods { registerMinerMethods(in: &dispatcher) }
        if hasTestingMethods { registerTestingMethods(in: &dispatcher) }
        Self.registerModules(in: &dispatcher)
    }
}
