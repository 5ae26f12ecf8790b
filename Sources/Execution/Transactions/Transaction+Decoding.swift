public import Primitives
import RLP
import Secp256k1

extension Transaction {
    /// Reads an EIP-2718 envelope: a legacy transaction's RLP list, or a type byte and its payload.
    public init(encoded: [UInt8]) throws(TransactionError) {
        guard let first = encoded.first else { throw .empty }
        do {
            if first >= 0xc0 {
                self = try Self.legacy(encoded)
                return
            }
            guard let kind = Kind(rawValue: first), kind != .legacy else { throw TransactionError.unknownType(first) }
            self = try Self.typed(kind, Array(encoded.dropFirst()))
        } catch let error as RLPError {
            throw .malformed(error)
        } catch let error as TransactionError {
            throw error
        } catch {
            throw .empty
        }
    }

    private static func legacy(_ encoded: [UInt8]) throws -> Transaction {
        var fields = try RLPDecoder.list(encoded)
        var transaction = try common(.legacy, nil, &fields)
        let v = try fields.uint256()
        let r = try fields.uint256()
        let s = try fields.uint256()
        try fields.finish()
        if v == 27 || v == 28 {
            transaction.signature = Secp256k1Signature(r: r, s: s, recoveryID: v == 27 ? 0 : 1)
        } else {
            // EIP-155: v = 35 + 2 · chain id + parity.
            guard v >= 35, let halved = ((v &- 35) >> 1).asUInt64 else { throw TransactionError.invalidSignature }
            transaction.chainID = halved
            transaction.signature = Secp256k1Signature(r: r, s: s, recoveryID: (v &- 35).bit(0) ? 1 : 0)
        }
        return transaction
    }

    private static func typed(_ kind: Kind, _ payload: [UInt8]) throws -> Transaction {
        var fields = try RLPDecoder.list(payload)
        let chainID = try fields.uint64()
        var transaction = try common(kind, chainID, &fields)
        transaction.accessList = try accessList(&fields)
        if kind == .blob {
            transaction.maxFeePerBlobGas = try fields.uint256()
            var hashes = try fields.list()
            while !hashes.isAtEnd { transaction.blobHashes.append(try hashes.hash32()) }
        }
        if kind == .setCode {
            var items = try fields.list()
            while !items.isAtEnd {
                var item = try items.list()
                transaction.authorizations.append(try Authorization(&item))
            }
        }
        let parity = try fields.uint64()
        let r = try fields.uint256()
        let s = try fields.uint256()
        try fields.finish()
        guard parity <= 1 else { throw TransactionError.invalidSignature }
        transaction.signature = Secp256k1Signature(r: r, s: s, recoveryID: UInt8(parity))
        return transaction
    }

    private static func common(_ kind: Kind, _ chainID: UInt64?, _ fields: inout RLPDecoder) throws(RLPError) -> Transaction {
        let nonce = try fields.uint64()
        let priority = kind.rawValue >= Kind.dynamicFee.rawValue ? try fields.uint256() : nil
        let price = try fields.uint256()
        let gasLimit = try fields.uint64()
        let offset = fields.offset
        let target = try fields.slice()
        guard target.isEmpty || target.count == 20 else { throw .wrongLength(offset: offset, expected: 20, actual: target.count) }
        let value = try fields.uint256()
        return Transaction(
            kind: kind, chainID: chainID, nonce: nonce, gasPrice: price, maxPriorityFeePerGas: priority, gasLimit: gasLimit,
            to: Address(target), value: value, data: try fields.bytes())
    }

    private static func accessList(_ fields: inout RLPDecoder) throws(RLPError) -> [AccessEntry] {
        var entries: [AccessEntry] = []
        var list = try fields.list()
        while !list.isAtEnd {
            var item = try list.list()
            var entry = AccessEntry(address: try item.address(), slots: [])
            var slots = try item.list()
            while !slots.isAtEnd { entry.slots.append(try slots.hash32()) }
            try item.finish()
            entries.append(entry)
        }
        return entries
    }
}

extension Authorization {
    init(_ item: inout RLPDecoder) throws(RLPError) {
        chainID = try item.uint256()
        address = try item.address()
        nonce = try item.uint64()
        let offset = item.offset
        let parity = try item.uint64()
        guard let parity = UInt8(exactly: parity) else { throw .integerTooLarge(offset: offset, maximumBytes: 1) }
        yParity = parity
        r = try item.uint256()
        s = try item.uint256()
        try item.finish()
    }
}
