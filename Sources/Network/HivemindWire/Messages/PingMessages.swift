public import LibP2PProtocols

/// `rpc_ping`: who is there, and can it be reached from the other side?
public struct PingRequest: Equatable, Sendable {
    public static let name = "DHTProtocol.rpc_ping"

    /// The sender's place; `nil` for a client, which no table takes in.
    public var node: DHTID?
    /// The other side shall call back before it answers.
    public var validates: Bool

    public init(node: DHTID?, validates: Bool = false) { (self.node, self.validates) = (node, validates) }

    /// Reads the protobuf form; who authorised the request is passed over.
    public init(bytes: [UInt8]) throws(WireError) {
        var (node, validates): (DHTID?, Bool) = (nil, false)
        var reader = ProtobufReader(bytes)
        while let field = try reader.next() {
            switch field.number {
            case 2: node = try MessageFields.node(field)
            case 3: validates = field.varint.map { $0 != 0 } ?? false
            default: break
            }
        }
        self.init(node: node, validates: validates)
    }

    public var bytes: [UInt8] {
        var writer = ProtobufWriter()
        writer.bytes(2, MessageFields.node(node))
        if validates { writer.varint(3, 1) }
        return writer.bytes
    }
}

/// The answer to `PingRequest`.
public struct PingResponse: Equatable, Sendable {
    public var node: DHTID?
    /// The answering peer's clock, seconds since the Unix epoch; 0 where it does not say.
    public var time: Double
    /// The asking peer could be called back.
    public var isAvailable: Bool

    public init(node: DHTID?, time: Double = 0, isAvailable: Bool = false) {
        (self.node, self.time, self.isAvailable) = (node, time, isAvailable)
    }

    public init(bytes: [UInt8]) throws(WireError) {
        var (node, time, isAvailable): (DHTID?, Double, Bool) = (nil, 0, false)
        var reader = ProtobufReader(bytes)
        while let field = try reader.next() {
            switch field.number {
            case 2: node = try MessageFields.node(field)
            case 4: time = try field.double()
            case 5: isAvailable = field.varint.map { $0 != 0 } ?? false
            default: break
            }
        }
        self.init(node: node, time: time, isAvailable: isAvailable)
    }

    public var bytes: [UInt8] {
        var writer = ProtobufWriter()
        writer.bytes(2, MessageFields.node(node))
        if time != 0 { writer.fixed64(4, time.bitPattern) }
        if isAvailable { writer.varint(5, 1) }
        return writer.bytes
    }
}
