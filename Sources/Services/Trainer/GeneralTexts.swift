public import LearningTask
import Primitives

/// The general sentences of a chain's task, as a trainer uses them: it tries on some of them what it is about to send, as the chain
/// will try it on others, so that a step that forgets is shortened before it is refused.
public struct GeneralTexts: Sendable {
    private let pool: TextPool
    private let encode: @Sendable (String) -> [Int32]

    /// - Parameter encode: a sentence's tokens.
    public init(_ pool: TextPool, encode: @escaping @Sendable (String) -> [Int32]) {
        (self.pool, self.encode) = (pool, encode)
    }

    /// As many sentences as a guard slice has, a window each, drawn as a slice's are, by the round's seed: each round has others.
    func windows(_ seed: UInt64) -> [[Int32]] {
        let drawn = GuardSlice.draw(
            seed: SHA256.hash(Array("polai-general".utf8) + seed.bigEndianBytes), poolRoot: pool.root,
            poolCount: pool.sentences.count, count: GuardPools.generalCount)
        return drawn.map { encode(pool.sentences[$0]) }.filter { $0.count >= 2 }
    }
}
