package import Primitives

/// Shuffles a whole list in place, as `[list[compute_shuffled_index(i)] for i in range(len(list))]` does, with one
/// hash for 256 positions a round instead of one for each.
///
/// Each round of the swap-or-not network pairs positions around its pivot and swaps a pair when the bit of its
/// higher position is set. Going through the rounds backwards moves values instead of indices.
///
/// - Parameters:
///   - list: the list to shuffle.
///   - rounds: SHUFFLE_ROUND_COUNT.
func shuffle(_ list: inout [UInt64], seed: Hash32, rounds: UInt64) {
    let count = list.count
    guard count > 1 else { return }
    list.withUnsafeMutableBufferPointer { list in
        withUnsafeTemporaryAllocation(byteCount: 37, alignment: 1) { buffer in
            seed.withUnsafeBytes { buffer.copyMemory(from: $0) }
            for round in stride(from: Int(rounds) - 1, through: 0, by: -1) {
                buffer[32] = UInt8(truncatingIfNeeded: round)
                let pivot = Int(
                    SHA256.hash(UnsafeRawBufferPointer(rebasing: buffer[0..<33])).littleEndian(UInt64.self, at: 0) % UInt64(count))

                // The mirror pairs (i, pivot − i) below the pivot and (i, pivot + count − i) above it.
                swapPairs(list, lower: 0, upper: pivot, buffer)
                swapPairs(list, lower: pivot + 1, upper: count - 1, buffer)
            }
        }
    }
}

/// Swaps `list[lower + k]` with `list[upper − k]` wherever the bit of the higher position is set.
private func swapPairs(
    _ list: UnsafeMutableBufferPointer<UInt64>, lower: Int, upper: Int, _ buffer: UnsafeMutableRawBufferPointer
) {
    var low = lower
    var high = upper
    var bucket = -1
    var source = Hash32.zero
    while low < high {
        if high / 256 != bucket {
            bucket = high / 256
            buffer.storeBytes(of: UInt32(truncatingIfNeeded: bucket).littleEndian, toByteOffset: 33, as: UInt32.self)
            source = SHA256.hash(UnsafeRawBufferPointer(buffer))
        }
        let byte = source[(high % 256) / 8]
        if (byte >> UInt8(high % 8)) & 1 == 1 { list.swapAt(low, high) }
        low += 1
        high -= 1
    }
}

/// `compute_shuffled_permutation` (phase0 beacon-chain, Misc): where each index goes.
package func computeShuffledPermutation(indexCount: UInt64, seed: Hash32, rounds: UInt64) -> [UInt64] {
    var indices = Array(0..<indexCount)
    shuffle(&indices, seed: seed, rounds: rounds)
    return indices
}
