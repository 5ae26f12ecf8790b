import BeaconTypes
import JSON
import LightClient
import Primitives
import SSZ
import StateTransition

/// Handler `data_collection`: blocks come and become head as the vector says; after each head the collected data is compared.
enum LightClientCollectionVectors {
    static func run(_ testCase: SpecTestCase) throws {
        var player = try LightClientCollectionPlayer(testCase)
        guard let steps = try testCase.yaml("steps").array else { throw SpecTestFailure("steps.yaml holds no list") }
        for (number, step) in steps.enumerated() {
            do {
                if let block = step["new_block"] {
                    try player.importBlock(block)
                } else if let head = step["new_head"] {
                    try player.setHead(head)
                } else {
                    throw SpecTestFailure.skipped("step \(step.object?.first?.name ?? "")")
                }
            } catch let failure as SpecTestFailure {
                throw failure.isSkip ? failure : SpecTestFailure("step \(number): \(failure)")
            }
        }
    }
}

private struct LightClientCollectionPlayer {
    private let testCase: SpecTestCase
    private let spec: BeaconSpec
    private var collector: LightClientCollector
    private var blocks: [Root: BeaconBlock] = [:]
    private var states: [Root: CachedBeaconState] = [:]
    private var finalized = Checkpoint()
    private var finalizedSlot: Slot = 0
    /// The best updates of finalised periods, which a node keeps on disk.
    private var stored: [UInt64: LightClientUpdate] = [:]

    init(_ testCase: SpecTestCase) throws {
        self.testCase = testCase
        spec = try testCase.spec
        collector = LightClientCollector(spec)
        var state = CachedBeaconState(try testCase.value("initial_state", BeaconState.self), spec: spec)
        let genesis = state.genesisBlock()
        try add(genesis, root: genesis.hashTreeRoot(spec), state: state)
    }

    private mutating func add(_ block: BeaconBlock, root: Root, state: CachedBeaconState) throws {
        blocks[root] = block
        states[root] = state
        let known = blocks
        try collector.add(block, root: root, state: state.state) { known[$0] }
    }

    mutating func importBlock(_ step: JSONValue) throws {
        let signed = try testCase.value(step["data"]?.string ?? "", SignedBeaconBlock.self)
        guard var state = states[signed.message.parentRoot] else { throw SpecTestFailure("the parent is unknown") }
        try state.stateTransition(signed)
        try add(signed.message, root: signed.message.hashTreeRoot(spec), state: state)
    }

    mutating func setHead(_ step: JSONValue) throws {
        guard let root = try step["head_block_root"]?.string.map({ try Root(hex: $0) }), let head = states[root] else {
            throw SpecTestFailure("the head is unknown")
        }
        collector.setHead(root)
        let checkpoint = head.state.finalizedCheckpoint
        if let block = blocks[checkpoint.root], block.slot > finalizedSlot {
            finalized = checkpoint
            finalizedSlot = block.slot
            stored.merge(collector.finalize(checkpoint.root)) { _, new in new }
        }
        try check(step["checks"] ?? .null)
    }

    private func check(_ checks: JSONValue) throws {
        let latest = checks["latest_finalized_checkpoint"]
        guard latest?["epoch"]?.uint64 == finalized.epoch, latest?["root"]?.string == finalized.root.hex else {
            throw SpecTestFailure("finalised is epoch \(finalized.epoch), expected \(latest?["epoch"]?.scalarText ?? "nothing")")
        }
        for entry in checks["bootstraps"]?.array ?? [] where entry["bootstrap"] != nil {
            let root = try Root(hex: entry["block_root"]?.string ?? "")
            guard let block = blocks[root], let state = states[root] else { throw SpecTestFailure("no block \(root)") }
            try equal("bootstrap \(root)", try LightClientBootstrap(state.state, block, spec), entry["bootstrap"])
        }
        for entry in checks["best_updates"]?.array ?? [] {
            guard let period = entry["period"]?.uint64 else { throw SpecTestFailure("a best update without period") }
            try equal("best update of period \(period)", collector.bestUpdates[period] ?? stored[period], entry["update"])
        }
        try equal("finality update", collector.latestUpdate?.finalityUpdate, checks["latest_finality_update"])
        try equal("optimistic update", collector.latestUpdate?.optimisticUpdate, checks["latest_optimistic_update"])
    }

    private func equal<Value: BeaconContainer>(_ name: String, _ actual: Value?, _ expected: JSONValue?) throws {
        guard let expected else {
            if actual != nil { throw SpecTestFailure("there is a \(name), expected none") }
            return
        }
        guard let actual else { throw SpecTestFailure("there is no \(name)") }
        if actual != (try testCase.value(expected["data"]?.string ?? "", Value.self)) { throw SpecTestFailure("the \(name) differs") }
    }
}
