import EngineTypes
public import Primitives
public import Transactions

/// What makes one execution chain differ from another: its id, when each rule set begins, and how blocks are sealed.
public struct ChainConfig: Hashable, Sendable {
    /// How a block after the merge shows who made it.
    public enum Sealing: Hashable, Sendable {
        /// This project's chain: an Ethash seal in `difficulty` and `nonce`, 64 bytes of extra data, no blobs.
        case polai(secondsPerSlot: UInt64)
        /// Ethereum's: difficulty and nonce are zero, the beacon chain alone decides (EIP-3675).
        case ethereum
    }

    /// Blobs per block, target and maximum, and how fast their price moves (EIP-7691, EIP-7840, EIP-7892).
    public struct BlobLimits: Hashable, Sendable {
        public var target: UInt64
        public var maximum: UInt64
        /// `baseFeeUpdateFraction`: the larger, the slower the price moves.
        public var updateFraction: UInt64

        public init(target: UInt64, maximum: UInt64, updateFraction: UInt64 = BlobFee.pragueFraction) {
            self.target = target
            self.maximum = maximum
            self.updateFraction = updateFraction
        }
    }

    public var chainID: UInt64
    /// First block of each fork up to Paris.
    public var forkBlocks: [ExecutionFork: UInt64]
    /// First timestamp of each fork from Shanghai on.
    public var forkTimes: [ExecutionFork: UInt64]
    public var blobLimits: [ExecutionFork: BlobLimits]
    public var depositContract: Address?
    public var sealing: Sealing
    /// The work at which the chain comes to the merge, where that is not at its genesis.
    public var terminalTotalDifficulty: UInt256?
    /// Where the chain moves the funds of the DAO; `nil` where it does not.
    public var daoForkBlock: UInt64?

    public init(
        chainID: UInt64, forkBlocks: [ExecutionFork: UInt64], forkTimes: [ExecutionFork: UInt64],
        blobLimits: [ExecutionFork: BlobLimits] = ChainConfig.ethereumBlobLimits, depositContract: Address? = nil,
        sealing: Sealing
    ) {
        self.chainID = chainID
        self.forkBlocks = forkBlocks
        self.forkTimes = forkTimes
        self.blobLimits = blobLimits
        self.depositContract = depositContract
        self.sealing = sealing
    }

    public static let ethereumBlobLimits: [ExecutionFork: BlobLimits] = [
        .cancun: BlobLimits(target: 3, maximum: 6, updateFraction: BlobFee.cancunFraction),
        .prague: BlobLimits(target: 6, maximum: 9),
    ]

    /// All rules up to `fork` from genesis on.
    public static func from(_ fork: ExecutionFork, chainID: UInt64, sealing: Sealing = .ethereum) -> ChainConfig {
        let active = ExecutionFork.allCases.filter { $0 <= fork && $0 != .frontier }
        return ChainConfig(
            chainID: chainID, forkBlocks: Dictionary(uniqueKeysWithValues: active.filter { !$0.isTimed }.map { ($0, 0) }),
            forkTimes: Dictionary(uniqueKeysWithValues: active.filter { $0.isTimed }.map { ($0, 0) }), sealing: sealing)
    }

    /// This project's chain: id 13337, Prague from genesis, blobs off.
    public static func polai(secondsPerSlot: UInt64 = 12) -> ChainConfig {
        var config = from(.prague, chainID: PolChain.chainID, sealing: .polai(secondsPerSlot: max(1, secondsPerSlot)))
        config.depositContract = DepositContract.address
        config.blobLimits = [
            .cancun: BlobLimits(target: 0, maximum: 0, updateFraction: BlobFee.cancunFraction), .prague: BlobLimits(target: 0, maximum: 0),
        ]
        return config
    }

    /// The rules for a block with this number and timestamp.
    public func fork(number: UInt64, timestamp: UInt64) -> ExecutionFork {
        var active = ExecutionFork.frontier
        for fork in ExecutionFork.allCases {
            let start = fork.isTimed ? forkTimes[fork] : forkBlocks[fork]
            if let start, (fork.isTimed ? timestamp : number) >= start { active = max(active, fork) }
        }
        return active
    }

    /// The blob limits in force under `fork`: the latest that were set.
    public func blobLimits(under fork: ExecutionFork) -> BlobLimits {
        let latest = blobLimits.filter { $0.key <= fork }.max { $0.key < $1.key }
        return latest?.value ?? BlobLimits(target: 0, maximum: 0)
    }

    /// Wei for a unit of blob gas in a block with this header; 1 where blobs are not known yet.
    public func blobBaseFee(_ header: BlockHeader) -> UInt256 {
        let fork = fork(number: header.number, timestamp: header.timestamp)
        return BlobFee.price(excess: header.excessBlobGas ?? 0, fraction: blobLimits(under: fork).updateFraction)
    }
}
