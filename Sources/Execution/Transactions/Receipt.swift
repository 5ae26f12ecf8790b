public import EVM
public import Primitives
import RLP

/// What a transaction left behind.
public struct Receipt: Hashable, Sendable {
    public enum Outcome: Hashable, Sendable {
        /// Since Byzantium (EIP-658).
        case status(Bool)
        /// Before it, the state root after the transaction.
        case stateRoot(Hash32)
    }

    public var kind: Transaction.Kind
    public var outcome: Outcome
    /// Gas of the block up to and with this transaction.
    public var cumulativeGasUsed: UInt64
    public var logs: [Log]

    public init(kind: Transaction.Kind, outcome: Outcome, cumulativeGasUsed: UInt64, logs: [Log]) {
        self.kind = kind
        self.outcome = outcome
        self.cumulativeGasUsed = cumulativeGasUsed
        self.logs = logs
    }

    /// The 2,048 bits of the logs' addresses and topics.
    public var bloom: FixedBytes<256> { Bloom.of(logs) }

    /// The EIP-2718 envelope.
    public var encoded: [UInt8] {
        let fields = RLPEncoder.list { list in
            switch outcome {
            case .status(let succeeded): list.append(UInt64(succeeded ? 1 : 0))
            case .stateRoot(let root): list.append(root)
            }
            list.append(cumulativeGasUsed)
            list.append(bloom)
            list.append(encoded: Log.encode(logs))
        }
        return kind == .legacy ? fields : [kind.rawValue] + fields
    }
}

extension Log {
    /// The RLP of a list of logs.
    public static func encode(_ logs: [Log]) -> [UInt8] {
        RLPEncoder.list { list in
            for log in logs {
                list.appendList { item in
                    item.append(log.address)
                    item.appendList { topics in for topic in log.topics { topics.append(topic) } }
                    item.append(bytes: log.data)
                }
            }
        }
    }
}

/// The filter over logs in receipts and headers (Yellow Paper, section 4.3.1).
public enum Bloom {
    public static func of(_ logs: [Log]) -> FixedBytes<256> {
        var bits = [UInt8](repeating: 0, count: 256)
        for log in logs {
            add(log.address.bytes, to: &bits)
            for topic in log.topics { add(topic.bytes, to: &bits) }
        }
        return FixedBytes<256>(bits) ?? FixedBytes<256>()
    }

    private static func add(_ value: [UInt8], to bits: inout [UInt8]) {
        for bit in Self.bits(of: value) { bits[bit.byte] |= bit.mask }
    }

    /// The three bits that stand for a value.
    static func bits(of value: [UInt8]) -> [(byte: Int, mask: UInt8)] {
        let hash = Keccak256.hash(value)
        return [0, 2, 4].map { index in
            let bit = (Int(hash[index]) << 8 | Int(hash[index + 1])) & 2047
            return (255 - bit / 8, 1 << UInt8(bit % 8))
        }
    }
}
