import Secp256k1
import ArgumentParser
import ExecutionChain
import Keys
import Primitives

/// An account of a development chain that owns something before the first block: ADDRESS, or ADDRESS=POL.
struct FundedAccount: ExpressibleByArgument {
    /// What an account gets of which nothing else is said.
    private static let standard: UInt64 = 1000
    /// More than this would be more than everybody's stake together.
    private static let maximum: UInt64 = 1_000_000_000
    /// What the founder's account has.
    private static let founders: UInt64 = 1_000_000

    let address: Address
    /// Wei.
    let balance: UInt256

    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = try? Address(hex: String(first)) else { return nil }
        let amount = parts.count > 1 ? UInt64(parts[1]) : Self.standard
        guard let amount, (1...Self.maximum).contains(amount) else { return nil }
        self.address = address
        balance = UInt256(amount) &* POLAmount.weiPerPOL
    }
}

extension FundedAccount {
    /// The founder's account of a chain that begins with `seed`: the first one of the seed's own.
    static func founder(_ seed: GenesisSeed) throws -> FundedAccount {
        FundedAccount(address: try seed.accountKey().address, balance: UInt256(founders) &* POLAmount.weiPerPOL)
    }

    private init(address: Address, balance: UInt256) {
        self.address = address
        self.balance = balance
    }
}

extension [FundedAccount] {
    /// The accounts as a genesis has them.
    var allocations: [Address: Genesis.Allocation] {
        Dictionary(map { ($0.address, Genesis.Allocation(balance: $0.balance)) }, uniquingKeysWith: { $1 })
    }

    /// The accounts as a data directory remembers them: wei by address; `nil` for none.
    var record: [String: String]? {
        isEmpty ? nil : Dictionary(map { ($0.address.hex, "\($0.balance)") }, uniquingKeysWith: { $1 })
    }
}

extension [Address: Genesis.Allocation] {
    /// What a record tells, perhaps another node's.
    ///
    /// - Throws: `SetupError` for what is no address or no amount.
    init(recorded: [String: String]?) throws {
        self = [:]
        for (text, wei) in recorded ?? [:] {
            guard let address = try? Address(hex: text), let balance = UInt256(decimal: wei) else {
                throw SetupError(
                    "the chain's genesis funds '\(text.prefix(60))' with '\(wei.prefix(90))', which is no account or no amount")
            }
            self[address] = Genesis.Allocation(balance: balance)
        }
    }
}
