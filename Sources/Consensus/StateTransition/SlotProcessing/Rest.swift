import BeaconTypes
import Primitives
import SSZ

extension CachedBeaconState {
    /// The fewest slots for which laying out the trees of a rest pays.
    static let shortestRest: Slot = 128

    /// Moves the state through empty slots up to `end`, none of them after `lastQuietSlot()` + 1: `process_slots` without the
    /// steps that change nothing.
    ///
    /// A slot's state root depends on the one before, so some twenty hashes a slot are what is left: eleven in the ring of state
    /// roots, eight above it. The slow twin is `processSlotsOneByOne`.
    mutating func rest(until end: Slot) throws(StateTransitionError) {
        var tree = FieldTree(roots: state.fieldRoots(spec))
        var stateRoots = RootRing(state.stateRoots.array)
        let blockRoot = state.latestBlockHeader.hashTreeRoot(spec)
        let mix = try getRandaoMix(currentEpoch)
        let rootsBound = Bound.length(preset.slotsPerHistoricalRoot)
        while state.slot < end {
            let next = state.slot + 1
            // process_slot
            let position = try ringPosition(state.slot, stateRoots.count)
            stateRoots.set(position, tree.root)
            tree.set(.stateRoots, stateRoots.root)
            if state.blockRoots[position] != blockRoot {
                state.blockRoots[position] = blockRoot
                tree.set(.blockRoots, state.blockRoots.cachedHashTreeRoot(rootsBound))
            }
            // process_slashings_reset, process_randao_mixes_reset
            let slashing = try ringPosition(next, state.slashings.count)
            if state.slashings[slashing] != 0 {
                state.slashings[slashing] = 0
                tree.set(.slashings, state.slashings.cachedHashTreeRoot(.length(preset.epochsPerSlashingsVector)))
            }
            let mixPosition = try ringPosition(next, state.randaoMixes.count)
            if state.randaoMixes[mixPosition] != mix {
                state.randaoMixes[mixPosition] = mix
                tree.set(.randaoMixes, state.randaoMixes.cachedHashTreeRoot(.length(preset.epochsPerHistoricalVector)))
            }
            // process_historical_summaries_update
            if next % preset.slotsPerHistoricalRoot == 0 {
                try appendHistoricalSummary(
                    blockRoots: state.blockRoots.cachedHashTreeRoot(rootsBound), stateRoots: stateRoots.root)
                tree.set(
                    .historicalSummaries,
                    state.historicalSummaries.cachedHashTreeRoot(.limit(preset.historicalRootsLimit, of: spec)))
            }
            if next % preset.epochsPerSyncCommitteePeriod == 0 {
                try processSyncCommitteeUpdates()
                tree.set(.currentSyncCommittee, state.currentSyncCommittee.cachedHashTreeRoot(spec))
                tree.set(.nextSyncCommittee, state.nextSyncCommittee.cachedHashTreeRoot(spec))
            }
            state.slot = next
            tree.set(.slot, next.hashTreeRoot(Unshaped()))
        }
        state.stateRoots.assign(stateRoots.leaves)
    }
}

/// The Merkle tree over the fields of a resting state.
struct FieldTree {
    /// The fields that a rest changes, by their place in `BeaconState`.
    enum Field: Int {
        case slot = 2, blockRoots = 5, stateRoots = 6, randaoMixes = 13, slashings = 14, currentSyncCommittee = 22
        case nextSyncCommittee = 23, historicalSummaries = 27
    }

    private var nodes: HashHeap
    /// One bit a leaf whose ancestors are out of date.
    private var changed: UInt64 = 0

    /// - Parameter roots: of all fields, at most 64.
    init(roots: [Hash32]) {
        nodes = HashHeap(roots + [Hash32](repeating: .zero, count: (1 << Merkle.depth(leaves: roots.count)) - roots.count))
    }

    mutating func set(_ field: Field, _ root: Hash32) {
        nodes.store(root, at: field.rawValue)
        changed |= 1 << UInt64(field.rawValue)
    }

    /// The state's root.
    var root: Hash32 {
        mutating get {
            var row = changed
            var width = nodes.leafCount
            while width > 1 && row != 0 {
                width /= 2
                var parents: UInt64 = 0
                while row != 0 {
                    let parent = row.trailingZeroBitCount / 2
                    nodes.rehash(width + parent)
                    parents |= 1 << UInt64(parent)
                    row &= ~(3 << UInt64(2 * parent))
                }
                row = parents
            }
            changed = 0
            return nodes.root
        }
    }
}

/// A vector of roots whose tree is brought up to date at each change.
struct RootRing {
    private var nodes: HashHeap

    /// - Parameter roots: their number is a power of two.
    init(_ roots: [Hash32]) { nodes = HashHeap(roots) }

    var count: Int { nodes.leafCount }
    var root: Hash32 { nodes.root }
    var leaves: [Hash32] { nodes.leaves }

    mutating func set(_ position: Int, _ root: Hash32) {
        nodes.store(root, at: position)
        nodes.rehashPath(above: position)
    }
}
