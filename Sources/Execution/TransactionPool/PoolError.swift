public import Primitives
public import Transactions

/// Why a pool does not take a transaction. The words are Geth's, because clients match on them.
public enum PoolError: Error, Equatable, Sendable, CustomStringConvertible {
    case alreadyKnown
    case oversizedData(size: Int, limit: Int)
    case typeNotSupported(Transaction.Kind)
    /// The transaction is invalid whatever the state.
    case invalid(TransactionError)
    case exceedsBlockGasLimit(limit: UInt64, gas: UInt64)
    case tipBelowMinimum(tip: UInt256, minimum: UInt256)
    case nonceTooLow(next: UInt64, nonce: UInt64)
    case senderHasCode
    case insufficientFunds(balance: UInt256, cost: UInt256)
    /// The sender could pay this transaction alone, but not after those that wait already.
    case insufficientFundsAfterQueue(balance: UInt256, queued: UInt256, cost: UInt256)
    case replacementUnderpriced
    /// The pool is full, and everything in it pays more.
    case underpriced
    case accountLimitExceeded
    case full
    /// A delegated account may have one transaction under way (EIP-7702).
    case delegatedLimit
    /// A delegated account's transaction must be its next.
    case delegatedGap
    /// An account whose code the transaction would set has several under way (EIP-7702).
    case authorityReserved(Address)

    public var description: String {
        switch self {
        case .alreadyKnown: "already known"
        case .oversizedData(let size, let limit): "oversized data: transaction size \(size), limit \(limit)"
        case .typeNotSupported(let kind): "transaction type not supported: type \(kind.rawValue) is not accepted by this chain's pool"
        case .invalid(let error): Self.words(error)
        case .exceedsBlockGasLimit(let limit, let gas): "exceeds block gas limit: gas \(gas), limit \(limit)"
        case .tipBelowMinimum(let tip, let minimum):
            "transaction gas price below minimum: gas tip cap \(tip), minimum needed \(minimum)"
        case .nonceTooLow(let next, let nonce): "nonce too low: next nonce \(next), tx nonce \(nonce)"
        case .senderHasCode: "sender not an eoa"
        case .insufficientFunds(let balance, let cost):
            "insufficient funds for gas * price + value: balance \(balance), tx cost \(cost), overshot \(cost &- balance)"
        case .insufficientFundsAfterQueue(let balance, let queued, let cost):
            "insufficient funds for gas * price + value: balance \(balance), queued cost \(queued), tx cost \(cost), "
                + "overshot \(queued &+ cost &- balance)"
        case .replacementUnderpriced: "replacement transaction underpriced"
        case .underpriced: "transaction underpriced"
        case .accountLimitExceeded: "account limit exceeded"
        case .full: "txpool is full"
        case .delegatedLimit: "in-flight transaction limit reached for delegated accounts"
        case .delegatedGap: "gapped-nonce tx from delegated accounts"
        case .authorityReserved(let address): "authority already reserved: \(address)"
        }
    }

    /// What Geth says of a transaction that no block would take.
    private static func words(_ error: TransactionError) -> String {
        switch error {
        case .nonceIsMaximum: "nonce has max value"
        case .gasLimitBelowIntrinsic(let needed, let limit): "intrinsic gas too low: gas \(limit), minimum needed \(needed)"
        case .initcodeTooLarge(let count): "max initcode size exceeded: code size \(count), limit 49152"
        case .priorityFeeAboveMaxFee: "max priority fee per gas higher than max fee per gas"
        case .typeNotYetValid(let kind): "transaction type not supported: type \(kind.rawValue) rejected, pool not yet in its fork"
        case .wrongChainID(let expected, let actual): "invalid chain id for signer: have \(actual) want \(expected)"
        case .invalidSignature, .unsigned: "invalid sender"
        case .unknownType(let type): "transaction type not supported: type \(type)"
        case .noAuthorizations: "set code tx must have at least one authorization tuple"
        case .costOverflow: "insufficient funds for gas * price + value: the cost has more than 256 bits"
        default: "\(error)"
        }
    }
}
