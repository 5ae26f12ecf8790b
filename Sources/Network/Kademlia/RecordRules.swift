public import PeerIdentity
import LibP2PProtocols

/// What makes a value a record of its namespace, and which of two is better. A value that `validate` refuses is neither
/// stored, returned nor believed.
public struct RecordRules: Sendable {
    /// Throws where `value` is no record for `key`.
    public var validate: @Sendable (_ key: [UInt8], _ value: [UInt8]) throws -> Void
    /// The place of the best of `values`, all of them valid.
    public var select: @Sendable (_ key: [UInt8], _ values: [[UInt8]]) -> Int

    public init(
        validate: @escaping @Sendable ([UInt8], [UInt8]) throws -> Void, select: @escaping @Sendable ([UInt8], [[UInt8]]) -> Int
    ) {
        (self.validate, self.select) = (validate, select)
    }

    /// Why a record was refused.
    public enum Refusal: Error, Equatable, Sendable {
        case unknownNamespace
        case invalid
        case tooLarge
    }

    /// The rules of `/pk/`: a peer's public key under its id.
    public static let publicKeys = RecordRules(
        validate: { key, value in
            guard let public_ = try? RemotePublicKey(message: value), Array("/pk/".utf8) + public_.peerID.bytes == key else {
                throw Refusal.invalid
            }
        }, select: { _, _ in 0 })
}

/// The rules by namespace: `/pk/…`, or the text before the first colon, `ack:…`.
public struct RecordNamespaces: Sendable {
    private var rules: [String: RecordRules]

    public init(_ rules: [String: RecordRules] = ["/pk/": .publicKeys]) { self.rules = rules }

    public subscript(name: String) -> RecordRules? {
        get { rules[name] }
        set { rules[name] = newValue }
    }

    /// The rules that `key` stands under.
    public func rules(of key: [UInt8]) -> RecordRules? {
        if key.first == UInt8(ascii: "/") {
            guard let end = key.dropFirst().firstIndex(of: UInt8(ascii: "/")) else { return nil }
            return rules[String(decoding: key[...end], as: UTF8.self)]
        }
        guard let end = key.prefix(64).firstIndex(of: UInt8(ascii: ":")) else { return nil }
        return rules[String(decoding: key[...end], as: UTF8.self)]
    }

    /// Throws where `value` may not be kept under `key`.
    public func validate(_ key: [UInt8], _ value: [UInt8]) throws {
        guard let rules = rules(of: key) else { throw RecordRules.Refusal.unknownNamespace }
        try rules.validate(key, value)
    }

    /// The best of values that are all valid.
    public func best(_ key: [UInt8], _ values: [[UInt8]]) -> [UInt8]? {
        guard let rules = rules(of: key), !values.isEmpty else { return nil }
        let place = rules.select(key, values)
        return values.indices.contains(place) ? values[place] : values.first
    }
}
