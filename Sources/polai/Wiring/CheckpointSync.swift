import BeaconNode
import BeaconTypes
import ChainSync
import Primitives
import RemoteBeaconNode
import ServiceInterfaces
import StateTransition

/// Gives the checkpoint at which an empty node begins its chain instead of at genesis.
protocol CheckpointOrigin: Sendable {
    /// The checkpoint, checked against this chain's genesis and clock; `nil` to begin at genesis.
    func anchor(genesis: CachedBeaconState, currentSlot: Slot) async throws -> CheckpointAnchor?
    /// Who gives the chain's blocks too, at the start.
    var source: (any BlockSource)? { get }
}

/// Starts a node from another one's finalised state, over REST.
struct CheckpointSync: CheckpointOrigin {
    let from: RESTBlockSource
    /// What the operator trusts, if told.
    let trusted: Checkpoint?

    var source: (any BlockSource)? { from }

    func anchor(genesis: CachedBeaconState, currentSlot: Slot) async throws -> CheckpointAnchor? {
        // A chain that has finalised nothing yet is followed from its genesis.
        if trusted == nil, try await from.status().finalized.epoch == 0 { return nil }
        let pair = try await CheckpointPair(trusted?.root, from: from, spec: genesis.spec)
        return try CheckpointAnchor(
            block: pair.block, state: pair.state, genesis: genesis, trusted: trusted,
            currentEpoch: currentSlot / genesis.spec.preset.slotsPerEpoch)
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
