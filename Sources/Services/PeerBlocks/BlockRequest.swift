import BeaconTypes
import LibP2PProtocols
import Primitives
import ServiceInterfaces

/// What one node asks another of its chain. Answers are frames: a status as 80 bytes, blocks and states as SSZ; the stream's end
/// ends them.
enum BlockRequest: Equatable, Sendable {
    /// The protocol that gives blocks of the chain with this `genesis_validators_root`: nobody is asked for another chain's.
    static func name(of chain: Root) -> String { "/polai/\(chain.bytes.prefix(8).bareHex)/blocks/1.0.0" }
    static let maximumSize = 8192
    /// `GOSSIP_MAX_SIZE` (phase0 p2p-interface).
    static let maximumBlock = 10 << 20
    static let maximumState = 512 << 20

    case status
    case range(start: Slot, count: UInt64)
    case roots([Root])
    case finalizedState

    init(bytes: [UInt8]) throws(WireError) {
        var reader = ProtobufReader(bytes)
        var (kind, start, count, roots): (UInt64, Slot, UInt64, [Root]) = (.max, 0, 0, [])
        while let field = try reader.next() {
            switch field.number {
            case 1: kind = field.varint ?? .max
            case 2: start = field.varint ?? 0
            case 3: count = field.varint ?? 0
            case 4:
                guard let root = field.bytes.flatMap({ Hash32($0) }), roots.count < BlockRequestLimit.maximumBlocks else {
                    throw .malformed("block root")
                }
                roots.append(root)
            default: break
            }
        }
        switch kind {
        case 0: self = .status
        case 1:
            guard (1...UInt64(BlockRequestLimit.maximumBlocks)).contains(count), start <= UInt64(Int64.max) else {
                throw .malformed("slots")
            }
            self = .range(start: start, count: count)
        case 2: self = .roots(roots)
        case 3: self = .finalizedState
        default: throw .malformed("kind of request")
        }
    }

    var bytes: [UInt8] {
        var writer = ProtobufWriter()
        switch self {
        case .status: writer.varint(1, 0)
        case .range(let start, let count):
            writer.varint(1, 1)
            writer.varint(2, start)
            writer.varint(3, count)
        case .roots(let roots):
            writer.varint(1, 2)
            for root in roots { writer.bytes(4, root.bytes) }
        case .finalizedState: writer.varint(1, 3)
        }
        return writer.bytes
    }
}

extension BlockSourceStatus {
    /// Head root and slot, finalised root and epoch; numbers little-endian.
    var bytes: [UInt8] {
        headRoot.bytes + headSlot.littleEndianBytes + finalized.root.bytes + finalized.epoch.littleEndianBytes
    }

    init(bytes: [UInt8]) throws(WireError) {
        guard bytes.count == 80, let head = Hash32(bytes[0..<32]), let root = Hash32(bytes[40..<72]) else { throw .malformed("status") }
        func number(_ range: Range<Int>) -> UInt64 { bytes[range].reversed().reduce(0) { $0 << 8 | UInt64($1) } }
        self.init(headRoot: head, headSlot: number(32..<40), finalized: Checkpoint(epoch: number(72..<80), root: root))
    }
}
