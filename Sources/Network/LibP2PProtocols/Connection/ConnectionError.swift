/// Why a connection failed.
public enum ConnectionError: Error, Equatable, Sendable, CustomStringConvertible {
    case negotiation(MultistreamError)
    case security(NoiseError)
    case tls(TLSIdentityError)
    case muxer(YamuxError)

    public var description: String {
        switch self {
        case .negotiation(let error): "\(error)"
        case .security(let error): "\(error)"
        case .tls(let error): "\(error)"
        case .muxer(let error): "\(error)"
        }
    }
}
