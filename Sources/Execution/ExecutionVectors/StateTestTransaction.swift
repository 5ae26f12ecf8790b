import JSON
import Primitives
import Secp256k1
import Transactions

/// A transaction that a state test writes out field by field, with lists to choose from.
enum StateTestTransaction {
    static func read(_ fields: JSONValue, indexes: JSONValue) throws -> (Transaction, Address) {
        func chosen(_ name: String, _ index: String) throws -> JSONValue? {
            guard let list = fields[name]?.array else { return nil }
            guard let position = indexes[index]?.int, list.indices.contains(position) else { throw VectorError("no \(name) is chosen") }
            return list[position]
        }
        let target = try fields.member("to").string ?? ""
        let data = try (try chosen("data", "data") ?? "0x").bytes()
        let lists = try chosen("accessLists", "data")
        var kind = Transaction.Kind.legacy
        if lists != nil { kind = .accessList }
        if fields["maxFeePerGas"] != nil { kind = .dynamicFee }
        if fields["maxFeePerBlobGas"] != nil { kind = .blob }
        if fields["authorizationList"] != nil { kind = .setCode }
        var transaction = Transaction(
            kind: kind, chainID: kind == .legacy ? nil : 1, nonce: try fields.member("nonce").uint64(),
            gasPrice: try (fields["maxFeePerGas"] ?? fields.member("gasPrice")).uint256(),
            maxPriorityFeePerGas: try fields["maxPriorityFeePerGas"]?.uint256(),
            gasLimit: try (try chosen("gasLimit", "gas") ?? "0x0").uint64(),
            to: target.isEmpty ? nil : try JSONValue.string(target).address(),
            value: try (try chosen("value", "value") ?? "0x0").uint256(), data: data)
        transaction.accessList = try TransitionTransactions.accessList(lists)
        if let fee = fields["maxFeePerBlobGas"] { transaction.maxFeePerBlobGas = try fee.uint256() }
        transaction.blobHashes = try (fields["blobVersionedHashes"]?.array ?? []).map { try $0.hash() }
        transaction.authorizations = try (fields["authorizationList"]?.array ?? []).map {
            try TransitionTransactions.authorization($0)
        }
        if let sender = fields["sender"] { return (transaction, try sender.address()) }
        let key = try Secp256k1PrivateKey(try fields.member("secretKey").hash())
        return (transaction.signed(by: key), key.address)
    }
}
