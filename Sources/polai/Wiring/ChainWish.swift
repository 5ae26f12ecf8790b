import BeaconTypes
import ExecutionChain
import Foundation
import Keys
import LearningTask
import Logging
import NodeConfiguration
import Primitives
import RemoteExecutionEngine
import SSZ
import TrainingTexts

/// What the chain of a data directory is to be, from options and `.env` together.
struct ChainWish {
    var datadir: String
    var seed: GenesisSeed
    var quorum: QuorumSetting
    /// `nil` is now, in a folder without a chain.
    var genesisTime: UInt64?
    var validators: Int
    var execution: ExecutionGenesisOptions
    var sync: SyncOptions
    /// The chain to follow, where another's.
    var join: JoinTarget?
    /// What the execution node in another process begins with; `nil` where it is in this one.
    var onExecution: RemoteExecutionEngine.Genesis?

    /// The genesis of this data directory: the recorded one, another node's, or a new one from the options.
    ///
    /// - Parameter joined: what another node told of the chain to follow.
    func genesis(model: ModelSetup, joined: ChainRecord?) throws -> ChainGenesis {
        let recorded = try ChainRecord.load(datadir: datadir)
        if let followed = joined ?? recorded, followed.validatorKeys != nil {
            return try follow(followed, isNew: recorded == nil, model: model)
        }
        let funded = try execution.accounts(founder: seed)
        let wanted = ChainRecord(
            genesisTime: genesisTime ?? recorded?.genesisTime ?? onExecution?.timestamp ?? UInt64(Date().timeIntervalSince1970) + 2,
            secondsPerSlot: execution.secondsPerSlot, validators: validators, genesisDifficulty: execution.genesisDifficulty,
            chainConfig: try sync.changes(ChainGenesis.spec(secondsPerSlot: execution.secondsPerSlot).config),
            aiQuorum: quorum.genesisValue, baseModelRoot: model.root.hex,
            devTextsRoot: model.devTextsRoot == DevTexts.root ? nil : model.devTextsRoot.hex,
            taskPoolRoot: model.pools?.task.root.hex, generalPoolRoot: model.pools?.general.root.hex, funded: funded.record)
        if let recorded {
            guard recorded.aiQuorum == wanted.aiQuorum else {
                throw SetupError(
                    "AI_QUORUM is '\(quorum)', but this chain's genesis committed '\(QuorumSetting(genesisValue: recorded.aiQuorum))'; "
                        + "set AI_QUORUM back, or start a new chain with another --datadir")
            }
            guard recorded == wanted else {
                throw SetupError(
                    "the chain in \(datadir) was begun with other options (\(recorded)); use those again, or another --datadir")
            }
        }
        let genesis = try ChainGenesis(
            config: try sync.configuration(ChainGenesis.spec(secondsPerSlot: execution.secondsPerSlot).config),
            seed: seed, validators: wanted.validators, genesisTime: wanted.genesisTime,
            secondsPerSlot: wanted.secondsPerSlot, difficulty: wanted.genesisDifficulty, aiQuorum: wanted.aiQuorum,
            baseModelRoot: model.root, devTextsRoot: model.devTextsRoot, pools: PoolRoots(model.pools), layout: model.layout,
            allocations: funded.allocations)
        try check(genesis)
        if recorded == nil { try wanted.save(datadir: datadir) }
        return genesis
    }

    /// The genesis of another node's chain.
    private func follow(_ record: ChainRecord, isNew: Bool, model: ModelSetup) throws -> ChainGenesis {
        guard record.baseModelRoot == model.root.hex else {
            throw SetupError(
                "the chain's base model is \(record.baseModelRoot), and \(model.name) is \(model.root.hex); name it with --model")
        }
        try record.pools.require(model)
        let genesis = try ChainGenesis(record, model: model)
        try check(genesis)
        if isNew {
            let origin = join?.genesisRoot == nil ? "trusted on first use: --genesis-root would name it" : "as it was asked for"
            Logger(label: "polai").notice("Joining a chain", metadata: ["genesis": "\(genesis.blockRoot.hex)", "root": "\(origin)"])
            try record.save(datadir: datadir)
        }
        return genesis
    }

    /// Refuses a chain that is not the one to follow, or that the execution node does not have.
    private func check(_ genesis: ChainGenesis) throws {
        if let onExecution {
            let hash = try genesis.execution.block().block.hash
            guard hash == onExecution.hash else {
                throw SetupError(
                    "the execution node's chain begins with \(onExecution.hash.hex) at \(onExecution.timestamp), and this one's with \(hash.hex) at "
                        + "\(genesis.execution.timestamp): give 'polai geth' and 'polai beacon-chain' the same GENESIS_SEED, --genesis-time, "
                        + "--seconds-per-slot, --genesis-difficulty and --fund, or begin both in empty folders")
            }
        }
        guard let join, let root = join.genesisRoot, root != genesis.blockRoot else { return }
        throw SetupError(
            "the chain begins with \(genesis.blockRoot.hex), and \(root.hex) is to be followed: another chain; use another --datadir, or ask for "
                + "a new invite")
    }
}

extension ChainWish {
    /// What `polai up` was told.
    init(_ settings: NodeSettings, _ options: UpOptions) {
        self.init(
            datadir: settings.datadir, seed: settings.seed, quorum: settings.quorum, genesisTime: settings.genesisTime,
            validators: options.validators, execution: options.chain, sync: options.sync, join: settings.join)
    }
}
