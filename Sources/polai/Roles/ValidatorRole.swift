import BeaconTypes
import DevnetFaults
import KeyValueStore
import Logging
import Primitives
import ServiceInterfaces
import ServiceLifecycle
import ValidatorClient

/// The duties of validators, with their keys and what protects them.
struct ValidatorRole: NodeRole {
    static let name = "validator"

    /// What a validator client asks of a beacon node.
    typealias Node = AckCommittees & BeaconChainReader & BeaconNodeClient & CommitteeDuties & ValidatorStandingReader

    let client: ValidatorClient
    let keys: ValidatorKeys

    /// - Parameters:
    ///   - protection: opened with `ProtectionDatabase.tables`.
    ///   - faults: what some validators of a development chain do wrong on purpose.
    init(
        node: any Node, keys: ValidatorKeys, protection: KeyValueStore, feeRecipient: Address,
        detectsDoppelgangers: Bool = false, faults: DevnetFaults = DevnetFaults()
    ) throws {
        self.keys = keys
        let proposals: any BlockProposals = faults.forgingSlots.isEmpty ? node : ForgingNode(node, slots: faults.forgingSlots)
        client = ValidatorClient(
            node: node, proposals: proposals, committees: node, liveness: ChainLiveness(chain: node), standings: node,
            detectsDoppelgangers: detectsDoppelgangers, keys: keys,
            protection: try ProtectionDatabase(protection, genesisValidatorsRoot: node.genesisValidatorsRoot),
            feeRecipient: feeRecipient, graffiti: Graffiti.program, logger: Logger(label: Self.name))
    }

    var metrics: [any MetricsSource] { [client] }
    func workers() -> [any Service] { keys.publicKeys.isEmpty ? [] : [TaskService(Self.name) { await client.run() }] }
}
