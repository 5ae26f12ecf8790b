/// What a relayed connection may last and carry: `{1: duration, 2: data}`.
public struct RelayLimit: Equatable, Sendable {
    /// Seconds; `nil` for ever.
    public var duration: UInt32?
    /// Bytes in each direction; `nil` any number.
    public var data: UInt64?

    public init(duration: UInt32? = nil, data: UInt64? = nil) { (self.duration, self.data) = (duration, data) }

    /// Zero stands for no limit, too.
    init(bytes: [UInt8]) throws(WireError) {
        var reader = ProtobufReader(bytes)
        var limit = RelayLimit()
        while let field = try reader.next() {
            guard let value = field.varint, value > 0 else { continue }
            switch field.number {
            case 1: limit.duration = UInt32(clamping: value)
            case 2: limit.data = value
            default: break
            }
        }
        self = limit
    }

    var bytes: [UInt8] {
        var writer = ProtobufWriter()
        if let duration { writer.varint(1, UInt64(duration)) }
        if let data { writer.varint(2, data) }
        return writer.bytes
    }
}
