import BeaconNode
import BeaconTypes
import Foundation
import Logging
import Primitives
import ServiceInterfaces
import SSZ
import StateTransition

/// Starts a node from another one's finalised state, and brings it to that node's head.
struct CheckpointSync {
    let source: CheckpointSource
    /// What the operator trusts, if told.
    let trusted: Checkpoint?

    /// The checkpoint, checked against this chain's genesis and clock.
    func anchor(genesis: CachedBeaconState, now: Double) async throws -> CheckpointAnchor {
        let spec = genesis.spec
        let state = try await source.finalizedState(spec)
        var header = state.latestBlockHeader
        if header.stateRoot.isZero { header.stateRoot = state.hashTreeRoot(spec) }
        let root = header.hashTreeRoot(spec)
        guard let block = try await source.block(root.hex, spec) else {
            throw SetupError("\(source.url) does not give the block \(root) of its finalised state")
        }
        let milliseconds = max(0, (now - Double(genesis.state.genesisTime)) * 1000)
        let epoch = Slot(milliseconds) / spec.config.slotDurationMs / spec.preset.slotsPerEpoch
        return try CheckpointAnchor(block: block, state: state, genesis: genesis, trusted: trusted, currentEpoch: epoch)
    }

    /// Executes the payloads of all blocks up to the checkpoint, then imports those after it up to the source's head.
    /// What is there already costs little, so an interrupted start goes on where it was.
    func catchUp(_ beacon: BeaconNode, logger: Logger) async throws {
        let spec = beacon.spec
        guard let head = try await source.block("head", spec)?.message.slot else { throw SetupError("\(source.url) has no head block") }
        guard var parent = try await beacon.blockRoot(.genesis), let start = try await beacon.block(.finalized) else { return }
        logger.info("Catching up", metadata: ["checkpoint": "\(start.block.message.slot)", "head": "\(head)", "from": "\(source.url)"])
        if start.block.message.slot > 0 {
            for slot in 1...start.block.message.slot {
                guard let block = try await source.block("\(slot)", spec), block.message.slot == slot else { continue }
                parent = try await beacon.backfill(block, after: parent)
            }
            guard parent == start.root else {
                throw SetupError("the blocks of \(source.url) do not lead to its finalised block \(start.root)")
            }
        }
        for slot in start.block.message.slot + 1...max(head, start.block.message.slot + 1) {
            guard let block = try await source.block("\(slot)", spec), block.message.slot == slot else { continue }
            try await beacon.importBlock(block)
        }
        let reached = await beacon.syncStatus().headSlot
        logger.info("Caught up", metadata: ["head": "\(reached)"])
    }
}

extension Checkpoint {
    /// Reads `root:epoch`, the form of `--weak-subjectivity-checkpoint`.
    init(weakSubjectivity text: String) throws {
        let parts = text.split(separator: ":")
        guard parts.count == 2, let root = try? Root(hex: String(parts[0])), let epoch = Epoch(parts[1]) else {
            throw SetupError("--weak-subjectivity-checkpoint is '\(text)'; it has the form 0x<64 hexadecimal digits>:<epoch>")
        }
        self.init(epoch: epoch, root: root)
    }
}
