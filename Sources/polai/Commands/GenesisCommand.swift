import Secp256k1
import Keys
import ArgumentParser
import BeaconTypes
import Foundation
import LoRA
import ModelFiles
import NodeConfiguration
import Primitives
import SSZ
import StateTransition

/// `polai genesis`: what a chain would begin with.
struct GenesisCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "genesis",
        abstract: "Print the roots of the genesis that a seed and options give, without starting anything.",
        discussion: "Needs --genesis-time, or GENESIS_TIME in .env: the same seed, options, model and task give the same roots everywhere.")

    @OptionGroup var options: UpOptions

    func run() throws {
        let settings = try NodeSettings(options)
        guard let time = settings.genesisTime else { throw ValidationError("--genesis-time is needed: it is part of the genesis state") }
        let base = try BaseModel(named: settings.modelPath)
        let task = try options.task.texts()
        var genesis = try ChainGenesis(
            config: options.sync.configuration(ChainGenesis.spec(secondsPerSlot: options.secondsPerSlot).config),
            seed: settings.seed, validators: options.validators, genesisTime: time, secondsPerSlot: options.secondsPerSlot,
            difficulty: options.genesisDifficulty, aiQuorum: settings.quorum.genesisValue, baseModelRoot: base.root,
            devTextsRoot: task.devRoot, pools: PoolRoots(try task.pools()), layout: LoRALayout(model: try base.configuration),
            allocations: options.chain.accounts(founder: settings.seed).allocations
        ).beacon
        let block = genesis.genesisBlock()
        let facts: [String: String] = [
            "founder_account": try settings.seed.accountKey().address.checksummed,
            "genesis_time": String(time), "genesis_state_root": block.stateRoot.hex,
            "genesis_block_root": block.hashTreeRoot(genesis.spec).hex,
            "genesis_validators_root": genesis.state.genesisValidatorsRoot.hex,
            "execution_genesis_hash": genesis.state.latestExecutionPayloadHeader.blockHash.hex,
            "adapter_root": genesis.state.learning.adapterRoot.hex,
            "dev_texts_root": genesis.state.learning.devTextsRoot.hex,
            "task_pool_root": genesis.state.learning.taskPoolRoot.hex,
            "general_pool_root": genesis.state.learning.generalPoolRoot.hex,
        ]
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        print(String(decoding: try encoder.encode(facts), as: UTF8.self))
    }
}
