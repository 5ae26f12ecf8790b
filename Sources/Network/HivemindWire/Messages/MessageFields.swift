import LibP2PProtocols
import Primitives

/// What the messages of `dht.proto` have in common.
enum MessageFields {
    /// The id in a `NodeInfo`; `nil` where it is empty, as clients send it.
    static func node(_ field: ProtobufReader.Field) throws(WireError) -> DHTID? {
        var reader = ProtobufReader(field.bytes ?? [])
        var id: [UInt8] = []
        while let inner = try reader.next() { if inner.number == 1 { id = inner.bytes ?? [] } }
        guard !id.isEmpty else { return nil }
        return try Self.id(id)
    }

    static func id(_ bytes: [UInt8]) throws(WireError) -> DHTID {
        guard let id = DHTID(bytes: bytes) else { throw .malformed("a DHT id of \(bytes.count) bytes") }
        return id
    }

    /// The form of a `NodeInfo`.
    static func node(_ id: DHTID?) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.bytes(1, id?.bytes)
        return writer.bytes
    }

    /// Adds the numbers of a field that may be packed or not.
    static func doubles(_ field: ProtobufReader.Field, into numbers: inout [Double]) throws(WireError) {
        switch field.value {
        case .fixed64(let bits): numbers.append(Double(bitPattern: bits))
        case .bytes(let packed):
            guard packed.count % 8 == 0 else { throw .malformed("packed doubles of \(packed.count) bytes") }
            for place in stride(from: 0, to: packed.count, by: 8) {
                numbers.append(Double(bitPattern: packed.littleEndian(UInt64.self, at: place) ?? 0))
            }
        default: throw .malformed("doubles")
        }
    }

    static func bools(_ field: ProtobufReader.Field, into bools: inout [Bool]) throws(WireError) {
        switch field.value {
        case .varint(let value): bools.append(value != 0)
        case .bytes(let packed):
            // Truth values are varints, and none of an honest sender has two bytes.
            guard packed.allSatisfy({ $0 < 0x80 }) else { throw .malformed("packed truth values") }
            bools += packed.map { $0 != 0 }
        default: throw .malformed("truth values")
        }
    }

    static func packed(_ numbers: [Double]) -> [UInt8]? { numbers.isEmpty ? nil : numbers.flatMap(\.bitPattern.littleEndianBytes) }
    static func packed(_ bools: [Bool]) -> [UInt8]? { bools.isEmpty ? nil : bools.map { $0 ? 1 : 0 } }
}
