public import Multiformats
public import NodeRecords
import RLP

/// An address with both ports, as discovery 4 writes it.
public struct Version4Endpoint: Hashable, Sendable {
    /// `nil` where what stands there is no address: nobody relies on it.
    public var address: IPAddress?
    public var udp: UInt16
    public var tcp: UInt16

    public init(address: IPAddress?, udp: UInt16, tcp: UInt16) { (self.address, self.udp, self.tcp) = (address, udp, tcp) }

    public init(_ endpoint: NodeEndpoint, tcp: UInt16 = 0) { self.init(address: endpoint.address, udp: endpoint.port, tcp: tcp) }

    init(_ list: inout RLPDecoder) throws(RLPError) {
        var fields = try list.list()
        address = IPAddress(bytes: try fields.slice())
        udp = try Self.port(&fields)
        tcp = try Self.port(&fields)
    }

    static func port(_ fields: inout RLPDecoder) throws(RLPError) -> UInt16 {
        let start = fields.offset
        guard let port = UInt16(exactly: try fields.uint64()) else { throw .integerTooLarge(offset: start, maximumBytes: 2) }
        return port
    }

    func append(to list: inout RLPEncoder) {
        list.appendList { fields in appendFields(to: &fields) }
    }

    /// Without a list around them, as nodes are written.
    func appendFields(to fields: inout RLPEncoder) {
        fields.append(bytes: address?.bytes ?? [0, 0, 0, 0])
        fields.append(UInt64(udp))
        fields.append(UInt64(tcp))
    }
}
