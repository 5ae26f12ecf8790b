/// Why a client's request is not served. Its text is told to the client.
public enum PetalsServerError: Error, Equatable, Sendable, CustomStringConvertible {
    case notServed(String, served: Range<Int>)
    case unknownAdapter(String)
    /// Tensors are missing, or have other shapes than the call takes.
    case tensors(String)
    case tooManyTokens(Int, limit: Int)
    case tooManySequences(Int, limit: Int)
    case maximumLength(Int?, limit: Int)
    case noRoom(tokens: Int, left: Int)
    case sessionInUse
    case firstMessage

    public var description: String {
        switch self {
        case .notServed(let blocks, let served): "blocks \(blocks) are not served here, but \(served.lowerBound):\(served.upperBound)"
        case .unknownAdapter(let name): "adapter \(name.prefix(64)) is not here"
        case .tensors(let reason): "tensors: \(reason)"
        case .tooManyTokens(let count, let limit): "\(count) tokens in one request; at most \(limit)"
        case .tooManySequences(let count, let limit): "\(count) sequences in one request; at most \(limit)"
        case .maximumLength(let length, let limit): "max_length \(length.map { "\($0)" } ?? "is missing and") is not in 0…\(limit)"
        case .noRoom(let tokens, let left): "no room for keys and values of \(tokens) tokens, only of \(left); try later or be shorter"
        case .sessionInUse: "a session of this name is open"
        case .firstMessage: "the call begins with no request"
        }
    }
}
