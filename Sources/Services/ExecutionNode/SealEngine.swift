public import Primitives

/// What has to be sealed: the hash of the header without its nonce, and how hard the seal is.
public struct SealTask: Hashable, Sendable {
    /// keccak(rlp(header without nonce)).
    public var sealHash: Hash32
    /// The block's number, which decides the Ethash epoch.
    public var number: UInt64
    /// The Ethash result must be at most 2^256 / difficulty.
    public var difficulty: UInt256

    public init(sealHash: Hash32, number: UInt64, difficulty: UInt256) {
        self.sealHash = sealHash
        self.number = number
        self.difficulty = difficulty
    }
}

/// Finds and checks seals. Ethash in a running node, something quick in tests.
public protocol SealEngine: Sendable {
    /// Whether `nonce` seals the task.
    func isSealed(_ task: SealTask, nonce: UInt64) throws -> Bool
    /// The first nonce of `count` from `first` on (wrapping) that seals the task.
    func search(_ task: SealTask, from first: UInt64, count: Int) throws -> UInt64?
    /// What a header before the merge holds beside its nonce (`mixHash`); `nil` where `nonce` does not seal the task.
    func mixHash(_ task: SealTask, nonce: UInt64) throws -> Hash32?
}

extension SealEngine {
    /// Zero, of seals that have none.
    public func mixHash(_ task: SealTask, nonce: UInt64) throws -> Hash32? { try isSealed(task, nonce: nonce) ? .zero : nil }
}
