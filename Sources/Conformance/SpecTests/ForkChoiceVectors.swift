import BeaconTypes
import EngineTypes
import ForkChoice
import JSON
import Primitives
import SSZ
import StateTransition

/// Runners `fork_choice`, `fast_confirmation` and `sync`: ticks, blocks, votes and slashings, with checks in between, and what
/// the execution layer says of payloads.
enum ForkChoiceVectors {
    static func run(_ testCase: SpecTestCase) throws {
        var player = try ForkChoicePlayer(testCase)
        guard let steps = try testCase.yaml("steps").array else { throw SpecTestFailure("steps.yaml holds no list") }
        for (number, step) in steps.enumerated() {
            do {
                try player.play(step)
            } catch let failure as SpecTestFailure {
                throw failure.isSkip ? failure : SpecTestFailure("step \(number): \(failure)")
            }
        }
        // What is stored must come back the same.
        let copy = try ForkChoice(decoding: player.store.encoded(), settings: player.store.settings)
        if try copy.getHead() != player.store.getHead() { throw SpecTestFailure("the stored fork choice has another head") }
    }
}

/// Plays the steps of one vector: the specification's `Store` with its states.
private struct ForkChoicePlayer {
    private let testCase: SpecTestCase
    private let spec: BeaconSpec
    private var states: [Root: CachedBeaconState] = [:]
    /// The payload hash in each block's body: zero in an anchor that was built from a genesis state.
    private var payloadHashes: [Root: Hash32] = [:]
    private var checkpointStates: [Checkpoint: CachedBeaconState] = [:]
    /// What the execution layer will say of payloads that were named by their hash.
    private var payloadStatuses: [Hash32: JSONValue] = [:]
    private(set) var store: ForkChoice
    private let strategy: SignatureStrategy
    /// Run before each group of checks that asks what is confirmed.
    private var confirmation: FastConfirmation

    init(_ testCase: SpecTestCase) throws {
        self.testCase = testCase
        spec = try testCase.spec
        let block = try testCase.value("anchor_block", BeaconBlock.self)
        strategy = try testCase.yaml("meta")["bls_setting"]?.uint64 == 2 ? .trusted : .individually
        var state = CachedBeaconState(try testCase.value("anchor_state", BeaconState.self), spec: spec)
        state.trustsDepositSignatures = strategy == .trusted
        let root = block.hashTreeRoot(spec)
        states[root] = state
        payloadHashes[root] = block.body.executionPayload.blockHash
        store = ForkChoice(anchorRoot: root, anchorState: state)
        confirmation = FastConfirmation(store)
    }

    mutating func play(_ step: JSONValue) throws {
        guard let kind = step.object?.first?.name else { throw SpecTestFailure("is no map") }
        if step["blobs"] != nil { throw SpecTestFailure.skipped("blobs, which no chain of ours carries") }
        let isValid = step["valid"]?.bool ?? true
        let name = step[kind]?.string ?? ""
        switch kind {
        case "tick": store.onTick(timeMs: (step[kind]?.uint64 ?? 0) * 1000)
        case "tick_ms": store.onTick(timeMs: step[kind]?.uint64 ?? 0)
        case "block":
            try expecting(isValid, "block \(name)") { try $0.onBlock(name) }
            if !isValid { try invalidate(name) }
        case "block_hash": payloadStatuses[try Hash32(hex: name)] = step["payload_status"]
        case "attestation": try expecting(isValid, "attestation \(name)") { try $0.onAttestation(name) }
        case "attester_slashing": try expecting(isValid, "slashing \(name)") { try $0.onAttesterSlashing(name) }
        case "checks":
            let checks = step[kind] ?? .null
            if checks["confirmed_root"] != nil { try confirm() }
            try check(checks)
        default: throw SpecTestFailure.skipped("step \(kind)")
        }
    }

    private mutating func expecting(_ isValid: Bool, _ what: String, _ body: (inout Self) throws -> Void) throws {
        var copy = self
        do {
            try body(&copy)
        } catch {
            if isValid { throw SpecTestFailure("\(what) refused: \(error)") }
            return
        }
        if !isValid { throw SpecTestFailure("\(what) accepted") }
        self = copy
    }

    private mutating func onBlock(_ name: String) throws {
        let signedBlock = try testCase.value(name, SignedBeaconBlock.self)
        let block = signedBlock.message
        let root = block.hashTreeRoot(spec)
        if !store.contains(root) {
            try store.validateOnBlock(slot: block.slot, parentRoot: block.parentRoot)
            guard var state = states[block.parentRoot] else { throw SpecTestFailure("no state of \(block.parentRoot)") }
            try checkPayload(of: block)
            try state.stateTransition(signedBlock, strategy: strategy == .trusted ? .trusted : .batch)
            states[root] = state
            payloadHashes[root] = block.body.executionPayload.blockHash
            let node = try ProtoNode(root: root, block: block, postState: state)
            var copy = self
            try store.onBlock(node) { checkpoint in
                (try? copy.checkpointState(checkpoint)).map { JustifiedBalances($0) }
            }
            checkpointStates = copy.checkpointStates
        }
        for attestation in block.body.attestations { try? apply(attestation, isFromBlock: true) }
        for slashing in block.body.attesterSlashings { try? apply(slashing) }
    }

    /// Refuses a block whose payload the execution layer finds invalid. One that it cannot check yet is taken in optimistically.
    private func checkPayload(of block: BeaconBlock) throws {
        let hash = block.body.executionPayload.blockHash
        guard let status = payloadStatuses[hash]?["status"]?.string else { return }
        guard ["VALID", "SYNCING", "ACCEPTED"].contains(status) else { throw SpecTestFailure("payload \(hash) is \(status)") }
    }

