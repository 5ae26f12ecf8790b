import EVM
import EngineTypes
import JSON
import Primitives
import Secp256k1
import ServiceInterfaces
import Transactions

/// A transaction in the form of `eth_getTransactionBy…`, with geth's member names and order.
enum TransactionObject {
    /// - Parameters:
    ///   - block: the block that holds it; `nil` while it waits.
    ///   - index: its place there.
    static func json(_ recovered: RecoveredTransaction, in block: ExecutionBlock? = nil, index: UInt64 = 0) -> JSONValue {
        let (transaction, payload) = (recovered.transaction, block?.payload)
        let price = payload.map { transaction.effectiveGasPrice(baseFee: $0.baseFeePerGas) } ?? transaction.maxFeePerGas
        var members: [JSONValue.Member] = [
            .init("blockHash", payload.map { .data($0.blockHash) } ?? .null),
            .init("blockNumber", payload.map { .quantity($0.blockNumber) } ?? .null),
            .init("blockTimestamp", payload.map { .quantity($0.timestamp) } ?? .null),
            .init("from", .data(recovered.sender)), .init("gas", .quantity(transaction.gasLimit)), .init("gasPrice", .quantity(price)),
        ]
        if transaction.kind.rawValue >= Transaction.Kind.dynamicFee.rawValue {
            members.append(.init("maxFeePerGas", .quantity(transaction.maxFeePerGas)))
            members.append(.init("maxPriorityFeePerGas", .quantity(transaction.maxPriorityFeePerGas)))
        }
        if transaction.kind == .blob { members.append(.init("maxFeePerBlobGas", .quantity(transaction.maxFeePerBlobGas))) }
        members += [
            .init("hash", .data(recovered.hash)), .init("input", .data(transaction.data)), .init("nonce", .quantity(transaction.nonce)),
            .init("to", transaction.to.map { .data($0) } ?? .null),
            .init("transactionIndex", block == nil ? .null : .quantity(index)), .init("value", .quantity(transaction.value)),
            .init("type", .quantity(transaction.kind.rawValue)),
        ]
        return .object(members + kindMembers(transaction) + signature(of: transaction))
    }

    /// What only some types have.
    private static func kindMembers(_ transaction: Transaction) -> [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        if transaction.kind != .legacy { members.append(.init("accessList", accessList(transaction.accessList))) }
        if let chainID = transaction.chainID { members.append(.init("chainId", .quantity(chainID))) }
        if transaction.kind == .blob {
            members.append(.init("blobVersionedHashes", .array(transaction.blobHashes.map { .data($0) })))
        }
        if transaction.kind == .setCode {
            members.append(.init("authorizationList", .array(transaction.authorizations.map(authorization))))
        }
        return members
    }

    private static func signature(of transaction: Transaction) -> [JSONValue.Member] {
        // Simulated transactions bear none.
        let signature = transaction.signature ?? Secp256k1Signature(r: .zero, s: .zero, recoveryID: 0)
        var members: [JSONValue.Member] = [
            .init("v", .quantity(transaction.v)), .init("r", .quantity(signature.r)), .init("s", .quantity(signature.s)),
        ]
        if transaction.kind != .legacy { members.append(.init("yParity", .quantity(signature.recoveryID))) }
        return members
    }

    static func accessList(_ list: [Transaction.AccessEntry]) -> JSONValue {
        .array(list.map { ["address": .data($0.address), "storageKeys": .array($0.slots.map { .data($0) })] })
    }

    private static func authorization(_ authorization: Authorization) -> JSONValue {
        [
            "chainId": .quantity(authorization.chainID), "address": .data(authorization.address),
            "nonce": .quantity(authorization.nonce), "yParity": .quantity(authorization.yParity), "r": .quantity(authorization.r),
            "s": .quantity(authorization.s),
        ]
    }
}
