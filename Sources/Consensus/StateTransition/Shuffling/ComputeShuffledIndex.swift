package import Primitives

/// The swap-or-not shuffle seen one index at a time, for choices that look at few indices of a long list.
///
/// The pivots depend only on seed and count, so they are computed once; each index then costs one hash a round.
package struct ShuffledIndexSampler {
    private let seed: Hash32
    private let indexCount: UInt64
    private let pivots: [UInt64]

    /// - Parameter indexCount: the length of the shuffled list; at least 1.
    package init(seed: Hash32, indexCount: UInt64, rounds: UInt64) {
        self.seed = seed
        self.indexCount = indexCount
        var input = seed.bytes + [0]
        var pivots: [UInt64] = []
        for round in 0..<rounds {
            input[32] = UInt8(truncatingIfNeeded: round)
            pivots.append(SHA256.hash(input).littleEndian(UInt64.self, at: 0) % indexCount)
        }
        self.pivots = pivots
    }

    /// `compute_shuffled_index` (phase0 beacon-chain, Misc).
    ///
    /// - Parameter index: below `indexCount`.
    package func computeShuffledIndex(_ index: UInt64) -> UInt64 {
        var index = index
        withUnsafeTemporaryAllocation(byteCount: 37, alignment: 1) { buffer in
            seed.withUnsafeBytes { buffer.copyMemory(from: $0) }
            for (round, pivot) in pivots.enumerated() {
                let flip = pivot >= index ? pivot - index : pivot + (indexCount - index)
                let position = max(index, flip)
                buffer[32] = UInt8(truncatingIfNeeded: round)
                buffer.storeBytes(of: UInt32(truncatingIfNeeded: position / 256).littleEndian, toByteOffset: 33, as: UInt32.self)
                let source = SHA256.hash(UnsafeRawBufferPointer(buffer))
                let byte = source[Int((position % 256) / 8)]
                if (byte >> UInt8(position % 8)) & 1 == 1 { index = flip }
            }
        }
        return index
    }
}
