import BeaconNode
import BeaconTypes
import ChainSync
import Primitives
import RemoteBeaconNode
import ServiceInterfaces
import StateTransition

/// Starts a node from another one's finalised state.
struct CheckpointSync {
    let source: RESTBlockSource
    /// What the operator trusts, if told.
    let trusted: Checkpoint?

    /// The checkpoint, checked against this chain's genesis and clock.
    func anchor(genesis: CachedBeaconState, currentSlot: Slot) async throws -> CheckpointAnchor {
        let pair = try await CheckpointPair(from: source, spec: genesis.spec)
        return try CheckpointAnchor(
            block: pair.block, state: pair.state, genesis: genesis, trusted: trusted,
            currentEpoch: currentSlot / genesis.spec.preset.slotsPerEpoch)
    }
}

extension ChainSync {
    /// Executes the payloads of all blocks up to the checkpoint that `beacon` began with, where that was not done, then imports
    /// those after it up to the sources' heads.
    func catchUp(_ beacon: BeaconNode) async throws {
        let history = BeaconHistory(beacon)
        if let last = try await history.missingThrough() {
            try await backfill(into: history, through: last)
            try await history.settle()
        }
        try await catchUp()
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
