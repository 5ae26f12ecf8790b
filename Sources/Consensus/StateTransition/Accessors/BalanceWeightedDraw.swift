import BeaconTypes
import Primitives

/// The rejection sampling by effective balance that picks proposers and sync committees (electra beacon-chain,
/// `compute_proposer_index` and `get_next_sync_committee_indices`): one accept-or-reject decision after the other.
struct BalanceWeightedDraw {
    private static let maxRandomValue: UInt64 = 1 << 16 - 1

    private let seed: Bytes32
    private let maxEffectiveBalance: Gwei
    /// The number of the next candidate, `i` in the specification.
    private(set) var position: UInt64 = 0
    /// `sha256(seed + uint_to_bytes(i // 16))`: sixteen decisions.
    private var randomBytes = Hash32.zero

    init(seed: Bytes32, maxEffectiveBalance: Gwei) {
        self.seed = seed
        self.maxEffectiveBalance = maxEffectiveBalance
    }

    /// Decides on candidate `position` and moves on.
    mutating func accepts(effectiveBalance: Gwei) throws(StateTransitionError) -> Bool {
        if position % 16 == 0 { randomBytes = SHA256.hash(seed.bytes + (position / 16).littleEndianBytes) }
        let randomValue = UInt64(randomBytes.littleEndian(UInt16.self, at: Int(position % 16) * 2))
        position += 1
        return try effectiveBalance *! Self.maxRandomValue >= maxEffectiveBalance *! randomValue
    }
}
