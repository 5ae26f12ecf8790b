import Multiformats
import NodeRecords
import Primitives
import RLP

extension DiscoveryMessage {
    private var type: UInt8 {
        switch self {
        case .ping: 1
        case .pong: 2
        case .findNode: 3
        case .nodes: 4
        case .talkRequest: 5
        case .talkResponse: 6
        }
    }

    private static let limits = RLPLimits(maximumSize: DiscoveryPacket.maximumSize, maximumDepth: 8)

    /// `message-type || message-data`.
    public var encoded: [UInt8] {
        [type]
            + RLPEncoder.list { list in
                list.append(bytes: id.bytes)
                switch self {
                case .ping(_, let sequence): list.append(sequence)
                case .pong(_, let sequence, let endpoint):
                    list.append(sequence)
                    list.append(bytes: endpoint.address.bytes)
                    list.append(UInt64(endpoint.port))
                case .findNode(_, let distances):
                    list.appendList { inner in for distance in distances { inner.append(UInt64(distance)) } }
                case .nodes(_, let total, let records):
                    list.append(total)
                    list.appendList { inner in for record in records { inner.append(encoded: record.encoded) } }
                case .talkRequest(_, let name, let request):
                    list.append(bytes: name)
                    list.append(bytes: request)
                case .talkResponse(_, let response): list.append(bytes: response)
                }
            }
    }

    /// Reads what a session's key opened.
    public init(_ bytes: [UInt8]) throws(DiscoveryError) {
        guard let type = bytes.first else { throw .malformed(.missingItem(offset: 0)) }
        do throws(RLPError) {
            var fields = try RLPDecoder.list(Array(bytes.dropFirst()), limits: Self.limits)
            guard let id = RequestID(try fields.bytes()) else { throw RLPError.tooLarge(limit: RequestID.maximumSize, actual: bytes.count) }
            switch type {
            case 1: self = .ping(id, recordSequence: try fields.uint64())
            case 2:
                let sequence = try fields.uint64()
                guard let address = IPAddress(bytes: try fields.slice()), let port = UInt16(exactly: try fields.uint64()) else {
                    throw RLPError.wrongLength(offset: fields.offset, expected: 4, actual: 0)
                }
                self = .pong(id, recordSequence: sequence, seenAt: NodeEndpoint(address: address, port: port))
            case 3: self = .findNode(id, distances: try Self.distances(&fields))
            case 4: self = .nodes(id, total: try fields.uint64(), records: try Self.records(&fields))
            case 5: self = .talkRequest(id, protocol: try fields.bytes(), request: try fields.bytes())
            case 6: self = .talkResponse(id, response: try fields.bytes())
            default:
                // Of a later version, or of topics.
                throw RLPError.expectedBytes(offset: 0)
            }
            try fields.finish()
        } catch {
            if case .expectedBytes(offset: 0) = error { throw .unknownKind(type) }
            throw .malformed(error)
        }
    }

    private static func distances(_ fields: inout RLPDecoder) throws(RLPError) -> [Int] {
        var (inner, distances) = (try fields.list(), [Int]())
        while !inner.isAtEnd {
            guard distances.count < maximumDistances else { throw .tooLarge(limit: maximumDistances, actual: distances.count + 1) }
            // What is no distance has no nodes.
            if let distance = Int(exactly: try inner.uint64()), distance <= 256 { distances.append(distance) }
        }
        return distances
    }

    private static func records(_ fields: inout RLPDecoder) throws(RLPError) -> [NodeRecord] {
        var (inner, items) = (try fields.list(), [[UInt8]]())
        while !inner.isAtEnd {
            guard items.count < maximumRecords else { throw .tooLarge(limit: maximumRecords, actual: items.count + 1) }
            items.append(Array(try inner.encodedItem()))
        }
        return items.compactMap { item in try? NodeRecord(encoded: item) }
    }
}
