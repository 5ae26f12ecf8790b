public import BeaconTypes
import Primitives
import SSZ

extension CachedBeaconState {
    /// `get_beacon_proposer_index` (phase0 beacon-chain, Beacon state accessors): who proposes at the state's slot.
    public func getBeaconProposerIndex() throws(StateTransitionError) -> ValidatorIndex {
        if let cached = caches.proposer, cached.slot == state.slot { return cached.index }
        return try getBeaconProposerIndex(slot: state.slot)
    }

    /// Who would propose at `slot` of the state's current epoch, or of the next one as far as effective balances
    /// stay as they are now.
    public func getBeaconProposerIndex(slot: Slot) throws(StateTransitionError) -> ValidatorIndex {
        let epoch = computeEpochAtSlot(slot)
        let seed = SHA256.hash(try getSeed(epoch, Constant.domainBeaconProposer).bytes + slot.littleEndianBytes)
        return try computeProposerIndex(getActiveValidatorIndices(epoch), seed)
    }

    /// `compute_proposer_index` (electra beacon-chain, Misc): a random index, weighted by effective balance.
    func computeProposerIndex(_ indices: [ValidatorIndex], _ seed: Bytes32) throws(StateTransitionError) -> ValidatorIndex {
        var sampler = try BalanceWeightedSampler(indices, seed: seed, rounds: preset.shuffleRoundCount)
        return try sampler.next(state, maxEffectiveBalance: preset.maxEffectiveBalanceElectra)
    }
}

/// The rejection sampling by effective balance that picks proposers and sync committees
/// (electra beacon-chain, `compute_proposer_index` and `get_next_sync_committee_indices`).
struct BalanceWeightedSampler {
    private static let maxRandomValue: UInt64 = 1 << 16 - 1

    private let indices: [ValidatorIndex]
    private let seed: Bytes32
    private let shuffling: ShuffledIndexSampler
    private var i: UInt64 = 0
    private var randomBytes = Hash32.zero

    /// - Parameter indices: validator indices below the registry's length, at least one of them with a balance.
    init(_ indices: [ValidatorIndex], seed: Bytes32, rounds: UInt64) throws(StateTransitionError) {
        try require(!indices.isEmpty, .noActiveValidators)
        self.indices = indices
        self.seed = seed
        self.shuffling = ShuffledIndexSampler(seed: seed, indexCount: UInt64(indices.count), rounds: rounds)
    }

    /// The next index drawn.
    mutating func next(_ state: borrowing BeaconState, maxEffectiveBalance: Gwei) throws(StateTransitionError) -> ValidatorIndex {
        let total = UInt64(indices.count)
        while true {
            let candidate = indices[Int(shuffling.computeShuffledIndex(i % total))]
            if i % 16 == 0 { randomBytes = SHA256.hash(seed.bytes + (i / 16).littleEndianBytes) }
            let randomValue = randomBytes.uint16(at: Int(i % 16) * 2)
            let effectiveBalance = state.validators[Int(candidate)].effectiveBalance
            i += 1
            if try effectiveBalance *! Self.maxRandomValue >= maxEffectiveBalance *! randomValue { return candidate }
        }
    }
}
