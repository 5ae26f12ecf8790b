public import Primitives
public import StateTrie

/// Where a chain begins: its rules, the first header's free fields and the first balances. The content of a
/// `genesis.json` in geth's format.
public struct Genesis: Hashable, Sendable {
    /// An account before the first block.
    public struct Allocation: Hashable, Sendable {
        /// Wei.
        public var balance: UInt256
        public var nonce: UInt64
        public var code: [UInt8]
        public var storage: [Hash32: UInt256]

        public init(balance: UInt256, nonce: UInt64 = 0, code: [UInt8] = [], storage: [Hash32: UInt256] = [:]) {
            self.balance = balance
            self.nonce = nonce
            self.code = code
            self.storage = storage
        }
    }

    public var config: ChainConfig
    public var nonce: UInt64
    /// Seconds since the Unix epoch.
    public var timestamp: UInt64
    public var extraData: [UInt8]
    public var gasLimit: UInt64
    public var difficulty: UInt256
    public var mixHash: Hash32
    public var coinbase: Address
    /// `nil` for the default of London's first block.
    public var baseFeePerGas: UInt256?
    public var allocations: [Address: Allocation]

    public init(
        config: ChainConfig, nonce: UInt64 = 0, timestamp: UInt64, extraData: [UInt8] = [], gasLimit: UInt64 = 30_000_000,
        difficulty: UInt256, mixHash: Hash32 = .zero, coinbase: Address = .zero, baseFeePerGas: UInt256? = nil,
        allocations: [Address: Allocation] = [:]
    ) {
        self.config = config
        self.nonce = nonce
        self.timestamp = timestamp
        self.extraData = extraData
        self.gasLimit = gasLimit
        self.difficulty = difficulty
        self.mixHash = mixHash
        self.coinbase = coinbase
        self.baseFeePerGas = baseFeePerGas
        self.allocations = allocations
    }

    /// One core makes about 290 Ethash evaluations a second without the full dataset, so this is under a second.
    public static let lightMinerDifficulty: UInt256 = 256

    /// The genesis of this project's chain: what accounts own, and the contracts that a chain with Prague's rules calls.
    public static func polai(
        timestamp: UInt64, secondsPerSlot: UInt64 = 12, difficulty: UInt256 = Genesis.lightMinerDifficulty,
        allocations: [Address: Allocation] = [:]
    ) -> Genesis {
        Genesis(
            config: .polai(secondsPerSlot: secondsPerSlot), timestamp: timestamp,
            difficulty: max(difficulty, minimumDifficulty), allocations: predeploys.merging(allocations) { predeploy, _ in predeploy })
    }

    /// The accounts that have code before the first block.
    private static var predeploys: [Address: Allocation] {
        var accounts = SystemContracts.codes.mapValues { Allocation(balance: .zero, nonce: 1, code: $0) }
        accounts[DepositContract.address] = DepositContract.allocation
        return accounts
    }

    /// The first block and the nodes of its state.
    public func block() throws(BlockError) -> (block: Block, nodes: StateNodes) {
        var state = WorldState(database: StateNodes())
        var nodes = StateNodes()
        let root: Hash32
        do {
            for (address, allocation) in allocations {
                state.setAccount(Account(nonce: allocation.nonce, balance: allocation.balance), at: address)
                if !allocation.code.isEmpty { try state.setCode(allocation.code, at: address) }
                for (slot, value) in allocation.storage { try state.setStorage(value, at: address, slot: slot) }
            }
            root = try state.commit(into: &nodes)
        } catch {
            throw .state(error)
        }
        let fork = config.fork(number: 0, timestamp: timestamp)
        var header = BlockHeader(
            coinbase: coinbase, stateRoot: root, difficulty: difficulty, gasLimit: gasLimit, timestamp: timestamp,
            extraData: extraData, mixHash: mixHash, nonce: Bytes8(bigEndian: nonce))
        if fork >= .london { header.baseFeePerGas = baseFeePerGas ?? GasRules.initialBaseFee }
        if fork >= .shanghai { header.withdrawalsRoot = BlockRoots.emptyTrie }
        if fork >= .cancun {
            header.blobGasUsed = 0
            header.excessBlobGas = 0
            header.parentBeaconBlockRoot = .zero
        }
        if fork >= .prague { header.requestsHash = BlockRoots.emptyRequests }
        return (Block(header: header, withdrawals: fork >= .shanghai ? [] : nil), nodes)
    }
}
