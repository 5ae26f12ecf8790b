public import Primitives

/// The sentences of a pool that judge one candidate, drawn by a seed that nobody knew when it was announced.
public enum GuardSlice {
    /// Draws `count` different sentences of a pool of `poolCount`: their indices, in the order in which they are drawn.
    ///
    /// The i-th block is SHA-256(seed ‖ pool root ‖ i as 8 little-endian bytes); its four little-endian words of 8 bytes, one
    /// after another, give ⌊word · poolCount / 2^64⌋ each, and an index that was drawn before is passed over. A pool smaller
    /// than `count` gives all of its sentences. The bias is below poolCount / 2^64.
    public static func draw(seed: Hash32, poolRoot: Hash32, poolCount: Int, count: Int) -> [Int] {
        guard poolCount > 0, count > 0 else { return [] }
        let wanted = min(count, poolCount)
        var drawn: [Int] = []
        drawn.reserveCapacity(wanted)
        var seen: Set<Int> = []
        var block: UInt64 = 0
        while drawn.count < wanted {
            let words = SHA256.hash(seed.bytes + poolRoot.bytes + block.littleEndianBytes)
            block += 1
            for word in 0..<4 where drawn.count < wanted {
                let value = words.littleEndian(UInt64.self, at: 8 * word)
                let index = Int(value.multipliedFullWidth(by: UInt64(poolCount)).high)
                if seen.insert(index).inserted { drawn.append(index) }
            }
        }
        return drawn
    }
}
