import EVM
import Primitives
import RLP
import Transactions

extension Receipt {
    /// As peers send it: eth/68's envelopes with blooms, or eth/69's list without them (EIP-7642).
    func append(to list: inout RLPEncoder, _ version: EthVersion) {
        guard version >= .eth69 else {
            if kind == .legacy { list.append(encoded: encoded) } else { list.append(bytes: encoded) }
            return
        }
        list.appendList { fields in
            fields.append(UInt64(kind.rawValue))
            switch outcome {
            case .status(let succeeded): fields.append(UInt64(succeeded ? 1 : 0))
            case .stateRoot(let root): fields.append(root)
            }
            fields.append(cumulativeGasUsed)
            fields.append(encoded: Log.encode(logs))
        }
    }

    init(_ items: inout EthReader, _ version: EthVersion) throws(EthError) {
        if version >= .eth69 {
            self = try items.item { (item) throws(RLPError) in try Receipt(withoutBloom: item) }
        } else if items.nextIsList {
            self = try items.item { (item) throws(RLPError) in try Receipt(encoded: item) }
        } else {
            let envelope = try items.bytes()
            // A list in a byte string would be written back as a list.
            guard let type = envelope.first, type <= 0x7f else { throw .malformed(.expectedList(offset: 0)) }
            do throws(RLPError) {
                self = try Receipt(encoded: envelope)
            } catch {
                throw .malformed(error)
            }
        }
    }

    /// `[tx-type, post-state-or-status, cumulative-gas, logs]`: the envelope with the type outside and an empty bloom says the same.
    private init(withoutBloom item: [UInt8]) throws(RLPError) {
        var fields = try RLPDecoder.list(item)
        let start = fields.offset
        guard let type = UInt8(exactly: try fields.uint64()), type <= 0x7f else { throw .integerTooLarge(offset: start, maximumBytes: 1) }
        let (outcome, gas, logs) = (try fields.encodedItem(), try fields.encodedItem(), try fields.encodedItem())
        try fields.finish()
        let envelope = RLPEncoder.list { list in
            list.append(encoded: outcome)
            list.append(encoded: gas)
            list.append(FixedBytes<256>())
            list.append(encoded: logs)
        }
        try self.init(encoded: type == 0 ? envelope : [type] + envelope)
    }
}
