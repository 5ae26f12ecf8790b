public import BeaconTypes
public import Primitives
import SSZ

/// A beacon state with its specification and what is derived from it: the value on which the state transition works.
///
/// It is a plain value. Copying shares storage until one copy changes, so a node keeps one per block and branches
/// for free. The functions of the specification are its methods, in files named after them; those that read are
/// ordinary methods, those that change the state are `mutating`.
public struct CachedBeaconState: Sendable {
    /// Preset, configuration and fork.
    public let spec: BeaconSpec
    /// The state itself. Changed from outside, call `resetCaches()` afterwards.
    public var state: BeaconState
    /// Committees, proposer, balances and the registry's public keys, remembered.
    var caches: StateCaches
    /// Takes every deposit signature as valid: only for vectors that were made without BLS.
    package var trustsDepositSignatures = false

    /// - Parameters:
    ///   - state: a state of the chain described by `spec`, decoded or made here; see `init(checking:spec:)` for others.
    public init(_ state: BeaconState, spec: BeaconSpec) {
        self.spec = spec
        self.state = state
        self.caches = StateCaches(registry: RegistryIndex(state))
    }

    /// A state from a file or the network, once its parts are found to fit together: the state transition relies on every
    /// validator having a balance, and decoding alone does not promise it.
    ///
    /// - Throws: `.inconsistentState` for per-validator lists of another length than the registry, or vectors and bits of
    ///   another length than the preset's.
    public init(checking state: BeaconState, spec: BeaconSpec) throws(StateTransitionError) {
        let count = state.validators.count
        let lists = [
            ("balances", state.balances.count), ("previous_epoch_participation", state.previousEpochParticipation.count),
            ("current_epoch_participation", state.currentEpochParticipation.count),
            ("inactivity_scores", state.inactivityScores.count),
        ]
        for (name, length) in lists {
            try require(length == count, .inconsistentState, "\(length) \(name) of \(count) validators")
        }
        do {
            try state.validate(spec)
        } catch {
            throw StateTransitionError(.inconsistentState, "\(error)")
        }
        self.init(state, spec: spec)
    }

    /// Forgets everything derived from the state.
    public mutating func resetCaches() {
        caches = StateCaches(registry: RegistryIndex(state))
    }

    /// `hash_tree_root(state)`. What was hashed is remembered inside the state.
    public mutating func hashTreeRoot() -> Root { state.cachedHashTreeRoot(spec) }

    var preset: Preset { spec.preset }
    var config: ChainConfig { spec.config }
    /// Whether our fork's rules apply.
    var isPol: Bool { spec.fork == .pol }
}
