/// Any RLP value as a tree, for data whose shape is not known beforehand.
public indirect enum RLPItem: Hashable, Sendable {
    case bytes([UInt8])
    case list([RLPItem])

    /// The one item that `encoded` is, checked to its leaves.
    public init(encoded: [UInt8], limits: RLPLimits = .standard) throws(RLPError) {
        var decoder = try RLPDecoder(encoded, limits: limits)
        self = try Self(&decoder)
        try decoder.finish()
    }

    private init(_ decoder: inout RLPDecoder) throws(RLPError) {
        guard decoder.nextIsList == true else {
            self = .bytes(try decoder.bytes())
            return
        }
        var inner = try decoder.list()
        var items: [RLPItem] = []
        while !inner.isAtEnd { items.append(try RLPItem(&inner)) }
        self = .list(items)
    }

    public var encoded: [UInt8] {
        var encoder = RLPEncoder()
        append(to: &encoder)
        return encoder.bytes
    }

    private func append(to encoder: inout RLPEncoder) {
        switch self {
        case .bytes(let bytes): encoder.append(bytes: bytes)
        case .list(let items): encoder.appendList { list in for item in items { item.append(to: &list) } }
        }
    }
}