    /// Removes the ancestors of a refused block back to the last one whose payload is valid (`sync/optimistic.md`).
    private mutating func invalidate(_ name: String) throws {
        let block = try testCase.value(name, SignedBeaconBlock.self).message
        guard let status = payloadStatuses[block.body.executionPayload.blockHash],
            let valid = try status["latest_valid_hash"]?.string.map({ try Hash32(hex: $0) })
        else { return }
        var root = block.parentRoot
        var oldest: Root?
        while let node = store.node(root), payloadHashes[root] != valid {
            oldest = root
            root = node.parentRoot
        }
        if let oldest { store.remove(oldest) }
    }

    private mutating func onAttestation(_ name: String) throws {
        try apply(try testCase.value(name, Attestation.self), isFromBlock: false)
    }

    private mutating func onAttesterSlashing(_ name: String) throws {
        try apply(try testCase.value(name, AttesterSlashing.self))
    }

    private mutating func apply(_ attestation: Attestation, isFromBlock: Bool) throws {
        try store.validateOnAttestation(attestation.data, isFromBlock: isFromBlock)
        let state = try checkpointState(attestation.data.target)
        let indexed = try state.verifiedIndexedAttestation(attestation, strategy: strategy)
        try store.onAttestation(indexed, isFromBlock: isFromBlock)
    }

    private mutating func apply(_ slashing: AttesterSlashing) throws {
        guard let state = states[store.justifiedCheckpoint.root] else { throw SpecTestFailure("no justified state") }
        store.onAttesterSlashing(try state.verifiedEquivocators(slashing, strategy: strategy))
    }

    /// `store_target_checkpoint_state` (phase0 fork-choice).
    private mutating func checkpointState(_ checkpoint: Checkpoint) throws -> CachedBeaconState {
        if let known = checkpointStates[checkpoint] { return known }
        guard var state = states[checkpoint.root] else { throw SpecTestFailure("no state of \(checkpoint.root)") }
        let slot = try state.computeStartSlotAtEpoch(checkpoint.epoch)
        if state.state.slot < slot { try state.processSlots(to: slot) }
        checkpointStates[checkpoint] = state
        return state
    }

    private func check(_ checks: JSONValue) throws {
        for member in checks.object ?? [] {
            let expected = member.value
            switch member.name {
            case "head":
                let head = try store.getHead()
                try equal("head", .string(head.hex), expected["root"])
                try equal("head slot", JSONValue(store.node(head)?.slot ?? 0), expected["slot"])
            case "time": try equal("time", JSONValue(store.timeMs / 1000), expected)
            case "time_ms": try equal("time_ms", JSONValue(store.timeMs), expected)
            case "genesis_time": try equal("genesis_time", JSONValue(store.genesisTimeMs / 1000), expected)
            case "justified_checkpoint": try equal(member.name, store.justifiedCheckpoint, expected)
            case "finalized_checkpoint": try equal(member.name, store.finalizedCheckpoint, expected)
            case "proposer_boost_root": try equal(member.name, .string(store.proposerBoostRoot.hex), expected)
            case "previous_epoch_observed_justified_checkpoint":
                try equal(member.name, confirmation.previousEpochObservedJustifiedCheckpoint, expected)
            case "current_epoch_observed_justified_checkpoint":
                try equal(member.name, confirmation.currentEpochObservedJustifiedCheckpoint, expected)
            case "previous_epoch_greatest_unrealized_checkpoint":
                try equal(member.name, confirmation.previousEpochGreatestUnrealizedCheckpoint, expected)
            case "previous_slot_head": try equal(member.name, .string(confirmation.previousSlotHead.hex), expected)
            case "current_slot_head": try equal(member.name, .string(confirmation.currentSlotHead.hex), expected)
            case "confirmed_root": try equal(member.name, .string(confirmation.confirmedRoot.hex), expected)
            case "safe_execution_block_hash":
                try equal(member.name, .string((payloadHashes[confirmation.confirmedRoot] ?? .zero).hex), expected)
            case "get_proposer_head": try equal(member.name, .string(try proposerHead().hex), expected)
            default: throw SpecTestFailure.skipped("check \(member.name)")
            }
        }
    }

    /// `on_fast_confirmation`.
    private mutating func confirm() throws {
        var copy = self
        let states = self.states
        try confirmation.onFastConfirmation(
            store,
            states: FastConfirmation.States(
                afterBlock: { states[$0] }, atCheckpoint: { try? copy.checkpointState($0) }))
        checkpointStates = copy.checkpointStates
    }

    private func proposerHead() throws -> Root {
        let head = try store.getHead()
        guard let state = states[head] else { throw SpecTestFailure("no head state") }
        var committee: [ValidatorIndex] = []
        for index in 0..<state.getCommitteeCountPerSlot(state.currentEpoch) {
            committee.append(contentsOf: try state.getBeaconCommittee(state.state.slot, index))
        }
        return try store.getProposerHead(head, slot: store.currentSlot, headCommittee: committee)
    }

    private func equal(_ name: String, _ actual: Checkpoint, _ expected: JSONValue) throws {
        try equal("\(name) epoch", JSONValue(actual.epoch), expected["epoch"])
        try equal("\(name) root", .string(actual.root.hex), expected["root"])
    }

    private func equal(_ name: String, _ actual: JSONValue, _ expected: JSONValue?) throws {
        if actual != expected { throw SpecTestFailure("\(name) is \(actual.scalarText), expected \(expected?.scalarText ?? "nothing")") }
    }
}
