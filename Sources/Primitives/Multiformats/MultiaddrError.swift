/// Why a multiaddr was refused.
public enum MultiaddrError: Error, Equatable, Sendable, CustomStringConvertible {
    case tooLong(Int)
    case tooManyComponents
    case malformed
    case unknownProtocol(String)
    case badValue(String)

    public var description: String {
        switch self {
        case .tooLong(let count): "a multiaddr of \(count) bytes is over the limit"
        case .tooManyComponents: "a multiaddr of more than \(Multiaddr.maximumComponents) components"
        case .malformed: "no multiaddr: write it like /ip4/127.0.0.1/tcp/13337"
        case .unknownProtocol(let name): "the multiaddr names an unknown protocol, \(name.prefix(64))"
        case .badValue(let name): "the multiaddr's value for \(name) is missing or wrong"
        }
    }
}
