import AckRecords
import BLS
import ValidatorClient
import AckQuorum
import BeaconTypes
import ContentRouting
import DevnetFaults
import Foundation
import LearningTask
import Logging
import NodeConfiguration
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition
import TrainingTexts

extension Node {
    /// The genesis of this data directory: the recorded one, another node's, or a new one from the options.
    ///
    /// - Parameter joined: what another node told of the chain to follow.
    static func genesis(settings: NodeSettings, options: UpOptions, model: ModelSetup, joined: ChainRecord?) throws -> ChainGenesis {
        let recorded = try ChainRecord.load(datadir: settings.datadir)
        if let followed = joined ?? recorded, followed.validatorKeys != nil {
            return try follow(followed, isNew: recorded == nil, settings: settings, model: model)
        }
        let wanted = ChainRecord(
            genesisTime: settings.genesisTime ?? recorded?.genesisTime ?? UInt64(Date().timeIntervalSince1970) + 2,
            secondsPerSlot: options.secondsPerSlot, validators: options.validators, genesisDifficulty: options.genesisDifficulty,
            chainConfig: try options.sync.changes(ChainGenesis.spec(secondsPerSlot: options.secondsPerSlot).config),
            aiQuorum: settings.quorum.genesisValue, baseModelRoot: model.root.hex,
            devTextsRoot: model.devTextsRoot == DevTexts.root ? nil : model.devTextsRoot.hex,
            taskPoolRoot: model.pools?.task.root.hex, generalPoolRoot: model.pools?.general.root.hex, funded: options.funded.record)
        if let recorded {
            guard recorded.aiQuorum == wanted.aiQuorum else {
                throw SetupError(
                    "AI_QUORUM is '\(settings.quorum)', but this chain's genesis committed '\(QuorumSetting(genesisValue: recorded.aiQuorum))'; "
                        + "set AI_QUORUM back, or start a new chain with another --datadir")
            }
            guard recorded == wanted else {
                throw SetupError(
                    "the chain in \(settings.datadir) was begun with other options (\(recorded)); use those again, or another --datadir")
            }
        }
        let genesis = try ChainGenesis(
            config: try options.sync.configuration(ChainGenesis.spec(secondsPerSlot: options.secondsPerSlot).config),
            seed: settings.seed, validators: wanted.validators, genesisTime: wanted.genesisTime,
            secondsPerSlot: wanted.secondsPerSlot, difficulty: wanted.genesisDifficulty, aiQuorum: wanted.aiQuorum,
            baseModelRoot: model.root, devTextsRoot: model.devTextsRoot, pools: PoolRoots(model.pools), layout: model.layout,
            allocations: options.funded.allocations)
        try check(genesis, settings)
        if recorded == nil { try wanted.save(datadir: settings.datadir) }
        return genesis
    }

    /// The genesis of another node's chain.
    private static func follow(_ record: ChainRecord, isNew: Bool, settings: NodeSettings, model: ModelSetup) throws -> ChainGenesis {
        guard record.baseModelRoot == model.root.hex else {
            throw SetupError(
                "the chain's base model is \(record.baseModelRoot), and \(model.name) is \(model.root.hex); name it with --model")
        }
        guard try record.pools == PoolRoots(model.pools) else {
            throw SetupError(
                "the chain draws its slices from other texts than those at hand; name the folder of its task with --task, which holds pool.txt and "
                    + "general.txt")
        }
        let genesis = try ChainGenesis(record, model: model)
        try check(genesis, settings)
        if isNew {
            let origin = settings.join?.genesisRoot == nil ? "trusted on first use: --genesis-root would name it" : "as it was asked for"
            Logger(label: "polai").notice("Joining a chain", metadata: ["genesis": "\(genesis.blockRoot.hex)", "root": "\(origin)"])
            try record.save(datadir: settings.datadir)
        }
        return genesis
    }

    /// Refuses a chain that is not the one to follow.
    private static func check(_ genesis: ChainGenesis, _ settings: NodeSettings) throws {
        guard let join = settings.join, let root = join.genesisRoot, root != genesis.blockRoot else { return }
        throw SetupError(
            "the chain begins with \(genesis.blockRoot.hex), and \(root.hex) is to be followed: another chain; use another --datadir, or ask for "
                + "a new invite")
    }
}

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
