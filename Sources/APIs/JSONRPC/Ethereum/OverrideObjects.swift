import ExecutionChain
import JSON
import JSONRPCCore
import Primitives

/// Reads what `eth_call` pretends: of accounts by address `balance`, `nonce`, `code`, and `state` or `stateDiff`, and
/// `movePrecompileToAddress`; of the block `number`, `time`, `gasLimit`, `feeRecipient`, `prevRandao`, `baseFeePerGas` and
/// `blobBaseFee`, for simulated blocks `beaconRoot` and `withdrawals` too.
///
/// Untyped throws: optimised builds lose a typed error that stands beside a large value.
enum OverrideObjects {
    /// The third and the fourth parameter.
    static func read(_ parameters: RPCParameters) throws -> CallOverrides {
        try read(accounts: parameters.optional(2), argument: 2, block: parameters.optional(3), argument: 3)
    }

    /// What a call pretends of accounts and of a block that stands already.
    static func read(
        accounts: JSONValue?, argument accountsIndex: Int, block: JSONValue?, argument blockIndex: Int
    ) throws -> CallOverrides {
        let overrides = CallOverrides(
            accounts: try self.accounts(accounts, argument: accountsIndex), block: try self.block(block, argument: blockIndex))
        for (name, isThere) in [("beaconRoot", overrides.block.beaconRoot != nil), ("withdrawals", overrides.block.withdrawals != nil)]
        where isThere {
            throw RPCError.server("block override \"\(name)\" is not supported for this RPC method")
        }
        return overrides
    }

    static func block(_ value: JSONValue?, argument index: Int) throws -> BlockOverride {
        guard let value else { return BlockOverride() }
        guard value.object != nil else { throw RPCParameters.invalid(index, "a block override is an object, found \(value.kind)") }
        func member(_ name: String, _ older: String? = nil) -> RPCParameters? {
            (value[name] ?? older.flatMap { value[$0] }).flatMap { $0.isNull ? nil : RPCParameters([$0]) }
        }
        var override = BlockOverride()
        override.number = try member("number")?.index(0)
        override.timestamp = try member("time", "timestamp")?.index(0)
        override.gasLimit = try member("gasLimit")?.index(0)
        override.coinbase = try member("feeRecipient", "coinbase")?.address(0)
        override.prevRandao = try member("prevRandao", "random")?.hash(0)
        override.baseFee = try member("baseFeePerGas", "baseFee")?.quantity256(0)
        override.blobBaseFee = try member("blobBaseFee")?.quantity256(0)
        override.beaconRoot = try member("beaconRoot", "parentBeaconBlockRoot")?.hash(0)
        override.withdrawals = try member("withdrawals").map { try WithdrawalObject.list($0.values[0], argument: index) }
        return override
    }

    static func accounts(_ value: JSONValue?, argument index: Int) throws -> [Address: StateOverride] {
        guard let value else { return [:] }
        guard let members = value.object else { throw RPCParameters.invalid(index, "expected an object of overrides, found \(value.kind)") }
        var overrides: [Address: StateOverride] = [:]
        for member in members {
            overrides[try RPCParameters([.string(member.name)]).address(0)] = try override(member.value, argument: index)
        }
        return overrides
    }

    private static func override(_ value: JSONValue, argument index: Int) throws -> StateOverride {
        guard value.object != nil else { throw RPCParameters.invalid(index, "an override is an object, found \(value.kind)") }
        func member(_ name: String) -> RPCParameters? { value[name].flatMap { $0.isNull ? nil : RPCParameters([$0]) } }
        var override = StateOverride()
        override.movesPrecompileTo = try member("movePrecompileToAddress")?.address(0)
        override.balance = try member("balance")?.quantity256(0)
        override.nonce = try member("nonce")?.index(0)
        override.code = try member("code")?.data(0)
        switch (member("state")?.values.first, member("stateDiff")?.values.first) {
        case (.object(let slots)?, nil):
            override.slots = try read(slots)
            override.replacesStorage = true
        case (nil, .object(let slots)?): override.slots = try read(slots)
        case (nil, nil): break
        case (.some, .some): throw RPCParameters.invalid(index, "account has both 'state' and 'stateDiff'")
        default: throw RPCParameters.invalid(index, "'state' and 'stateDiff' are objects of slots")
        }
        return override
    }

    private static func read(_ members: [JSONValue.Member]) throws(RPCError) -> [UInt256: UInt256] {
        var slots: [UInt256: UInt256] = [:]
        for member in members {
            let key = try RPCParameters([.string(member.name)]).hash(0)
            slots[UInt256(bigEndian: key)] = UInt256(bigEndian: try RPCParameters([member.value]).hash(0))
        }
        return slots
    }
}
