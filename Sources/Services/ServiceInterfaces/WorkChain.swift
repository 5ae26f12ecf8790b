public import ExecutionChain
public import Primitives

/// A chain of proof of work as its followers feed it: no consensus layer says what its head is, the heaviest branch is.
public protocol WorkChain: Sendable {
    /// The newest block of the heaviest branch.
    func heaviest() async throws -> WorkPoint
    /// A block that is here, on whatever branch, and the work up to it.
    func point(_ hash: Hash32) async throws -> WorkPoint?
    /// The hash of the heaviest branch's block of that number.
    func heaviestHash(_ number: UInt64) async throws -> Hash32?
    /// Blocks of a later time, in seconds since the Unix epoch, are early.
    func latestTimestamp() async -> UInt64
    /// Judges headers that follow each other, the first of them `parent`, by everything that needs no body and no state: rules and
    /// work.
    func judge(_ headers: [BlockHeader], after parent: BlockHeader) async throws -> BlockVerdict
    /// Judges a block wholly and, if it is valid, keeps it; the head moves to it where its branch is the heaviest.
    ///
    /// - Throws: what is no fault of the block.
    func add(_ block: Block) async throws -> BlockVerdict
    /// What readers are told of a catching up that goes on; `nil` when it ended.
    func report(_ progress: ExecutionSyncProgress?) async
}

/// A block, and the work of its chain.
public struct WorkPoint: Hashable, Sendable {
    public var hash: Hash32
    public var header: BlockHeader
    /// Difficulties of all blocks up to this one, added up.
    public var totalDifficulty: UInt256

    public init(hash: Hash32, header: BlockHeader, totalDifficulty: UInt256) {
        (self.hash, self.header, self.totalDifficulty) = (hash, header, totalDifficulty)
    }
}

/// What became of a block of a chain of work.
public enum BlockVerdict: Hashable, Sendable {
    /// Valid and new; whether it is the head now.
    case added(isHead: Bool)
    /// Valid as far as it was looked at.
    case fine
    /// It was here.
    case known
    /// Its parent is not here.
    case orphan
    /// Its time has not come.
    case early
    /// It is not valid: why.
    case refused(String)
}
