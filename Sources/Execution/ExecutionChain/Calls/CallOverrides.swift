public import EngineTypes
public import Primitives

/// What a call pretends of the block and of accounts.
public struct CallOverrides: Hashable, Sendable {
    public var accounts: [Address: StateOverride]
    public var block: BlockOverride

    public init(accounts: [Address: StateOverride] = [:], block: BlockOverride = BlockOverride()) {
        self.accounts = accounts
        self.block = block
    }
}

/// What a call pretends an account to be.
public struct StateOverride: Hashable, Sendable {
    public var balance: UInt256?
    public var nonce: UInt64?
    public var code: [UInt8]?
    public var slots: [UInt256: UInt256] = [:]
    /// Whether all slots that `slots` does not name are zero.
    public var replacesStorage = false
    /// Where the precompile at the account answers instead.
    public var movesPrecompileTo: Address?

    public init() {}
}

/// What a call pretends its block to be.
public struct BlockOverride: Hashable, Sendable {
    public var number: UInt64?
    /// Seconds since the Unix epoch.
    public var timestamp: UInt64?
    public var gasLimit: UInt64?
    public var coinbase: Address?
    public var prevRandao: Hash32?
    public var baseFee: UInt256?
    /// Wei for a unit of blob gas.
    public var blobBaseFee: UInt256?
    /// EIP-4788's root, for simulated blocks.
    public var beaconRoot: Hash32?
    /// For simulated blocks.
    public var withdrawals: [Withdrawal]?

    public init() {}

    func apply(to header: inout BlockHeader) {
        if let number { header.number = number }
        if let timestamp { header.timestamp = timestamp }
        if let gasLimit { header.gasLimit = gasLimit }
        if let coinbase { header.coinbase = coinbase }
        if let prevRandao { header.mixHash = prevRandao }
        if let baseFee { header.baseFeePerGas = baseFee }
    }
}
