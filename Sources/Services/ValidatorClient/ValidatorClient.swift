public import BLS
public import BeaconTypes
public import Logging
public import Primitives
public import ServiceInterfaces
import StateTransition

/// Does the duties of this node's validators: proposes, attests, and votes on updates.
///
/// Every signature goes through the slashing protection, which writes to disk before it allows one. Duties of
/// one slot never wait for those of another, and a failed duty is logged, never fatal.
public actor ValidatorClient {
    let node: any BeaconNodeClient
    let keys: ValidatorKeys
    let protection: ProtectionDatabase
    let feeRecipient: ExecutionAddress
    let graffiti: Bytes32
    let logger: Logger
    private(set) var indices: [BLSPubkey: ValidatorIndex] = [:]
    var figures = ValidatorFigures()

    /// - Parameters:
    ///   - keys: the signing keys of the validators to serve.
    ///   - protection: the open slashing protection database.
    ///   - feeRecipient: where execution fees of proposed blocks go.
    ///   - graffiti: 32 free bytes in each proposed block.
    public init(
        node: any BeaconNodeClient, keys: ValidatorKeys, protection: ProtectionDatabase,
        feeRecipient: ExecutionAddress, graffiti: Bytes32, logger: Logger
    ) {
        self.node = node
        self.keys = keys
        self.protection = protection
        self.feeRecipient = feeRecipient
        self.graffiti = graffiti
        self.logger = logger
    }

    /// Does duties slot by slot until the task is cancelled.
    public func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.runProposals() }
            group.addTask { await self.runAttestations() }
        }
    }

    /// The registry index of each key that has one, asked anew while some have none.
    func resolvedIndices() async throws -> [BLSPubkey: ValidatorIndex] {
        if indices.count < keys.publicKeys.count {
            indices = try await node.validatorIndices(of: keys.publicKeys)
        }
        return indices
    }

    /// The secret key of a validator, or an error that names it.
    func secretKey(of publicKey: BLSPubkey) throws(ValidatorClientError) -> SecretKey {
        guard let key = keys[publicKey] else { throw .keyNotHeld(publicKey) }
        return key
    }

    /// The signing domain of `type` at `epoch` (spec `get_domain`).
    func domain(_ type: DomainType, epoch: Epoch) async throws -> Domain {
        let fork = try await node.fork(at: epoch)
        let version = epoch < fork.epoch ? fork.previousVersion : fork.currentVersion
        return computeDomain(type, version, node.genesisValidatorsRoot)
    }
}

/// What the validator client counts, for metrics.
struct ValidatorFigures: Sendable {
    var proposals: UInt64 = 0
    var missedProposals: UInt64 = 0
    var attestations: UInt64 = 0
    var failedAttestations: UInt64 = 0
    var acks: UInt64 = 0
}
