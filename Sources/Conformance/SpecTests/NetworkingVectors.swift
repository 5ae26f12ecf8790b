import BeaconTypes
import ForkChoice
import GossipValidation
import JSON
import Primitives
import SSZ
import StateTransition

/// Runner `networking`: messages of one gossip topic, each with the time at which it comes, its outcome and the reason.
enum NetworkingVectors {
    static func run(_ testCase: SpecTestCase) throws {
        guard testCase.handler.hasPrefix("gossip_") else { throw SpecTestFailure.skipped("handler \(testCase.handler)") }
        let meta = try testCase.yaml("meta")
        let topic = meta["topic"]?.string ?? ""
        if topic == "blob_sidecar" { throw SpecTestFailure.skipped("blob sidecars, which no chain of ours carries") }
        var chain = try NetworkingChain(testCase)
        for block in meta["blocks"]?.array ?? [] { try chain.add(block) }
        try chain.setFinalized(meta["finalized_checkpoint"])
        let view = try chain.gossipView()
        var validator = GossipValidator()
        for (number, message) in (meta["messages"]?.array ?? []).enumerated() {
            let outcome = try judge(testCase, topic, message, view, &validator)
            try check(outcome, message, number)
        }
    }

    private static func judge(
        _ testCase: SpecTestCase, _ topic: String, _ entry: JSONValue, _ chain: GossipChain, _ validator: inout GossipValidator
    ) throws -> GossipOutcome {
        let name = [topic, entry["subnet_id"]?.uint64?.description].compactMap(\.self).joined(separator: "_")
        guard let topic = GossipTopic(name: name) else { throw SpecTestFailure.skipped("topic \(name)") }
        let file = entry["message"]?.string ?? ""
        guard let bytes = try testCase.bytes(file) else { throw SpecTestFailure("\(file).ssz_snappy is missing") }
        let message = try GossipMessage(topic, deserializing: bytes, chain.spec)
        return validator.validate(message, chain, currentTimeMs: entry["current_time_ms"]?.uint64 ?? 0)
    }

    private static func check(_ outcome: GossipOutcome, _ message: JSONValue, _ number: Int) throws {
        let verdict =
            switch outcome {
            case .accept: "valid"
            case .ignore: "ignore"
            case .reject: "reject"
            }
        let expected = message["expected"]?.string ?? "nothing"
        let reason = message["reason"]?.string
        guard verdict == expected, reason == nil || outcome.reason?.rawValue == reason else {
            throw SpecTestFailure("message \(number) is \(outcome), expected \(expected): \(reason ?? "no reason")")
        }
    }
}

/// The specification's `Store`, filled with the blocks of one vector.
private struct NetworkingChain {
    private let testCase: SpecTestCase
    private let spec: BeaconSpec
    private var forkChoice: ForkChoice?
    private var states: [Root: CachedBeaconState] = [:]
    private var failed: Set<Root> = []
    private var payloads: [Root: PayloadValidationStatus] = [:]
    private var finalized: Checkpoint?

    init(_ testCase: SpecTestCase) throws {
        self.testCase = testCase
        spec = try testCase.spec
    }

    /// The first block is the anchor, whose post-state is the vector's state. A failed one was seen and is not imported.
    mutating func add(_ entry: JSONValue) throws {
        let signed = try testCase.value(entry["block"]?.string ?? "", SignedBeaconBlock.self)
        let block = signed.message
        let root = block.hashTreeRoot(spec)
        switch entry["payload_status"]?.string {
        case "VALID": payloads[root] = .valid
        case "INVALIDATED": payloads[root] = .invalidated
        default: break
        }
        if entry["failed"]?.bool == true {
            failed.insert(root)
        } else if var forkChoice {
            guard var state = states[block.parentRoot] else { throw SpecTestFailure("no state of \(block.parentRoot)") }
            forkChoice.onTick(timeMs: forkChoice.genesisTimeMs &+ block.slot &* spec.config.slotDurationMs)
            try state.stateTransition(signed, strategy: .trusted)
            let states = self.states
            try forkChoice.onBlock(try ProtoNode(root: root, block: block, postState: state)) { checkpoint in
                states[checkpoint.root].map { JustifiedBalances($0) }
            }
            self.states[root] = state
            self.forkChoice = forkChoice
        } else {
            let state = CachedBeaconState(try testCase.value("state", BeaconState.self), spec: spec)
            states[root] = state
            forkChoice = ForkChoice(anchorRoot: root, anchorState: state)
        }
    }

    mutating func setFinalized(_ entry: JSONValue?) throws {
        guard let entry, entry != .null else { return }
        let root: Root
        if let name = entry["block"]?.string {
            root = try testCase.value(name, SignedBeaconBlock.self).message.hashTreeRoot(spec)
        } else {
            root = try Root(hex: entry["root"]?.string ?? "")
        }
        finalized = Checkpoint(epoch: entry["epoch"]?.uint64 ?? 0, root: root)
    }

    func gossipView() throws -> GossipChain {
        guard let forkChoice else { throw SpecTestFailure("meta.yaml names no block") }
        let head = try forkChoice.getHead()
        guard let state = states[head] else { throw SpecTestFailure("no state of the head \(head)") }
        let states = self.states
        let slotsPerEpoch = spec.preset.slotsPerEpoch
        var chain = GossipChain(
            forkChoice: forkChoice, headRoot: head, headState: state, stateAfter: { states[$0] },
            stateKnowing: { epoch, _ in
                // The specification takes the head's committees on all chains.
                guard epoch > state.currentEpoch + 1 else { return state }
                var advanced = state
                // Vectors look a few epochs ahead.
                guard epoch < state.currentEpoch &+ 16 else { return nil }
                return (try? advanced.processSlots(to: epoch * slotsPerEpoch)) == nil ? nil : advanced
            })
        chain.failedBlocks = failed
        chain.payloadStatuses = payloads
        if let finalized { chain.finalizedCheckpoint = finalized }
        return chain
    }
}
