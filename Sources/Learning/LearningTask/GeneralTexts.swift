import Primitives

/// The general sentences of a chain's task, as a trainer uses them: it tries on some of them what it is about to send, as the chain
/// will try it on others, so that a step that forgets is shortened before it is refused.
public struct GeneralTexts: Sendable {
    private let pools: GuardPools
    private let encode: @Sendable (String) -> [Int32]

    /// - Parameter encode: a sentence's tokens.
    public init(_ pools: GuardPools, encode: @escaping @Sendable (String) -> [Int32]) {
        (self.pools, self.encode) = (pools, encode)
    }

    /// The general part of a guard slice that the round's seed draws, a window for each sentence: each round has others.
    ///
    /// - Parameter seed: the one that the round's update announces.
    public func windows(_ seed: UInt64) -> [[Int32]] {
        pools.slice(SHA256.hash(Array("polai-general".utf8) + seed.bigEndianBytes)).general.map(encode).filter { $0.count >= 2 }
    }
}
