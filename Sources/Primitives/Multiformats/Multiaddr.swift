/// A multiaddr: a path of protocols and their values that says how to reach a peer (multiformats `multiaddr`).
///
/// ```swift
/// let address = try Multiaddr("/ip4/192.0.2.1/tcp/13337/p2p/12D3KooW…")
/// address.bytes       // the binary form, as peers exchange it
/// ```
public struct Multiaddr: Hashable, Sendable, CustomStringConvertible {
    /// The longest binary form that is read.
    public static let maximumSize = 1024
    /// The most components that are read.
    public static let maximumComponents = 32

    /// One protocol and its value in binary form.
    public struct Component: Hashable, Sendable {
        public let kind: Kind
        public let value: [UInt8]

        public init(_ kind: Kind, _ value: [UInt8] = []) { (self.kind, self.value) = (kind, value) }
    }

    public var components: [Component]

    public init(_ components: [Component]) { self.components = components }

    /// Reads the binary form.
    public init(bytes: some Collection<UInt8>) throws(MultiaddrError) {
        guard bytes.count <= Self.maximumSize else { throw .tooLong(bytes.count) }
        var rest = Array(bytes)[...]
        components = []
        while !rest.isEmpty {
            guard components.count < Self.maximumComponents else { throw .tooManyComponents }
            guard let code = try? Varint.decode(&rest) else { throw .malformed }
            guard let kind = Kind(rawValue: code) else { throw .unknownProtocol("\(code)") }
            let size: Int
            switch kind.shape {
            case .none: size = 0
            case .fixed(let bytes): size = bytes
            case .variable:
                guard let length = try? Varint.decode(&rest), length <= UInt64(rest.count) else { throw .malformed }
                size = Int(length)
            }
            guard rest.count >= size else { throw .malformed }
            let component = Component(kind, Array(rest.prefix(size)))
            guard component.isValid else { throw .badValue(kind.name) }
            components.append(component)
            rest = rest.dropFirst(size)
        }
    }

    /// The binary form.
    public var bytes: [UInt8] {
        components.flatMap { component in
            let code = Varint.encode(component.kind.rawValue)
            return if case .variable = component.kind.shape {
                code + Varint.encode(UInt64(component.value.count)) + component.value
            } else {
                code + component.value
            }
        }
    }

    /// The value of the first component of `kind`.
    public func value(_ kind: Kind) -> [UInt8]? { components.first { $0.kind == kind }?.value }

    /// The address followed by more components.
    public func appending(_ more: Component...) -> Multiaddr { Multiaddr(components + more) }
}
