import Primitives
import RLP

/// The key/value pairs of a node record, in order of their keys (EIP-778). Values are RLP items of any shape.
///
/// ```swift
/// var entries = NodeRecordEntries()
/// entries.ip4 = IPAddress("192.0.2.1")
/// entries.udp = 30303
/// let record = try NodeRecord(entries, sequence: 1, signedBy: key)
/// ```
public struct NodeRecordEntries: Hashable, Sendable {
    struct Pair: Hashable, Sendable {
        let key: [UInt8]
        /// An RLP item with its prefix.
        var value: [UInt8]
    }

    private(set) var pairs: [Pair] = []

    public init() {}

    /// Reads keys and values up to the end of the list.
    init(_ fields: inout RLPDecoder) throws(NodeRecordError) {
        do throws(RLPError) {
            while !fields.isAtEnd {
                let key = try fields.bytes()
                guard !fields.isAtEnd else { throw RLPError.missingItem(offset: fields.offset) }
                let value = Array(try fields.encodedItem())
                pairs.append(Pair(key: key, value: value))
            }
        } catch {
            throw .malformed(error)
        }
        for (one, next) in zip(pairs, pairs.dropFirst()) where !one.key.lexicographicallyPrecedes(next.key) { throw .unsortedKeys }
    }

    func append(to list: inout RLPEncoder) {
        for pair in pairs {
            list.append(bytes: pair.key)
            list.append(encoded: pair.value)
        }
    }

    /// The keys in order, as text.
    public var keys: [String] { pairs.map { String(decoding: $0.key, as: UTF8.self) } }

    /// The RLP item under `key`, with its prefix.
    public subscript(item key: String) -> [UInt8]? {
        get {
            let key = Array(key.utf8)
            return pairs.first { $0.key == key }?.value
        }
        set {
            let key = Array(key.utf8)
            let place = pairs.firstIndex { !$0.key.lexicographicallyPrecedes(key) } ?? pairs.endIndex
            let isThere = place < pairs.endIndex && pairs[place].key == key
            switch (newValue, isThere) {
            case (let value?, true): pairs[place].value = value
            case (let value?, false): pairs.insert(Pair(key: key, value: value), at: place)
            case (nil, true): pairs.remove(at: place)
            case (nil, false): break
            }
        }
    }

    /// The byte string under `key`; `nil` where there is none, or a list.
    public subscript(bytes key: String) -> [UInt8]? {
        get {
            guard let item = self[item: key], var decoder = try? RLPDecoder(item) else { return nil }
            return try? decoder.bytes()
        }
        set {
            self[item: key] = newValue.map { bytes in
                var encoder = RLPEncoder()
                encoder.append(bytes: bytes)
                return encoder.bytes
            }
        }
    }

    /// The integer under `key`; `nil` where there is none of at most eight bytes without leading zeros.
    public subscript(number key: String) -> UInt64? {
        get {
            guard let item = self[item: key], var decoder = try? RLPDecoder(item) else { return nil }
            return try? decoder.uint64()
        }
        set { self[bytes: key] = newValue.map(\.minimalBigEndianBytes) }
    }
}
