import AckRecords
import BLS
import ValidatorClient
import AckQuorum
import BeaconTypes
import ContentRouting
import DevnetFaults
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition

extension ChainGenesis {
    /// What a record says of another node's chain, made anew.
    init(_ record: ChainRecord, model: ModelSetup) throws {
        let base = Self.spec(secondsPerSlot: record.secondsPerSlot).config
        let changes = (record.chainConfig ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: "\n")
        let keys = try (record.validatorKeys ?? []).map { text in
            guard let key = try? BLSPubkey(hex: text) else { throw SetupError("the chain's genesis names a validator key that is none") }
            return key
        }
        try self.init(
            config: try base.reading(changes), keys: keys, genesisTime: record.genesisTime, secondsPerSlot: record.secondsPerSlot,
            difficulty: record.genesisDifficulty, aiQuorum: record.aiQuorum, baseModelRoot: model.root, devTextsRoot: model.devTextsRoot,
            pools: record.pools, layout: model.layout, allocations: try .init(recorded: record.funded))
    }
}

extension ChainGenesis {
    /// Judges ACK records by the registry of the chain's head; while there is no chain, nobody is known.
    func recordValidator(chain: @escaping @Sendable () -> (any BeaconChainReader)?) -> AckRecordValidator {
        AckRecordValidator(spec: spec, domain: ackDomain) { index in
            guard let head = try? await chain()?.state(.head), index < UInt64(head.state.validators.count) else { return nil }
            return head.state.validators[Int(index)].pubkey
        }
    }

    /// The validators of this process, or the same with some dishonest ones.
    func signer(_ validator: ValidatorRole, faults: DevnetFaults, topics: any MessageTopics) -> any AckSigner {
        guard faults.concernsVotes else { return validator.client }
        let (spec, domain, keys, registry) = (self.spec, ackDomain, validator.keys, validatorKeys)
        return FaultySigner(validator.client, faults: faults, topics: topics, spec: spec) { statement, index in
            guard let position = Int(exactly: index), position < registry.count, let key = keys[registry[position]] else {
                throw SetupError("no key for validator \(index)")
            }
            return UpdateAckSigning(domain: domain, spec: spec).vote(statement, validator: index) { key.sign($0) }
        }
    }

    private var ackDomain: Domain {
        computeDomain(Constant.domainUpdateAck, beacon.state.fork.currentVersion, beacon.state.genesisValidatorsRoot)
    }
}
