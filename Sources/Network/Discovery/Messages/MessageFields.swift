import Multiformats
import NodeRecords
import RLP

/// The items of a message's list, read one by one; what is no RLP of theirs is told as discovery's error.
struct MessageFields {
    private static let limits = RLPLimits(maximumSize: DiscoveryPacket.maximumSize, maximumDepth: 8)

    private var items: RLPDecoder

    init(_ bytes: [UInt8]) throws(DiscoveryError) {
        do throws(RLPError) {
            items = try RLPDecoder.list(bytes, limits: Self.limits)
        } catch {
            throw .malformed(error)
        }
    }

    private mutating func read<Value>(_ reader: (inout RLPDecoder) throws(RLPError) -> Value) throws(DiscoveryError) -> Value {
        do throws(RLPError) {
            return try reader(&items)
        } catch {
            throw .malformed(error)
        }
    }

    mutating func uint64() throws(DiscoveryError) -> UInt64 {
        try read { (items: inout RLPDecoder) throws(RLPError) -> UInt64 in try items.uint64() }
    }

    mutating func bytes() throws(DiscoveryError) -> [UInt8] {
        try read { (items: inout RLPDecoder) throws(RLPError) -> [UInt8] in try items.bytes() }
    }

    mutating func requestID() throws(DiscoveryError) -> RequestID {
        guard let id = RequestID(try bytes()) else { throw .overLimit("\(RequestID.maximumSize) bytes of a request's id") }
        return id
    }

    /// An address and a port.
    mutating func endpoint() throws(DiscoveryError) -> NodeEndpoint {
        try read { (items: inout RLPDecoder) throws(RLPError) -> NodeEndpoint in
            let start = items.offset
            let bytes = try items.slice()
            guard let address = IPAddress(bytes: bytes) else {
                throw RLPError.wrongLength(offset: start, expected: bytes.count <= 4 ? 4 : 16, actual: bytes.count)
            }
            return NodeEndpoint(address: address, port: try Version4Endpoint.port(&items))
        }
    }

    /// The elements of a list: at most `limit`, which are `what`.
    mutating func list<Element>(
        of what: String, limit: Int, _ element: (inout RLPDecoder) throws(RLPError) -> Element
    ) throws(DiscoveryError) -> [Element] {
        // One more than may be there is enough to see that there are too many.
        let found = try read { (items: inout RLPDecoder) throws(RLPError) -> [Element] in
            var (inner, found) = (try items.list(), [Element]())
            while !inner.isAtEnd, found.count <= limit { found.append(try element(&inner)) }
            return found
        }
        guard found.count <= limit else { throw .overLimit("\(limit) \(what)") }
        return found
    }

    /// Refuses items that were not read.
    func finish() throws(DiscoveryError) {
        do throws(RLPError) {
            try items.finish()
        } catch {
            throw .malformed(error)
        }
    }
}
