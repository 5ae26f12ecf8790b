public import Primitives

/// The rule of a seal: the Ethash result, read as a big-endian number, is at most 2²⁵⁶ / difficulty.
public enum Seal {
    /// ⌊2²⁵⁶ / difficulty⌋, capped at 2²⁵⁶ − 1; `nil` for difficulty zero, which nothing can meet.
    public static func boundary(difficulty: UInt256) -> UInt256? {
        guard difficulty != .one else { return .max }
        // 2²⁵⁶ = (2²⁵⁶ − 1) + 1: its quotient is larger by one exactly where the remainder is difficulty − 1.
        guard let (quotient, remainder) = UInt256.max.quotientAndRemainder(dividingBy: difficulty) else { return nil }
        return remainder == difficulty &- .one ? quotient &+ .one : quotient
    }

    /// Whether `nonce` seals the header whose hash without the nonce is `sealHash`.
    ///
    /// - Parameters:
    ///   - number: the block's number, which names the Ethash epoch.
    ///   - cache: the memo of epochs; building one takes about a quarter of a second.
    /// - Throws: `ProofOfWorkError` when the number is out of range or memory is short.
    public static func verify(
        sealHash: Hash32, nonce: UInt64, number: UInt64, difficulty: UInt256, cache: EthashCache = .shared
    ) throws(ProofOfWorkError) -> Bool {
        guard let boundary = boundary(difficulty: difficulty) else { return false }
        let epoch = try cache.epoch(ofBlock: number)
        return UInt256(bigEndian: epoch.hash(headerHash: sealHash, nonce: nonce).result) <= boundary
    }
}
