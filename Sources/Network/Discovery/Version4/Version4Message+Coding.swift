import Multiformats
import Primitives
import RLP

extension Version4Message {
    var data: [UInt8] {
        RLPEncoder.list { list in
            switch self {
            case .ping(let version, let from, let to, let expires, let sequence):
                list.append(version)
                from.append(to: &list)
                to.append(to: &list)
                list.append(expires)
                if let sequence { list.append(sequence) }
            case .pong(let to, let ping, let expires, let sequence):
                to.append(to: &list)
                list.append(ping)
                list.append(expires)
                if let sequence { list.append(sequence) }
            case .findNode(let target, let expires):
                list.append(target)
                list.append(expires)
            case .neighbors(let nodes, let expires):
                list.appendList { inner in for node in nodes { node.append(to: &inner) } }
                list.append(expires)
            case .recordRequest(let expires): list.append(expires)
            case .recordResponse(let request, let record):
                list.append(request)
                list.append(encoded: record)
            }
        }
    }

    /// How many nodes a packet can hold.
    private static let nodeLimit = 18

    init(type: UInt8, data: [UInt8]) throws(DiscoveryError) {
        guard (1...6).contains(type) else { throw .unknownKind(type) }
        do throws(RLPError) {
            var outer = try RLPDecoder(data, limits: Version4Packet.limits)
            var fields = try outer.list()
            switch type {
            case 1:
                let (version, from) = (try fields.uint64(), try Version4Endpoint(&fields))
                let (to, expires) = (try Version4Endpoint(&fields), try fields.uint64())
                self = .ping(version: version, from: from, to: to, expires: expires, recordSequence: Self.sequence(&fields))
            case 2:
                let (to, ping) = (try Version4Endpoint(&fields), try fields.hash32())
                let expires = try fields.uint64()
                self = .pong(to: to, ping: ping, expires: expires, recordSequence: Self.sequence(&fields))
            case 3: self = .findNode(target: try fields.fixedBytes(FixedBytes<64>.self), expires: try fields.uint64())
            case 4:
                var (inner, nodes) = (try fields.list(), [Neighbor]())
                while !inner.isAtEnd, nodes.count <= Self.nodeLimit { nodes.append(try Neighbor(&inner)) }
                self = .neighbors(nodes, expires: try fields.uint64())
            case 5: self = .recordRequest(expires: try fields.uint64())
            default: self = .recordResponse(request: try fields.hash32(), record: Array(try fields.encodedItem()))
            }
        } catch {
            throw .malformed(error)
        }
        if case .neighbors(let nodes, _) = self, nodes.count > Self.nodeLimit { throw .overLimit("\(Self.nodeLimit) nodes") }
    }

    /// What stands in the place of a sequence number may be of another version.
    private static func sequence(_ fields: inout RLPDecoder) -> UInt64? {
        fields.nextIsList == false ? try? fields.uint64() : nil
    }
}

extension Version4Message.Neighbor {
    init(_ list: inout RLPDecoder) throws(RLPError) {
        var copy = list
        endpoint = try Version4Endpoint(&copy)
        var fields = try list.list()
        for _ in 0..<3 { _ = try fields.slice() }
        key = try fields.fixedBytes(FixedBytes<64>.self)
    }

    func append(to list: inout RLPEncoder) {
        list.appendList { fields in
            endpoint.appendFields(to: &fields)
            fields.append(key)
        }
    }
}
