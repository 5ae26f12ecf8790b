public import Primitives
public import Transactions

/// A call that no block will hold, as `eth_call` and `eth_estimateGas` describe it.
public struct CallRequest: Hashable, Sendable {
    public var from = Address.zero
    /// `nil` creates a contract.
    public var to: Address?
    /// `nil` for as much as the node allows.
    public var gas: UInt64?
    /// The price of the types 0 and 1.
    public var gasPrice: UInt256?
    public var maxFeePerGas: UInt256?
    public var maxPriorityFeePerGas: UInt256?
    /// `nil` for the sender's. Only simulated blocks look at it.
    public var nonce: UInt64?
    public var value = UInt256.zero
    public var data: [UInt8] = []
    public var accessList: [Transaction.AccessEntry]?
    public var maxFeePerBlobGas: UInt256?
    public var blobHashes: [Hash32] = []
    public var authorizations: [Authorization] = []

    public init() {}

    /// What the caller offers at most for a unit of gas; zero when it offers nothing, and then the base fee does not count.
    public var feeCap: UInt256 { maxFeePerGas ?? gasPrice ?? .zero }

    /// The call as an unsigned transaction.
    func transaction(gas: UInt64) -> Transaction {
        var kind = Transaction.Kind.legacy
        if accessList != nil { kind = .accessList }
        if maxFeePerGas != nil || maxPriorityFeePerGas != nil { kind = .dynamicFee }
        if !blobHashes.isEmpty { kind = .blob }
        if !authorizations.isEmpty { kind = .setCode }
        var transaction = Transaction(
            kind: kind, gasPrice: feeCap, maxPriorityFeePerGas: gasPrice ?? maxPriorityFeePerGas ?? .zero, gasLimit: gas, to: to,
            value: value, data: data)
        transaction.accessList = accessList ?? []
        transaction.maxFeePerBlobGas = maxFeePerBlobGas ?? .zero
        transaction.blobHashes = blobHashes
        transaction.authorizations = authorizations
        return transaction
    }
}
