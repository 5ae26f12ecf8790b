public import Primitives
public import RLP

/// Why a transaction is refused.
public enum TransactionError: Error, Equatable, Sendable, CustomStringConvertible {
    case malformed(RLPError)
    case empty
    case unknownType(UInt8)
    case typeNotYetValid(Transaction.Kind)
    case unsigned
    case invalidSignature
    case wrongChainID(expected: UInt64, actual: UInt64)
    case fieldTooLarge(String)
    case nonceMismatch(expected: UInt64, actual: UInt64)
    case nonceIsMaximum
    case gasLimitBelowIntrinsic(needed: UInt64, limit: UInt64)
    case gasLimitAboveBlock(limit: UInt64, available: UInt64)
    case gasLimitAboveCap(UInt64)
    case feeBelowBaseFee
    case priorityFeeAboveMaxFee
    case costOverflow
    case insufficientFunds(needed: UInt256, balance: UInt256)
    case senderHasCode(Address)
    case initcodeTooLarge(Int)
    case noBlobs
    case tooManyBlobs(Int)
    case unknownBlobVersion
    case blobFeeTooLow
    case blobCreatesContract
    case noAuthorizations
    case setCodeCreatesContract
    /// What a call pretends cannot be.
    case impossibleOverride(String)

    public var description: String {
        switch self {
        case .malformed(let error): "malformed transaction: \(error)"
        case .empty: "an empty byte string is no transaction"
        case .unknownType(let type): "transaction type \(type) is unknown"
        case .typeNotYetValid(let kind): "transactions of type \(kind.rawValue) are not valid under this fork"
        case .unsigned: "the transaction is not signed"
        case .invalidSignature: "the transaction's signature is invalid"
        case .wrongChainID(let expected, let actual): "the transaction is for chain \(actual), not \(expected)"
        case .fieldTooLarge(let name): "the transaction's \(name) is too large"
        case .nonceMismatch(let expected, let actual): "the transaction has nonce \(actual), the account \(expected)"
        case .nonceIsMaximum: "the sender's nonce is the largest there is"
        case .gasLimitBelowIntrinsic(let needed, let limit): "gas limit \(limit) is below the intrinsic \(needed)"
        case .gasLimitAboveBlock(let limit, let available): "gas limit \(limit) is above the \(available) that the block has left"
        case .gasLimitAboveCap(let limit): "gas limit \(limit) is above the cap of 2^24 (EIP-7825)"
        case .feeBelowBaseFee: "the fee cap is below the block's base fee"
        case .priorityFeeAboveMaxFee: "the priority fee is above the fee cap"
        case .costOverflow: "gas limit times price exceeds 256 bits"
        case .insufficientFunds(let needed, let balance): "the transaction costs \(needed) wei at most, its sender has \(balance)"
        case .senderHasCode(let address): "the sender \(address) has code (EIP-3607)"
        case .initcodeTooLarge(let count): "initcode of \(count) bytes is above the limit (EIP-3860)"
        case .noBlobs: "a blob transaction needs a blob"
        case .tooManyBlobs(let count): "\(count) blobs are more than a block takes"
        case .unknownBlobVersion: "a blob hash has an unknown version"
        case .blobFeeTooLow: "the blob fee cap is below the block's blob base fee"
        case .blobCreatesContract: "a blob transaction cannot create a contract"
        case .noAuthorizations: "a set-code transaction needs an authorization"
        case .setCodeCreatesContract: "a set-code transaction cannot create a contract"
        case .impossibleOverride(let reason): reason
        }
    }
}
