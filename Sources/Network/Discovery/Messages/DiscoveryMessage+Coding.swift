import Multiformats
import NodeRecords
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
        // Others are of a later version, or of topics.
        guard (1...6).contains(type) else { throw .unknownKind(type) }
        var fields = try MessageFields(Array(bytes.dropFirst()))
        let id = try fields.requestID()
        switch type {
        case 1: self = .ping(id, recordSequence: try fields.uint64())
        case 2: self = .pong(id, recordSequence: try fields.uint64(), seenAt: try fields.endpoint())
        case 3:
            let numbers = try fields.list(of: "distances", limit: Self.maximumDistances) { (list) throws(RLPError) in try list.uint64() }
            // What is no distance has no nodes.
            self = .findNode(id, distances: numbers.compactMap { number in number <= 256 ? Int(number) : nil })
        case 4:
            let total = try fields.uint64()
            let items = try fields.list(of: "records", limit: Self.maximumRecords) { (list) throws(RLPError) in
                Array(try list.encodedItem())
            }
            self = .nodes(id, total: total, records: items.compactMap { item in try? NodeRecord(encoded: item) })
        case 5: self = .talkRequest(id, protocol: try fields.bytes(), request: try fields.bytes())
        default: self = .talkResponse(id, response: try fields.bytes())
        }
        try fields.finish()
    }
}
