import EVM
import JSON
import Primitives
import RLP
import Secp256k1
import Transactions

/// The `txs` of a transition: objects as JSON-RPC writes them, signed or with a key to sign with, or an RLP list.
enum TransitionTransactions {
    static func read(_ json: JSONValue, chainID: UInt64) throws -> [Result<Transaction, any Error>] {
        if json.string != nil {
            var list = try RLPDecoder.list(try json.bytes())
            var transactions: [Result<Transaction, any Error>] = []
            while !list.isAtEnd {
                let encoded = list.nextIsList == true ? Array(try list.encodedItem()) : try list.bytes()
                transactions.append(Result { try Transaction(encoded: encoded) })
            }
            return transactions
        }
        guard let items = json.array else { throw VectorError("txs is no list") }
        return items.map { item in Result { try transaction(item, chainID) } }
    }

    private static func transaction(_ json: JSONValue, _ chainID: UInt64) throws -> Transaction {
        let type = try json["type"]?.uint64() ?? 0
        guard let kind = UInt8(exactly: type).flatMap({ Transaction.Kind(rawValue: $0) }) else {
            throw TransactionError.unknownType(UInt8(truncatingIfNeeded: type))
        }
        let key = try json["secretKey"].flatMap { $0.isNull ? nil : try Secp256k1PrivateKey(try $0.hash()) }
        let isProtected = json["protected"]?.bool ?? true
        let hasFee = kind.rawValue >= Transaction.Kind.dynamicFee.rawValue
        let target = json["to"]?.string ?? ""
        var transaction = Transaction(
            kind: kind, chainID: kind == .legacy && !(isProtected && key != nil) ? nil : try json["chainId"]?.uint64() ?? chainID,
            nonce: try json.member("nonce").uint64(),
            gasPrice: try json.member(hasFee ? "maxFeePerGas" : "gasPrice").uint256(),
            maxPriorityFeePerGas: hasFee ? try json.member("maxPriorityFeePerGas").uint256() : nil,
            gasLimit: try (json["gas"] ?? json.member("gasLimit")).uint64(),
            to: target.isEmpty ? nil : try JSONValue.string(target).address(), value: try json.member("value").uint256(),
            data: try (json["input"] ?? json["data"] ?? "0x").bytes())
        transaction.accessList = try accessList(json["accessList"])
        if kind == .blob { transaction.maxFeePerBlobGas = try json.member("maxFeePerBlobGas").uint256() }
        transaction.blobHashes = try (json["blobVersionedHashes"]?.array ?? []).map { try $0.hash() }
        transaction.authorizations = try (json["authorizationList"]?.array ?? []).map { try authorization($0) }
        if let key { return transaction.signed(by: key) }
        try readSignature(json, into: &transaction)
        return transaction
    }

    private static func readSignature(_ json: JSONValue, into transaction: inout Transaction) throws {
        let v = try json.member("v").uint256()
        var parity = v
        if transaction.kind == .legacy {
            if v >= 35 {
                transaction.chainID = ((v &- 35) >> 1).asUInt64
                parity = (v &- 35) & 1
            } else {
                transaction.chainID = nil
                parity = v &- 27
            }
        }
        guard let recovery = parity.asUInt64, recovery <= 1 else { throw TransactionError.invalidSignature }
        transaction.signature = Secp256k1Signature(
            r: try json.member("r").uint256(), s: try json.member("s").uint256(), recoveryID: UInt8(recovery))
    }

    static func accessList(_ json: JSONValue?) throws -> [Transaction.AccessEntry] {
        try (json?.array ?? []).map { entry in
            Transaction.AccessEntry(
                address: try entry.member("address").address(),
                slots: try (entry["storageKeys"]?.array ?? []).map { try $0.hash() })
        }
    }

    static func authorization(_ json: JSONValue) throws -> Authorization {
        Authorization(
            chainID: try json.member("chainId").uint256(), address: try json.member("address").address(),
            nonce: try json.member("nonce").uint64(), yParity: UInt8(clamping: try (json["yParity"] ?? json.member("v")).uint64()),
            r: try json.member("r").uint256(), s: try json.member("s").uint256())
    }
}
