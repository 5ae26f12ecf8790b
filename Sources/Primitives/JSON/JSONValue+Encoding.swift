extension JSONValue {
    /// What the `Encodable` conformance of `value` writes: members sorted by name, NaN and infinities as the strings `NaN`,
    /// `Infinity` and `-Infinity`. Foundation's `Data` and `URL`, which its own encoder treats apart, are not for this one.
    public init(encoding value: some Encodable) throws {
        let node = JSONNode()
        try NodeEncoder(node, codingPath: []).put(value)
        self = node.json
    }
}

/// One place in the tree that an encoder fills.
private final class JSONNode {
    enum Kind { case scalar, object, array }

    /// A value that writes nothing is an empty object, as in Foundation.
    var kind = Kind.object
    private var scalar = JSONValue.null
    private var members: [String: JSONNode] = [:]
    private var elements: [JSONNode] = []

    var json: JSONValue {
        switch kind {
        case .scalar: scalar
        case .array: .array(elements.map(\.json))
        case .object:
            .object(
                members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { JSONValue.Member($0.key, $0.value.json) })
        }
    }

    var count: Int { elements.count }

    func set(_ value: JSONValue) { (kind, scalar) = (.scalar, value) }

    func member(_ name: String) -> JSONNode {
        let node = JSONNode()
        members[name] = node
        return node
    }

    func element() -> JSONNode {
        let node = JSONNode()
        elements.append(node)
        return node
    }
}

private struct NodeEncoder: Encoder {
    let node: JSONNode
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    init(_ node: JSONNode, codingPath: [any CodingKey]) { (self.node, self.codingPath) = (node, codingPath) }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        node.kind = .object
        return KeyedEncodingContainer(Members(encoder: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        node.kind = .array
        return Elements(encoder: self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { Single(encoder: self) }

    /// The scalars end here; everything else writes itself through the containers.
    func put(_ value: some Encodable) throws {
        switch value {
        case let value as any JSONScalar: node.set(value.jsonScalar)
        default: try value.encode(to: self)
        }
    }
}

/// What a JSON value can be made of at once.
private protocol JSONScalar {
    var jsonScalar: JSONValue { get }
}

extension Bool: JSONScalar { fileprivate var jsonScalar: JSONValue { .bool(self) } }
extension String: JSONScalar { fileprivate var jsonScalar: JSONValue { .string(self) } }
extension BinaryInteger { fileprivate var jsonScalar: JSONValue { JSONValue(self) } }
extension Int: JSONScalar {}
extension Int8: JSONScalar {}
extension Int16: JSONScalar {}
extension Int32: JSONScalar {}
extension Int64: JSONScalar {}
extension UInt: JSONScalar {}
extension UInt8: JSONScalar {}
extension UInt16: JSONScalar {}
extension UInt32: JSONScalar {}
extension UInt64: JSONScalar {}
extension Float: JSONScalar {}
extension Double: JSONScalar {}
extension BinaryFloatingPoint where Self: LosslessStringConvertible {
    /// The shortest digits that give the number back, without a fraction of zero.
    fileprivate var jsonScalar: JSONValue {
        guard isFinite else { return .string(isNaN ? "NaN" : self < 0 ? "-Infinity" : "Infinity") }
        let digits = String(self)
        return .number(digits.hasSuffix(".0") ? String(digits.dropLast(2)) : digits)
    }
}

private struct Members<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let encoder: NodeEncoder
    var codingPath: [any CodingKey] { encoder.codingPath }

    private func inner(_ key: any CodingKey) -> NodeEncoder {
        NodeEncoder(encoder.node.member(key.stringValue), codingPath: codingPath + [key])
    }

    func encodeNil(forKey key: Key) { encoder.node.member(key.stringValue).set(.null) }
    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws { try inner(key).put(value) }
    func superEncoder(forKey key: Key) -> any Encoder { inner(key) }
    func superEncoder() -> any Encoder { inner(SuperKey()) }
    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { inner(key).unkeyedContainer() }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) -> KeyedEncodingContainer<Nested> {
        inner(key).container(keyedBy: type)
    }
}

private struct SuperKey: CodingKey {
    let stringValue = "super"
    let intValue: Int? = nil
    init() {}
    init?(stringValue: String) { nil }
    init?(intValue: Int) { nil }
}

private struct Elements: UnkeyedEncodingContainer {
    let encoder: NodeEncoder
    var codingPath: [any CodingKey] { encoder.codingPath }
    var count: Int { encoder.node.count }

    private func inner() -> NodeEncoder { NodeEncoder(encoder.node.element(), codingPath: codingPath) }

    func encodeNil() { encoder.node.element().set(.null) }
    func encode<Value: Encodable>(_ value: Value) throws { try inner().put(value) }
    func superEncoder() -> any Encoder { inner() }
    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { inner().unkeyedContainer() }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        inner().container(keyedBy: type)
    }
}

private struct Single: SingleValueEncodingContainer {
    let encoder: NodeEncoder
    var codingPath: [any CodingKey] { encoder.codingPath }

    func encodeNil() { encoder.node.set(.null) }
    func encode<Value: Encodable>(_ value: Value) throws { try encoder.put(value) }
}
