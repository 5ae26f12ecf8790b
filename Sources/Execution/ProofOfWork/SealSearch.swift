public import Primitives

/// A search for a nonce, done in slices so that its owner can stop or yield between them.
///
/// ```swift
/// var search = try SealSearch(sealHash: header.sealHash, number: header.number, difficulty: header.difficulty)
/// while !Task.isCancelled {
///     if let nonce = search.step(count: 64) { return nonce }
/// }
/// ```
public struct SealSearch: Sendable {
    public let sealHash: Hash32
    /// The largest result that seals.
    public let boundary: UInt256
    /// The nonce that the next step tries first.
    public private(set) var nextNonce: UInt64
    /// How many nonces have been tried.
    public private(set) var attempts: UInt64 = 0
    /// What the nonce that the last step found gives.
    public private(set) var found: EthashResult?
    private let epoch: EthashEpoch
    /// Used where it is of the block's epoch.
    public var dataset: (any EthashDataset)?

    /// - Parameters:
    ///   - start: the first nonce to try; two searchers of one header begin far apart.
    ///   - cache: the memo of epochs; an epoch missing there is built now.
    /// - Throws: `ProofOfWorkError`. With difficulty zero the search is valid but never ends.
    public init(
        sealHash: Hash32, number: UInt64, difficulty: UInt256, from start: UInt64 = 0, cache: EthashCache = .shared
    ) throws(ProofOfWorkError) {
        try self.init(
            sealHash: sealHash, number: number, boundary: Seal.boundary(difficulty: difficulty) ?? .zero, from: start, cache: cache)
    }

    /// A search for a result of at most `boundary`, as miners of other processes are told it.
    public init(
        sealHash: Hash32, number: UInt64, boundary: UInt256, from start: UInt64, cache: EthashCache = .shared
    ) throws(ProofOfWorkError) {
        self.sealHash = sealHash
        self.boundary = boundary
        nextNonce = start
        epoch = try cache.epoch(ofBlock: number)
    }

    /// Tries the next `count` nonces and returns the first that seals, or `nil`. Nonces wrap around at 2⁶⁴.
    ///
    /// A light evaluation takes about 3 ms: `count` is how long the owner lets go of control.
    public mutating func step(count: Int) -> UInt64? {
        for _ in 0..<max(0, count) {
            let nonce = nextNonce
            nextNonce &+= 1
            attempts += 1
            let result = result(nonce)
            guard UInt256(bigEndian: result.result) <= boundary else { continue }
            found = result
            return nonce
        }
        return nil
    }

    private func result(_ nonce: UInt64) -> EthashResult {
        guard let dataset, dataset.epoch == epoch.number else { return epoch.hash(headerHash: sealHash, nonce: nonce) }
        return dataset.withItems { epoch.hash(headerHash: sealHash, nonce: nonce, dataset: $0) }
    }
}
