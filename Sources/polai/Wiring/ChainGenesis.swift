import BLS
import SSZ
import BeaconNode
import BeaconTypes
import EngineTypes
import ExecutionChain
import Foundation
import Keys
import LoRA
import Primitives
import StateTransition
import TrainingTexts

/// Both genesis blocks of a chain: a pure function of seed and options, so the same everywhere.
struct ChainGenesis {
    let spec: BeaconSpec
    let execution: Genesis
    let beacon: CachedBeaconState

    /// - Parameters:
    ///   - config: another configuration than the slot length alone gives.
    ///   - keys: of the validators, in the registry's order.
    ///   - baseModelRoot: the SHA-256 identity of the base model.
    ///   - devTextsRoot: SHA-256 of the sentences of the loss gate.
    ///   - pools: roots of the texts from which slices are drawn.
    ///   - layout: the adapter's shapes, whose zero is the first adapter.
    ///   - allocations: what accounts own before the first block.
    init(
        config: BeaconTypes.ChainConfig? = nil, keys: [BLSPubkey], genesisTime: UInt64, secondsPerSlot: Int,
        difficulty: UInt64?, aiQuorum: UInt64, baseModelRoot: Hash32, devTextsRoot: Hash32, pools: PoolRoots = .none,
        layout: LoRALayout, allocations: [Address: Genesis.Allocation] = [:]
    ) throws {
        let standard = Self.spec(secondsPerSlot: secondsPerSlot)
        spec = BeaconSpec(preset: standard.preset, config: config ?? standard.config, fork: standard.fork)
        execution = Self.execution(
            genesisTime: genesisTime, secondsPerSlot: secondsPerSlot, difficulty: difficulty, allocations: allocations)
        var learning = LearningState(default: spec)
        learning.baseModelRoot = baseModelRoot
        learning.devTextsRoot = devTextsRoot
        learning.taskPoolRoot = pools.task
        learning.generalPoolRoot = pools.general
        learning.adapterRoot = LoRAAdapter.zero(layout).root
        learning.aiQuorum = aiQuorum
        let stake = spec.preset.minActivationBalance
        let registry = keys.map { key in
            GenesisValidator(pubkey: key, withdrawalAddress: Self.withdrawalAddress(of: key), balance: stake)
        }
        beacon = try CachedBeaconState.genesisState(
            spec: spec, validators: registry, genesisTime: genesisTime,
            executionHeader: ExecutionPayloadHeader(ExecutionPayload(execution.block().block), spec), learning: learning)
    }

    /// The genesis whose validators are the first keys of `seed`.
    init(
        config: BeaconTypes.ChainConfig? = nil, seed: GenesisSeed, validators: Int, genesisTime: UInt64, secondsPerSlot: Int,
        difficulty: UInt64?, aiQuorum: UInt64, baseModelRoot: Hash32, devTextsRoot: Hash32, pools: PoolRoots = .none,
        layout: LoRALayout, allocations: [Address: Genesis.Allocation] = [:]
    ) throws {
        try self.init(
            config: config, keys: (0..<UInt32(validators)).map { seed.signingKey(validator: $0).publicKey.bytes }, genesisTime: genesisTime,
            secondsPerSlot: secondsPerSlot, difficulty: difficulty, aiQuorum: aiQuorum, baseModelRoot: baseModelRoot,
            devTextsRoot: devTextsRoot, pools: pools, layout: layout, allocations: allocations)
    }

    /// The keys of its validators, in the registry's order.
    var validatorKeys: [BLSPubkey] { beacon.state.validators.map { $0.pubkey } }

    /// The root of its block.
    var blockRoot: Root {
        var beacon = beacon
        return beacon.genesisBlock().hashTreeRoot(spec)
    }

    /// The `pol` specification with the given slot length.
    static func spec(secondsPerSlot: Int) -> BeaconSpec {
        var config = ChainConfig.pol
        config.slotDurationMs = UInt64(secondsPerSlot) * 1000
        return BeaconSpec(preset: .pol, config: config, fork: .pol)
    }

    /// What the execution chain begins with.
    static func execution(
        genesisTime: UInt64, secondsPerSlot: Int, difficulty: UInt64?, allocations: [Address: Genesis.Allocation] = [:]
    ) -> Genesis {
        Genesis.polai(
            timestamp: genesisTime, secondsPerSlot: UInt64(secondsPerSlot),
            difficulty: difficulty.map { UInt256($0) } ?? Self.difficulty(secondsPerSlot: secondsPerSlot), allocations: allocations)
    }

    /// A seal should take a tenth of a slot on one core at first; never under the protocol's least difficulty.
    private static func difficulty(secondsPerSlot: Int) -> UInt256 {
        max(UInt256(64), min(Genesis.lightMinerDifficulty, UInt256(UInt64(secondsPerSlot) * 22)))
    }

    /// Withdrawals of a genesis validator go to an address derived from its public key, as its owner has no other yet.
    private static func withdrawalAddress(of publicKey: BLSPubkey) -> Address {
        Address(SHA256.hash(publicKey.bytes).bytes.suffix(20)) ?? .zero
    }
}

/// What the data directory remembers of its chain, so that later starts resume it.
struct ChainRecord: Codable, Equatable {
    var genesisTime: UInt64
    var secondsPerSlot: Int
    var validators: Int
    var genesisDifficulty: UInt64?
    /// What a configuration file changed, by name; `nil` for nothing.
    var chainConfig: [String: String]?
    var aiQuorum: UInt64
    var baseModelRoot: String
    /// Root of the sentences of the loss gate; `nil` for the built-in ones.
    var devTextsRoot: String?
    /// Roots of the texts from which slices are drawn; `nil` on a chain without.
    var taskPoolRoot: String?
    var generalPoolRoot: String?
    /// Public keys of the genesis validators where the chain is another node's; `nil` where they are the first of this node's seed.
    var validatorKeys: [String]?
    /// What must be final in a chain that was joined by an invite, as `root:epoch`.
    var joinedCheckpoint: String?
    /// Wei that accounts owned before the first block, by address; `nil` for nobody.
    var funded: [String: String]?

    static func load(datadir: String) throws -> ChainRecord? {
        guard let data = FileManager.default.contents(atPath: path(datadir)) else { return nil }
        do {
            return try JSONDecoder().decode(ChainRecord.self, from: data)
        } catch {
            throw SetupError("\(path(datadir)) is damaged (\(error)); restore it, or start with another --datadir")
        }
    }

    /// The root of the chain's DEV_TEXTS.
    var devTexts: Hash32 {
        get throws {
            guard let devTextsRoot else { return DevTexts.root }
            guard let root = try? Hash32(hex: devTextsRoot) else {
                throw SetupError("chain.json is damaged: devTextsRoot is '\(devTextsRoot)'; restore it, or start with another --datadir")
            }
            return root
        }
    }

    /// The roots of the chain's pools.
    var pools: PoolRoots {
        get throws {
            guard taskPoolRoot != nil || generalPoolRoot != nil else { return .none }
            guard let task = taskPoolRoot.flatMap({ try? Hash32(hex: $0) }), let general = generalPoolRoot.flatMap({ try? Hash32(hex: $0) })
            else { throw SetupError("chain.json is damaged: a pool's root is none; restore it, or start with another --datadir") }
            return PoolRoots(task: task, general: general)
        }
    }

    /// Writes the record so that it is there whole or not at all.
    func save(datadir: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try encoder.encode(self).write(to: URL(fileURLWithPath: Self.path(datadir)), options: .atomic)
    }

    private static func path(_ datadir: String) -> String { "\(datadir)/chain_data/chain.json" }
}
