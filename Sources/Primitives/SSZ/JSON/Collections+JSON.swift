public import JSON
import Primitives

extension Array where Element: SSZValue {
    /// Byte lists are hexadecimal, all other lists arrays.
    public func json(_ bound: Bound<Element.Shape>) -> JSONValue {
        if Element.self == UInt8.self, let bytes = self as? [UInt8] { return .string(bytes.hex) }
        return .array(map { $0.json(bound.element) })
    }

    public init(json: JSONValue, _ bound: Bound<Element.Shape>) throws(SSZError) {
        if Element.self == UInt8.self {
            let bytes = try [UInt8](hexJSON: json)
            guard bytes.count <= bound.count else { throw SSZError(.overLimit(limit: bound.count, actual: bytes.count)) }
            self = bytes as? [Element] ?? []
        } else {
            self = try Self(elementsOf: json, limit: bound.count, bound.element)
        }
    }

    /// Reads a JSON array of at most `limit` elements.
    init(elementsOf json: JSONValue, limit: Int, _ shape: Element.Shape) throws(SSZError) {
        guard let values = json.array else { throw .unexpectedJSON("an array", json) }
        guard values.count <= limit else { throw SSZError(.overLimit(limit: limit, actual: values.count)) }
        self = []
        reserveCapacity(values.count)
        for (index, value) in values.enumerated() {
            do {
                append(try Element(json: value, shape))
            } catch {
                throw error.inside(element: index)
            }
        }
    }
}

extension SSZCollection {
    /// A list is an array, also of `uint8`: the beacon API writes participation flags so. Byte vectors are hexadecimal, all
    /// other vectors arrays.
    public func json(_ bound: Bound<Element.Shape>) -> JSONValue {
        Kind.hasLimit ? .array(map { $0.json(bound.element) }) : array.json(bound)
    }

    public init(json: JSONValue, _ bound: Bound<Element.Shape>) throws(SSZError) {
        if Kind.hasLimit {
            self.init(try [Element](elementsOf: json, limit: bound.count, bound.element))
        } else {
            let elements = try [Element](json: json, bound)
            guard elements.count == bound.count else { throw SSZError(.wrongCount(expected: bound.count, actual: elements.count)) }
            self.init(elements)
        }
    }
}

extension Bitlist {
    public func json(_ bound: Bound<Unshaped>) -> JSONValue { .string(delimitedBytes.hex) }

    public init(json: JSONValue, _ bound: Bound<Unshaped>) throws(SSZError) {
        try self.init(deserializing: try [UInt8](hexJSON: json), bound)
    }
}

extension Bitvector {
    public func json(_ bound: Bound<Unshaped>) -> JSONValue { .string(bits.bytes.hex) }

    public init(json: JSONValue, _ bound: Bound<Unshaped>) throws(SSZError) {
        try self.init(deserializing: try [UInt8](hexJSON: json), bound)
    }
}
