import TestSupport
import BeaconGossip
import BeaconNode
import BeaconTypes
import ChainStore
import ChainSync
import ContentRouting
import ExecutionChain
import ExecutionNode
import Foundation
import KeyValueStore
import Keys
import LoRA
import Primitives
import SSZ
import Secp256k1
import ServiceInterfaces
import TinyModels
import Transactions
import ValidatorClient

@testable import polai

/// Nodes of one development chain in this process: each with its own execution layer, beacon node and validators, joined by
/// a network in memory.
struct TwoNodeNetwork {
    static let genesisTime: UInt64 = 1_700_000_000

    let time: TurnedTime
    let genesis: ChainGenesis
    let network = InMemoryNetwork()
    private let folder = TemporaryFolder()

    /// - Parameter funded: accounts that own 1000 POL before the first block.
    init(validators: Int, funded: [Address] = []) throws {
        time = TurnedTime(Double(Self.genesisTime))
        guard let model = TinyModel(named: "llama") else { throw SetupError("no such model") }
        genesis = try ChainGenesis(
            seed: GenesisSeed.sample, validators: validators, genesisTime: Self.genesisTime, secondsPerSlot: 12, difficulty: 64,
            aiQuorum: 0, baseModelRoot: TinyModel.root, devTextsRoot: .zero, layout: LoRALayout(model: model.configuration),
            allocations: Dictionary(
                uniqueKeysWithValues: funded.map { ($0, .init(balance: UInt256(1_000_000_000_000_000_000) &* 1000)) }))
    }

    /// Two nodes of a chain on which an account is rich: the first signs for all validators, the second for none.
    static func pair(funding account: Secp256k1PrivateKey) async throws -> (network: TwoNodeNetwork, one: TestNode, two: TestNode) {
        let network = try TwoNodeNetwork(validators: 2, funded: [account.address])
        let one = try await network.node("one", validators: 0..<2)
        return (network, one, try await network.node("two", validators: 0..<0))
    }

    /// A transfer of five wei to nobody.
    static func transfer(nonce: UInt64, by account: Secp256k1PrivateKey) -> Transactions.Transaction {
        Transaction(
            kind: .dynamicFee, chainID: 13337, nonce: nonce, gasPrice: 10_000_000_000, maxPriorityFeePerGas: 1_000_000_000, to: .zero,
            value: 5
        ).signed(by: account)
    }

    var clock: SlotClock {
        time.clock(genesisTime: Self.genesisTime, slotDurationMs: genesis.spec.config.slotDurationMs)
    }

    /// A node that signs for the given validators, and can fetch blocks from the others.
    func node(
        _ name: String, validators: Range<UInt32>, sources: [any BlockSource] = [], checkpoint: (any CheckpointOrigin)? = nil
    ) async throws -> TestNode {
        func store(_ part: String, _ tables: [KeyValueStore.Table]) throws -> KeyValueStore {
            let path = folder.path("\(name)/\(part)")
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            return try KeyValueStore(directory: path, tables: tables)
        }
        // A seal is searched in real time, of which the turned clock knows nothing: on a busy machine it takes what it takes. Of these seconds it
        // gets a twentieth.
        let geth = try GethRole(
            genesis: genesis.execution, store: try store("geth", ExecutionStore.tables), secondsPerSlot: 2000)
        let beacon = try await BeaconRole(
            genesis: genesis.beacon, clock: clock, store: try store("beacon", BeaconStore.tables), engine: geth.engine,
            checkpoint: checkpoint, network: await network.join(name), sources: sources)
        let validator = try ValidatorRole(
            node: beacon.beacon, keys: ValidatorKeys(validators.map(GenesisSeed.sample.signingKey(validator:))),
            protection: try store("protection", ProtectionDatabase.tables), feeRecipient: .zero)
        return TestNode(name: name, geth: geth, beacon: beacon, validator: validator)
    }

    /// Waits until `count` nodes hear blocks and wait for their duties: each sleeps in four places, the chain's slots,
    /// synchronisation, proposals and committees.
    func waitUntilReady(_ count: Int) async {
        await network.waitForMembers(count, topic: "ack_contradiction")
        await time.waitForSleepers(4 * count)
    }

    /// Moves the time to a place in a slot.
    func turn(to slot: Slot, fraction: Double = 0) { time.turn(to: clock.start(of: slot) + fraction * clock.secondsPerSlot + 0.001) }
}

/// A node of the network.
struct TestNode: Sendable {
    let name: String
    let geth: GethRole
    let beacon: BeaconRole
    let validator: ValidatorRole

    var source: ChainBlockSource { ChainBlockSource(name: name, chain: beacon.beacon) }

    /// Works until cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await beacon.beacon.run() }
            if let gossip = beacon.gossip { group.addTask { await gossip.run() } }
            group.addTask { await beacon.sync.run() }
            group.addTask { await validator.client.run() }
        }
        await geth.execution.stop()
        await beacon.beacon.stop()
    }
}
