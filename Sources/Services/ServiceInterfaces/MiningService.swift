public import Primitives

/// What a miner has to seal, as `eth_getWork` tells it.
public struct MiningWork: Sendable, Hashable {
    /// keccak(rlp(header without nonce)), which names the work.
    public var sealHash: Hash32
    /// Of the block's Ethash epoch.
    public var seedHash: Hash32
    /// The largest result that seals: ⌊2²⁵⁶ / difficulty⌋.
    public var boundary: UInt256
    /// The block's number.
    public var number: UInt64

    public init(sealHash: Hash32, seedHash: Hash32, boundary: UInt256, number: UInt64) {
        (self.sealHash, self.seedHash, self.boundary, self.number) = (sealHash, seedHash, boundary, number)
    }
}

/// What became of a seal that a miner handed in.
public enum ShareVerdict: Sendable, Hashable {
    /// It seals the block.
    case accepted
    /// The block is sealed, or nobody wants it any more.
    case stale
    /// It is no seal.
    case invalid
}

/// Lets miners of other processes seal what a node builds, and its operator say how it builds.
public protocol MiningService: Sendable {
    /// `nil` while there is nothing to seal.
    func miningWork() async -> MiningWork?
    /// - Throws: `InspectionError.busy` when too many seals wait to be judged.
    func submitSeal(_ nonce: UInt64, of sealHash: Hash32) async throws -> ShareVerdict
    /// What a miner says that it does a second; forgotten after ten seconds.
    func submitHashrate(_ rate: UInt64, of miner: Hash32) async

    /// Who is paid for the blocks that this node makes on a chain of work; `nil` where it makes none, or a consensus layer says that.
    func coinbase() async -> Address?

    /// How many threads of this node search; none leaves sealing to others. `nil` is as many as the node began with.
    func setSealThreads(_ count: Int?) async
    /// Where this node's blocks move the gas limit.
    func setGasLimitTarget(_ gas: UInt64) async
    /// The least tip that the pool takes and blocks include.
    func setMinimumTip(_ wei: UInt256) async
}

extension MiningService {
    public func coinbase() async -> Address? { nil }
}
