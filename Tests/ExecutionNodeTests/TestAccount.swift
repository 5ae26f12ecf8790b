import Primitives
import Secp256k1
import Transactions

/// An account with a key, which signs for the test chain.
struct TestAccount {
    let key: Secp256k1PrivateKey
    var address: Address { key.address }

    init(_ secret: UInt64) throws { key = try Secp256k1PrivateKey(UInt256(secret).bigEndianHash) }

    func transaction(nonce: UInt64, to: Address? = TestNode.alice, _ change: (inout Transaction) -> Void = { _ in }) -> Transaction {
        var transaction = Transaction(
            kind: .dynamicFee, chainID: 13337, nonce: nonce, gasPrice: 10_000_000_000, maxPriorityFeePerGas: 1_000_000_000, to: to,
            value: 5)
        change(&transaction)
        return transaction.signed(by: key)
    }
}

/// A contract that stores the first word of its call, logs it under topic 42, and returns it.
enum TestContract {
    static let code: [UInt8] = [
        0x60, 0x00, 0x35, 0x60, 0x00, 0x55, 0x60, 0x00, 0x35, 0x60, 0x00, 0x52, 0x60, 0x2a, 0x60, 0x20, 0x60, 0x00, 0xa1, 0x60, 0x00, 0x54,
        0x60, 0x00, 0x52, 0x60, 0x20, 0x60, 0x00, 0xf3,
    ]
    /// Returns `code`.
    static let initcode: [UInt8] = [0x60, 0x1e, 0x80, 0x60, 0x0b, 0x60, 0x00, 0x39, 0x60, 0x00, 0xf3] + code
    static let topic = UInt256(42).bigEndianHash

    static func call(_ value: UInt64) -> [UInt8] { UInt256(value).bigEndianHash.bytes }
}
